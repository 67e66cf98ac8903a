"""Krippendorff's alpha: his own example, and laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.evaluation.alpha import Level, krippendorff_alpha

EXAMPLE = [
    [1, 1, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [5, 5, 5],
    [1, 1],
    [3],
]
"""Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C."""


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_the_published_example(level: Level, published: float) -> None:
    found = krippendorff_alpha(EXAMPLE, level)
    assert found.alpha == pytest.approx(published, abs=5e-4)
    assert found.units == 11, "a unit that one coder coded says nothing"
    assert found.ci95 and found.ci95[0] < published <= found.ci95[1]


@given(
    st.lists(st.lists(st.integers(1, 4), min_size=2, max_size=4), min_size=2, max_size=12),
    st.sampled_from(["nominal", "ordinal", "interval"]),
)
def test_neither_the_order_of_coders_nor_of_units_matters(
    units: list[list[int]], level: Level
) -> None:
    one = krippendorff_alpha(units, level, interval=False).alpha
    turned = [values[::-1] for values in units[::-1]]
    assert krippendorff_alpha(turned, level, interval=False).alpha == pytest.approx(one)
    assert one is None or one <= 1 + 1e-12


def test_full_agreement_is_one_and_one_value_is_nothing() -> None:
    assert krippendorff_alpha([[1, 1], [0, 0], [1, 1]]).alpha == 1
    assert krippendorff_alpha([[1, 1], [1, 1]]).alpha is None
    assert krippendorff_alpha([]).alpha is None
