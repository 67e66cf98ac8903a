"""What travels along the edges of the two graphs."""

from __future__ import annotations

import operator
import time
from dataclasses import dataclass, field
from typing import Annotated, TypedDict

from ai_salesman.agents.base import SalesmanReply
from ai_salesman.conversation.episode import AgreedOffer
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.conversation.verdict import JudgeResult
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.simulators.base import CustomerState

__all__ = ["CallState", "Ending", "JudgingState", "TurnInMaking", "call_state"]


@dataclass(frozen=True)
class TurnInMaking:
    """The salesman turn that is being planned, drafted and guarded."""

    outline: Outline
    draft: SalesmanReply | None = None
    """The salesman's words before the guard let them pass."""
    problems: tuple[str, ...] = ()
    """What the guard found wrong with the drafts."""
    rewrites: int = 0
    """How often the turn was sent back."""
    use: TokenUse = TokenUse()
    """Tokens spent on it."""
    started: float = field(default_factory=time.perf_counter)
    """Clock reading at its start."""


@dataclass(frozen=True)
class Ending:
    """Why a call ends, once that is clear; the salesman may still have a last turn."""

    stop: StopReason
    offer: AgreedOffer | None = None


class CallState(TypedDict):
    """One call between two nodes. LangGraph copies every key at every node: they are few."""

    turns: Annotated[tuple[Turn, ...], operator.add]
    """Everything said so far, with outlines and traces for the store."""
    making: TurnInMaking | None
    customer: CustomerState
    """The customer's mind: nothing on the selling side reads it."""
    ending: Ending | None


def call_state(
    customer: CustomerState, turns: tuple[Turn, ...] = (), stop: StopReason | None = None
) -> CallState:
    """A call between two turns: about to be opened, or after the `turns` already said.

    Args:
        customer: its mind at this point of the call.
        turns: everything said so far.
        stop: set when the last of `turns` ended the call.
    """
    ending = Ending(stop) if stop else None
    return CallState(turns=turns, making=None, customer=customer, ending=ending)


class JudgingState(TypedDict):
    """A finished call before its judges."""

    call: JudgedCall
    results: Annotated[tuple[JudgeResult, ...], operator.add]
