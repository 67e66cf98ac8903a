"""The prices, reductions and savings that a fact sheet allows to be named."""

from __future__ import annotations

from typing import NamedTuple

from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.figures import Figure, find_figures
from ai_salesman.conversation.taxonomy import FactKind

__all__ = ["DAYS", "discount_names", "price_fact", "supported_money"]

DAYS = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 30.44,
    "quarter": 91.31,
    "year": 365.25,
}
"""Length of a period in days."""

_EXACT = 0.006
_CONVERTED = 0.03
"""Relative tolerance of a price given in another period than the sheet's: people round."""


class _Price(NamedTuple):
    name: str
    amount: float
    unit: str


def price_fact(sheet: FactSheet) -> str:
    """Name of the fact that states the list price."""
    return next(name for name, fact in sheet.facts.items() if fact.slot == "price")


def discount_names(sheet: FactSheet) -> dict[float, str]:
    """Percentage -> name, for every reduction that the sheet allows."""
    rungs = {step.percent: f"discount:{i}" for i, step in enumerate(sheet.discounts, start=1)}
    facts = {
        float(fact.value): name
        for name, fact in sheet.facts.items()
        if fact.kind is FactKind.DISCOUNT and fact.value is not None
    }
    return rungs | facts


def supported_money(figure: Figure, sheet: FactSheet, saving: bool = False) -> str | None:
    """The fact that allows a sum of money to be named, or None.

    Args:
        figure: the sum.
        sheet: what may be said.
        saving: the sum is said to be saved, so that it may be what a rung takes off.
    """
    for price in [*_prices(sheet), *(_savings(sheet) if saving else [])]:
        if _same_price(figure, price):
            return price.name
    for name, fact in sheet.facts.items():
        for known in find_figures(fact.wording):
            if known.kind == "money" and _near(figure.value, known.value, _EXACT):
                return name
    return None


def _prices(sheet: FactSheet) -> list[_Price]:
    """List price and every price on the ladder."""
    return [_Price(price_fact(sheet), sheet.price, sheet.period)] + [
        _Price(name, sheet.price * (1 - percent / 100), sheet.period)
        for percent, name in discount_names(sheet).items()
    ]


def _savings(sheet: FactSheet) -> list[_Price]:
    """What each rung of the ladder takes off."""
    return [
        _Price(name, sheet.price * percent / 100, sheet.period)
        for percent, name in discount_names(sheet).items()
    ]


def _same_price(figure: Figure, price: _Price) -> bool:
    if figure.unit in (price.unit, "once"):
        if _near(figure.value, price.amount, _EXACT) or abs(figure.value - price.amount) < 0.51:
            return True
        yearly = price.unit == "month" and figure.unit == "once"
        return yearly and _near(figure.value, 12 * price.amount, _EXACT)
    if price.unit not in DAYS or figure.unit not in DAYS:
        return False
    converted = price.amount * DAYS[figure.unit] / DAYS[price.unit]
    return _near(figure.value, converted, _CONVERTED)


def _near(found: float, expected: float, tolerance: float) -> bool:
    return abs(found - expected) <= tolerance * max(abs(expected), 1e-9)
