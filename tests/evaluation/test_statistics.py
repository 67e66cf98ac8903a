"""Intervals, paired tests and sample sizes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_salesman.evaluation.statistics import (
    adjusted_p_values,
    episodes_needed,
    mean_interval,
    paired_difference,
    pass_power,
    rank_correlation,
    wilson_interval,
)


def test_wilson_interval_of_known_figures() -> None:
    low, high = wilson_interval(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.49, 0.943)
    assert wilson_interval(0, 0) == (0.0, 1.0)


@given(of=st.integers(1, 200), data=st.data())
def test_a_wilson_interval_holds_its_rate(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    low, high = wilson_interval(hits, of)
    assert -1e-9 <= low <= hits / of + 1e-9
    assert hits / of - 1e-9 <= high <= 1 + 1e-9


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0, 10), min_size=1, max_size=30))
def test_a_mean_interval_lies_among_the_values_and_repeats(values: list[float]) -> None:
    low, high = mean_interval(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert (low, high) == mean_interval(values)


def test_no_values_have_no_interval() -> None:
    with pytest.raises(ValueError, match="at least one"):
        mean_interval([])


def test_a_paired_difference_sees_what_unpaired_spread_hides() -> None:
    customers = [float(i) for i in range(20)]
    better = [value + 0.5 + 0.1 * (i % 3) for i, value in enumerate(customers)]
    found = paired_difference(better, customers)
    assert 0.5 <= found.low <= found.difference <= found.high <= 0.7
    assert found.p_value < 0.01
    assert paired_difference(customers, customers).p_value == 1.0
    with pytest.raises(ValueError, match="same length"):
        paired_difference([1.0], [])


def test_several_tests_are_corrected_together() -> None:
    adjusted = adjusted_p_values({"a": 0.01, "b": 0.04, "c": 0.5})
    assert adjusted == pytest.approx({"a": 0.03, "b": 0.08, "c": 0.5})
    assert adjusted_p_values({}) == {}


def test_pass_power_falls_with_k() -> None:
    assert pass_power(8, 10, 1) == 0.8
    assert pass_power(8, 10, 2) == pytest.approx(28 / 45)
    assert pass_power(1, 1, 2) == 0.0


def test_rank_correlation() -> None:
    assert rank_correlation([1, 2, 3], [10, 20, 30]) == pytest.approx(1.0)
    assert rank_correlation([1, 2, 3], [1, 1, 1]) is None


def test_a_small_difference_needs_many_calls() -> None:
    assert episodes_needed(0.5, 0.1) == 388
    assert episodes_needed(0.5, 0.02) > 20 * episodes_needed(0.5, 0.1)
    with pytest.raises(ValueError, match="differ"):
        episodes_needed(0.5, 0.0)
