"""A customer's mind in bands, as the trained customer's prompt names it."""

from __future__ import annotations

from bisect import bisect_right

from ai_salesman.corpus.customer_prompt import MindBands
from ai_salesman.simulators.heard import Heard
from ai_salesman.simulators.mind import AgendaState

__all__ = ["bands_of"]

_INTEREST = (0.2, 0.35, 0.55)
_TRUST = (0.25, 0.5, 0.75)
_PATIENCE = (0.08, 0.3, 0.6)
_PRICES = ("bargain", "fair", "dear", "absurd")
_PRICE = (0.85, 1.05, 1.4)
"""Upper ends of the price bands, as multiples of the reserve price."""
_MOST_ASKED = 3


def bands_of(state: AgendaState, heard: Heard) -> MindBands:
    """The bands of a mind that has taken in `heard`."""
    asked_now = "commitment" in heard.questions
    return MindBands(
        interest=bisect_right(_INTEREST, state.interest),
        trust=bisect_right(_TRUST, state.trust),
        patience=bisect_right(_PATIENCE, state.patience),
        price=_price(state),
        doubts=tuple(sorted(doubt.act for doubt in state.open_doubts)),
        asked=min(_MOST_ASKED, state.asked_to_buy + asked_now),
        asked_now=asked_now,
        refused=state.refusals > 0,
        last=state.last_act,
    )


def _price(state: AgendaState) -> str:
    if state.net_price is None:
        return "unheard"
    return _PRICES[bisect_right(_PRICE, state.net_price / max(state.scene.reserve, 1e-9))]
