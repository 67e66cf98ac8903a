"""What the salesman asks now, and how a price and a rung of the ladder are said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ai_salesman.conversation.facts import DiscountStep, FactSheet
from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.outline import Outline

__all__ = ["asked_price", "discount_words", "next_rung", "price_words", "rungs_offered"]

_DISCOUNT = "discount:"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def rungs_offered(done: Sequence[Outline]) -> int:
    """How far down the ladder the salesman has come."""
    names = (name for outline in done for name in outline.key_facts.values())
    rungs = [int(name.removeprefix(_DISCOUNT)) for name in names if name.startswith(_DISCOUNT)]
    return max(rungs, default=0)


def next_rung(sheet: FactSheet, done: Sequence[Outline]) -> str | None:
    """Name of the next rung, the last again when all were offered; None without a ladder."""
    if not sheet.discounts:
        return None
    return f"{_DISCOUNT}{min(rungs_offered(done) + 1, len(sheet.discounts))}"


def asked_price(sheet: FactSheet, done: Sequence[Outline]) -> float:
    """The price after the deepest rung offered so far; the list price at first."""
    offered = min(rungs_offered(done), len(sheet.discounts))
    return _price_at(sheet, sheet.discounts[offered - 1]) if offered else sheet.price


def discount_words(sheet: FactSheet, name: str) -> str:
    """Words for the rung `name`, with the price that it leaves."""
    step = sheet.discounts[int(name.removeprefix(_DISCOUNT)) - 1]
    if any(figure.kind == "money" for figure in find_figures(step.wording)):
        return step.wording
    return f"{step.wording}, so {price_words(sheet, _price_at(sheet, step))}"


def price_words(sheet: FactSheet, amount: float) -> str:
    """The sheet's wording of the price with `amount` in the place of the list price."""
    wording = next(fact.wording for fact in sheet.facts.values() if fact.slot == "price")
    for figure in find_figures(wording):
        if figure.kind == "money" and abs(figure.value - sheet.price) < 0.01:
            said = _NUMBER.sub(_spoken(amount), figure.text, count=1)
            return f"{wording[: figure.start]}{said}{wording[figure.end :]}"
    return wording if amount == sheet.price else f"{_spoken(amount)} {sheet.currency}"


def _price_at(sheet: FactSheet, step: DiscountStep) -> float:
    return round(sheet.price * (1 - step.percent / 100), 2)


def _spoken(amount: float) -> str:
    return f"{amount:,.0f}" if abs(amount - round(amount)) < 0.005 else f"{amount:,.2f}"
