"""One measure of two samples: the laws of a comparison, and that it keeps its promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest

from ai_salesman.evaluation.comparison import (
    Difference,
    Measure,
    compare_paired,
    compare_unpaired,
    corrected,
)
from ai_salesman.evaluation.statistics import sample_size, wilson_interval
from ai_salesman.evaluation.two_samples import Table, mcnemar_p, paired_rate_interval

FLAGS = st.tuples(st.booleans(), st.booleans()).map(lambda pair: tuple(map(float, pair)))
SCORES = st.tuples(*[st.integers(0, 100).map(lambda tenths: tenths / 10)] * 2)
MEANS = [Measure.SCORE, Measure.REVENUE, Measure.TURNS]
COMPARISONS = [compare_paired, compare_unpaired]


def mirrored(one: Difference, other: Difference) -> None:
    """The two are the same comparison, seen from either side."""
    assert one.difference == pytest.approx(-other.difference)
    assert one.ci95 == pytest.approx((-other.ci95[1], -other.ci95[0]), abs=1e-9)
    assert one.p == pytest.approx(other.p)
    assert one.effect == pytest.approx(-other.effect) if other.effect else one.effect in (0, None)
    assert one.spread == pytest.approx(other.spread)
    if one.record and other.record:
        assert (one.record.wins, one.record.losses) == (other.record.losses, other.record.wins)


@pytest.mark.parametrize("compare", COMPARISONS)
@settings(max_examples=40, deadline=None)
@given(pairs=st.lists(FLAGS, min_size=1, max_size=40))
def test_rates_exchanged_change_the_sign_only(compare, pairs) -> None:  # type: ignore[no-untyped-def]
    first, second = zip(*pairs, strict=True)
    one = compare(Measure.CONVERSION, first, second)
    mirrored(one, compare(Measure.CONVERSION, second, first))
    assert one.ci95[0] - 1e-9 <= one.difference <= one.ci95[1] + 1e-9


@pytest.mark.parametrize("compare", COMPARISONS)
@settings(max_examples=8, deadline=None)
@given(pairs=st.lists(SCORES, min_size=1, max_size=20), measure=st.sampled_from(MEANS))
def test_means_exchanged_change_the_sign_only(compare, pairs, measure) -> None:  # type: ignore[no-untyped-def]
    first, second = zip(*pairs, strict=True)
    mirrored(compare(measure, first, second), compare(measure, second, first))


@settings(max_examples=6, deadline=None)
@given(values=st.lists(st.integers(0, 1).map(float), min_size=1, max_size=30))
def test_a_run_does_not_differ_from_itself(values: list[float]) -> None:
    same = {measure: compare_paired(measure, values, values) for measure in Measure}
    for found in corrected(same).values():
        assert (found.difference, found.p, found.p_holm) == (0.0, 1.0, 1.0)
        assert found.ci95[0] <= 0.0 <= found.ci95[1]
        assert found.record is not None and found.record.ties == len(values)
        assert found.needed is None


@given(st.lists(FLAGS, min_size=1, max_size=60))
def test_mcnemar_is_a_fair_coin_among_the_pairs_that_differ(pairs) -> None:  # type: ignore[no-untyped-def]
    table = Table.of(*zip(*pairs, strict=True))
    differing = table.first_only + table.second_only
    coin = binomtest(table.first_only, differing).pvalue if differing else 1.0
    assert mcnemar_p(table) == pytest.approx(coin)


def test_newcombes_paired_interval_of_his_own_examples() -> None:
    # Newcombe (1998), table III, method 10.
    assert paired_rate_interval(Table(36, 12, 2, 0)) == pytest.approx((0.0569, 0.3404), abs=1e-4)
    assert paired_rate_interval(Table(0, 0, 0, 100)) == pytest.approx((-0.0370, 0.0370), abs=1e-4)


@settings(max_examples=6, deadline=None)
@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_never_lowers_a_p_value(p_values: list[float]) -> None:
    base = compare_paired(Measure.CONVERSION, [0.0, 1.0], [1.0, 1.0])
    together = {place: base.model_copy(update={"p": p}) for place, p in enumerate(p_values)}
    adjusted = corrected(together)
    for place, found in adjusted.items():
        assert p_values[place] <= found.p_holm <= 1.0
        assert found.tests == len(p_values)
        assert (found.needed is None) == found.found
    least = min(range(len(p_values)), key=lambda place: p_values[place])
    expected = min(1.0, p_values[least] * len(p_values))
    assert adjusted[least].p_holm == pytest.approx(expected)


@given(of=st.integers(1, 300), data=st.data())
def test_a_wilson_interval_stays_between_0_and_1(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    low, high = wilson_interval(hits, of)
    assert 0.0 <= low <= hits / of <= high <= 1.0
    assert (low == 0.0) == (hits == 0)
    assert (high == 1.0) == (hits == of)


def test_the_calls_that_are_needed_are_enough() -> None:
    """McNemar's test finds the difference in about four of five samples of that size."""
    win, lose = 0.15, 0.05
    needed = sample_size(win - lose, (win + lose) ** 0.5, (win + lose - 0.01) ** 0.5)
    rng = np.random.default_rng(1)
    draws = rng.multinomial(needed, [win, lose, 1 - win - lose], size=400)
    tests = [mcnemar_p(Table(0, int(a), int(b), int(c))) for a, b, c in draws]
    assert needed == pytest.approx(155, abs=5)
    assert 0.72 <= np.mean(np.array(tests) < 0.05) <= 0.88
    with pytest.raises(ValueError, match="zero"):
        sample_size(0.0, 1.0, 1.0)


