"""The same offer at another price: the price facts of a sheet, and their words, scaled."""

from __future__ import annotations

import re

from ai_salesman.conversation.facts import Fact, FactSheet
from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.taxonomy import FactKind

__all__ = ["at_price"]

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def at_price(sheet: FactSheet, scale: float) -> FactSheet:
    """The sheet with its list price, price facts and their wording multiplied by `scale`.

    Discounts are shares of the price and follow by themselves. Everything else stays.
    """
    facts = {
        name: _scaled(fact, scale) if fact.kind is FactKind.PRICE else fact
        for name, fact in sheet.facts.items()
    }
    return sheet.model_copy(update={"price": round(sheet.price * scale, 2), "facts": facts})


def _scaled(fact: Fact, scale: float) -> Fact:
    value = None if fact.value is None else round(fact.value * scale, 2)
    return fact.model_copy(update={"value": value, "wording": _reworded(fact.wording, scale)})


def _reworded(wording: str, scale: float) -> str:
    """Every amount of money in figures, scaled; text around it stays as it is."""
    for figure in reversed(find_figures(wording)):
        if figure.kind == "money" and (number := _NUMBER.search(wording, figure.start, figure.end)):
            amount = _amount(figure.value * scale)
            wording = wording[: number.start()] + amount + wording[number.end() :]
    return wording


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value - round(value)) < 0.005 else f"{value:,.2f}"
