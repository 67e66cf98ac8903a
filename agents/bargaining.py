"""Bargaining: hear the price that a customer names, and answer it inside the discount ladder.

The salesman goes down one rung at a time, whatever is named, and never below the last. A rung at
or below the figure grants it; any other is a counter-offer. When the ladder is at its end it
stands by its price and asks for the decision.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ai_salesman.agents.price_words import asked_price, rungs_offered
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.taxonomy import CustomerAct, Strategy

__all__ = ["answer_offer", "named_price"]

_NOT_AN_OFFER = re.compile(
    r"\b(?:they|them|she|he|competitor|provider|rent|bill|now|currently|already|used to|last"
    r" (?:year|month|time)|worth|los(?:e|ing)|earn(?:ing)?|makes?|bring(?:s|ing)?)\b[^.?!]{0,40}$",
    re.IGNORECASE,
)
"""Before a sum: it is what somebody else asks or what something else costs."""
_BARE_SUM = re.compile(
    r"\b(?:take|do|offer|pay|say|for|to|at|give you|make it|call it|about|around|limit(?:'s| is)"
    r"|most(?: is)?|maximum(?: is)?|how about|what about)\s+(\d[\d,]*(?:\.\d+)?)\b"
    r"(?!\s?(?:%|percent|per cent|minutes?|days?|weeks?|months?|years?|o'clock|of (?:them|you)))",
    re.IGNORECASE,
)
"""'Would you take 150?': a sum without its currency."""
_OFF = re.compile(r"^\s*(?:off|less|discount|reduction|rebate|cheaper)\b", re.IGNORECASE)
_LEAST_SHARE = 0.25
"""A figure under this share of the list price is about something else."""
_WORTH_A_WORD = 0.003


def named_price(words: str, sheet: FactSheet, done: Sequence[Outline]) -> float | None:
    """The price that the customer offers in `words`, for one period of the sheet.

    None when it names none, when no price was told yet, and when it only repeats the price.
    """
    if not any({"price", "discount"} & outline.key_facts.keys() for outline in done):
        return None
    asked = asked_price(sheet, done)
    sums = [value for value in _sums(words, sheet) if value >= _LEAST_SHARE * sheet.price]
    below = [value for value in sums if value < asked * (1 - _WORTH_A_WORD)]
    return below[-1] if below else None


def _sums(words: str, sheet: FactSheet) -> list[float]:
    """Every price that might be an offer, in order."""
    found = []
    for figure in find_figures(words):
        own_period = figure.unit in ("once", sheet.period)
        if (
            figure.kind == "money"
            and own_period
            and not _NOT_AN_OFFER.search(words[: figure.start])
        ):
            found.append(figure.value)
        elif figure.kind == "percent" and _OFF.search(words[figure.end :]):
            found.append(sheet.price * (1 - figure.value / 100))
    bare = [float(match[1].replace(",", "")) for match in _BARE_SUM.finditer(words)]
    return found or bare


def answer_offer(sheet: FactSheet, done: Sequence[Outline]) -> Strategy:
    """The strategy with which a price that the customer named is answered."""
    if rungs_offered(done) < len(sheet.discounts):
        return Strategy.OFFER_CONCESSION
    stood = sum(
        outline.intent.act is CustomerAct.OBJECTION_PRICE
        and outline.strategy in (Strategy.ASK_COMMITMENT, Strategy.REDUCE_RISK)
        for outline in done
    )
    return Strategy.REDUCE_RISK if stood == 1 else Strategy.ASK_COMMITMENT
