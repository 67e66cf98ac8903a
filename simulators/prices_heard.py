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
_LEAVES = re.compile(r"^[^.?!]{0,30}\b(?:so|makes?|leaves?|comes? to|which is|that's|that is)\b")
"""What stands between a reduction and the price that is left."""
_GRANTS = re.compile(
    r"\b(?:deal|done|agreed|accepted|(?:can|could|will|would|i'll|we'll) (?:do|go|give|let|take"
    r"|accept|manage|offer|come)|let's say|make it|call it|meet you|how about|what about|settle"
    r"|yours for|you have it|it is|works for me|have it for)\b",
    re.IGNORECASE,
)
_WITHHOLDS = re.compile(
    r"\b(?:not|no|never|cannot|unable|low|you (?:said|named|mentioned|offer|had|put|want)"
    r"|your (?:figure|offer|number|price))\b|n't\b",
    re.IGNORECASE,
)
_TOO_LITTLE = 0.4
"""A figure under this share of the price is about something else."""


def hear_money(text: str, context: Context) -> Money:
    """List price and percent off, as a listener takes them.

    A second, lower price after a price is known counts as a discount when the words around it
    speak of one, or when I named a price myself and this one is granted.
    """
    price, period, discount = None, "", None
    figures = find_figures(text)
    for position, figure in enumerate(figures):
        if figure.kind == "percent" and _is_reduction(text, figure):
            discount = max(discount or 0.0, figure.value)
        elif figure.kind == "money" and not _NOT_OURS.search(
            text[max(0, figure.start - 30) : figure.start]
        ):
            known = price or context.price
            share = _share_taken(text, figures, position)
            if share and not known:
                price, period = round(figure.value / (1 - share), 2), figure.unit
            elif share and known and abs(figure.value / known - 1 + share) < 0.01:
                continue  # the price that the reduction leaves
            elif known and figure.value < known and _is_reduction(text, figure):
                taken = re.match(r".{0,3}\s*off\b", text[figure.end :])
                left = known - figure.value if taken else figure.value
                discount = max(discount or 0.0, 100 * (1 - left / known))
            elif known and _is_granted(text, figure, context):
                discount = max(discount or 0.0, 100 * (1 - figure.value / known))
            elif known and figure.value == context.offer:
                continue  # my own figure, given back
            elif price is None and not _is_instalment(text, figure, context):
                price, period = figure.value, figure.unit
    return Money(price, period, discount)


def _is_reduction(text: str, figure: Figure) -> bool:
    before, after = text[max(0, figure.start - 40) : figure.start], text[figure.end :]
    return bool(_OFF_AFTER.search(after[:30]) or _OFF_BEFORE.search(before))


def _share_taken(text: str, figures: list[Figure], position: int) -> float:
    """The share that "10 percent off, so $90" takes off before the figure at `position`; or 0."""
    if position == 0:
        return 0.0
    before, figure = figures[position - 1], figures[position]
    if before.kind != "percent" or not _is_reduction(text, before):
        return 0.0
    return before.value / 100 if _LEAVES.search(text[before.end : figure.start]) else 0.0


def _is_granted(text: str, figure: Figure, context: Context) -> bool:
    """Whether a seller with whom I bargain lets me have it for this figure."""
    if context.offer is None or context.price is None:
        return False
    asked = context.price * (1 - context.discount / 100)
    if not _TOO_LITTLE * context.price < figure.value < asked * 0.999:
        return False
    sentence = _sentence_around(text, figure)
    return bool(_GRANTS.search(sentence)) and not _WITHHOLDS.search(sentence)


def _sentence_around(text: str, figure: Figure) -> str:
    start = max(text.rfind(mark, 0, figure.start) for mark in (". ", "! ", "? ", "; "))
    ends = [found for mark in ".!?;" if (found := text.find(mark, figure.end)) >= 0]
    return text[start + 1 : min(ends, default=len(text))]


def _is_instalment(text: str, figure: Figure, context: Context) -> bool:
    """'That is $6 a day': the same price cut into smaller pieces."""
    return figure.unit in {"day", "hour", "week"} and (
        context.price is not None or len([f for f in find_figures(text) if f.kind == "money"]) > 1
    )
