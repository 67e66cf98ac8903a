"""Figures in spoken text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.conversation.figures import find_figures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is $199 a month for 12 months.", [("money", 199, "month"), ("duration", 12, "month")]),
        ("one hundred and ninety-nine dollars per month", [("money", 199, "month")]),
        ("twelve hundred bucks", [("money", 1200, "once")]),
        ("$1,450.50/year", [("money", 1450.5, "year")]),
        (
            "15% off, or twenty-five percent",
            [("percent", 15, "percent"), ("percent", 25, "percent")],
        ),
        ("I can do it for half price", [("percent", 50, "percent")]),
        ("a 30-day guarantee", [("duration", 30, "day")]),
        ("about three working days", [("duration", 3, "day")]),
        ("more than 1,200 shops", [("count", 1200, "shops")]),
        ("I have no figures at all", []),
    ],
)
def test_figures(text: str, expected: list[tuple[str, float, str]]) -> None:
    assert [(f.kind, f.value, f.unit) for f in find_figures(text)] == expected


@given(st.integers(1, 999_999))
def test_any_price_is_read_back(price: int) -> None:
    (figure,) = find_figures(f"That would be ${price:,} a month.")
    assert (figure.kind, figure.value, figure.unit) == ("money", price, "month")


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for figure in find_figures(text):
        assert text[figure.start : figure.end] == figure.text
