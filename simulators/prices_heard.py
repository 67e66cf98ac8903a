"""Hear prices and discounts in spoken text."""

from __future__ import annotations

import re
from typing import NamedTuple

from ai_salesman.conversation.figures import Figure, find_figures
from ai_salesman.simulators.heard import Context

__all__ = ["Money", "hear_money"]


class Money(NamedTuple):
    """The money in a turn."""

    price: float | None = None
    period: str = ""
    discount: float | None = None


_OFF_AFTER = re.compile(
    r"^.{0,12}\b(?:off|less|discount|reduction|cheaper|reduced|below|rebate)\b", re.IGNORECASE
)
_OFF_BEFORE = re.compile(
    r"\b(?:discount|reduction|reduced?|rebate|save|knock|take|down to|instead|lower)\b.{0,25}$",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"\b(?:you(?:'re| are)? (?:paying|spend|spending)"
    r"|you pay (?:now|today|them)|lose|losing|earn)\b",
    re.I,
)


def hear_money(text: str, context: Context) -> Money:
    """List price and percent off, as a listener takes them.

    A second, lower price after a price is known counts as a discount when the words
    around it speak of one.
    """
    price, period, discount = None, "", None
    for figure in find_figures(text):
        if figure.kind == "percent" and _is_reduction(text, figure):
            discount = max(discount or 0.0, figure.value)
        elif figure.kind == "money" and not _NOT_OURS.search(
            text[max(0, figure.start - 30) : figure.start]
        ):
            known = price or context.price
            if known and figure.value < known and _is_reduction(text, figure):
                taken = re.match(r".{0,3}\s*off\b", text[figure.end :])
                left = known - figure.value if taken else figure.value
                discount = max(discount or 0.0, 100 * (1 - left / known))
            elif price is None and not _is_instalment(text, figure, context):
                price, period = figure.value, figure.unit
    return Money(price, period, discount)


def _is_reduction(text: str, figure: Figure) -> bool:
    before, after = text[max(0, figure.start - 40) : figure.start], text[figure.end :]
    return bool(_OFF_AFTER.search(after[:30]) or _OFF_BEFORE.search(before))


def _is_instalment(text: str, figure: Figure, context: Context) -> bool:
    """'That is $6 a day': the same price cut into smaller pieces."""
    return figure.unit in {"day", "hour", "week"} and (
        context.price is not None or len([f for f in find_figures(text) if f.kind == "money"]) > 1
    )