def test_an_open_difference_needs_more_calls_than_there_are() -> None:
    sold = [1.0] * 12 + [0.0] * 28
    more = [1.0] * 15 + [0.0] * 25
    alone = corrected({"a": compare_paired(Measure.CONVERSION, sold, more)})["a"]
    together = corrected({k: compare_paired(Measure.CONVERSION, sold, more) for k in "abcde"})["a"]
    assert not alone.found and alone.needed is not None and alone.needed > 40
    assert together.needed is not None and together.needed > alone.needed


@pytest.mark.slow
@pytest.mark.parametrize("paired", [True, False], ids=["paired", "unpaired"])
@pytest.mark.parametrize(
    "measure", [Measure.CONVERSION, pytest.param(Measure.SCORE, marks=pytest.mark.soak)]
)
def test_equal_agents_are_seldom_told_apart_and_unequal_ones_always(
    paired: bool, measure: Measure
) -> None:
    """200 comparisons without a difference, and 50 with a big one, all with known truth."""
    rng = np.random.default_rng(7)
    compare = compare_paired if paired else compare_unpaired

    def samples(lead: float, of: int = 80) -> tuple[list[float], list[float]]:
        """Two agents; when paired, their customers are equally easy to sell to."""
        first = rng.random(of)
        second = first if paired else rng.random(of)
        return outcomes(first, 0.0), outcomes(second, lead)

    def outcomes(ease: NDArray[np.float64], lead: float) -> list[float]:
        if measure.is_rate:
            return [float(sold) for sold in rng.random(len(ease)) < 0.2 + 0.4 * ease + lead]
        return [float(score) for score in 5 + 3 * ease + lead + rng.normal(0, 0.8, len(ease))]

    none = [compare(measure, *samples(0.0)) for _ in range(200)]
    rejected = np.mean([found.p < 0.05 for found in none])
    covered = np.mean([found.ci95[0] <= 0 <= found.ci95[1] for found in none])
    print(f"{measure}, {compare.__name__}: rejected {rejected:.3f}, covered {covered:.3f}")
    assert rejected <= 0.10
    assert covered >= 0.90
    small = 0.1 if measure.is_rate else 0.3
    some = [compare(measure, *samples(small)) for _ in range(200)]
    held = np.mean([found.ci95[0] <= small <= found.ci95[1] for found in some])
    assert held >= 0.90, held
    big = 0.39 if measure.is_rate else 1.5
    assert all(compare(measure, *samples(big)).p < 0.05 for _ in range(50))
