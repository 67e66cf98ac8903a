"""What travels along the edges of the two graphs."""

from __future__ import annotations

import operator
import time
from typing import Annotated, TypedDict

from ai_salesman.agents.base import SalesmanReply
from ai_salesman.conversation.episode import AgreedOffer
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.conversation.verdict import JudgeResult
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.simulators.base import CustomerState

__all__ = ["CallState", "JudgingState", "call_state"]


class CallState(TypedDict):
    """One call between two nodes."""

    turns: Annotated[tuple[Turn, ...], operator.add]
    """Everything said so far, with outlines and traces for the store."""
    outline: Outline | None
    """Plan of the salesman turn in the making."""
    draft: SalesmanReply | None
    """The salesman's words before the guard let them pass."""
    problems: tuple[str, ...]
    """What the guard found wrong with the drafts of this turn."""
    rewrites: int
    """How often this turn was sent back."""
    turn_use: TokenUse
    """Tokens spent on this salesman turn."""
    turn_started: float
    """Clock reading at the start of this turn."""
    customer: CustomerState
    """The customer's mind: nothing on the selling side reads it."""
    stop: StopReason | None
    offer: AgreedOffer | None


def call_state(
    customer: CustomerState,
    turns: tuple[Turn, ...] = (),
    outline: Outline | None = None,
    stop: StopReason | None = None,
) -> CallState:
    """A call between two turns: about to be opened, or after the `turns` already said.

    Args:
        customer: its mind at this point of the call.
        turns: everything said so far.
        outline: a plan for the next salesman turn, when it is not to be planned anew.
        stop: set when the last of `turns` ended the call.
    """
    return CallState(
        turns=turns,
        outline=outline,
        draft=None,
        problems=(),
        rewrites=0,
        turn_use=TokenUse(),
        turn_started=time.perf_counter(),
        customer=customer,
        stop=stop,
        offer=None,
    )


class JudgingState(TypedDict):
    """A finished call before its judges."""

    call: JudgedCall
    results: Annotated[tuple[JudgeResult, ...], operator.add]
