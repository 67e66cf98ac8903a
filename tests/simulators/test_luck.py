"""Luck depends on names, never on order."""

from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.simulators.luck import Luck


@given(st.integers(0, 10**6), st.text(max_size=8), st.integers(0, 50))
def test_draws_are_keyed_and_inside_the_unit_interval(seed, kind, count):
    luck = Luck(seed, "ana")
    luck.uniform("something else")
    assert luck.uniform(kind, count) == Luck(seed, "ana").uniform(kind, count)
    assert 0 < luck.uniform(kind, count) < 1


def test_draws_are_spread_evenly():
    draws = [Luck(1, "ana").uniform("x", i) for i in range(2000)]
    assert abs(sum(draws) / len(draws) - 0.5) < 0.02


def test_a_pick_is_stable_when_others_drop_out():
    luck = Luck(1, "ana")
    items = [f"line {i}" for i in range(10)]
    chosen = luck.pick(items, "words")
    assert luck.pick([chosen, *items[:3]], "words") == chosen
