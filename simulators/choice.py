"""What a customer chose to do, and the acts that leave a mark on its mind."""

from __future__ import annotations

from dataclasses import dataclass

from ai_salesman.conversation.taxonomy import CustomerAct, StopReason
from ai_salesman.simulators.heard import Heard
from ai_salesman.simulators.mind import AgendaState, Doubt

__all__ = ["Choice", "is_blocked", "raise_doubt", "refuse", "standing_doubt", "tell"]

_A = CustomerAct


@dataclass(frozen=True)
class Choice:
    """What to say, and where that leaves the call."""

    act: CustomerAct
    state: AgendaState
    answer: str = ""
    """Name of a short answer that goes before the act's sentence (see phrases/answers.yaml)."""
    then: CustomerAct | None = None
    """A second act in the same turn."""
    need: str | None = None
    """The need that is spoken of."""
    stop: StopReason | None = None
    bare: bool = False
    """Say the short answer alone."""


def refuse(state: AgendaState) -> Choice:
    """A no. The first may still be talked about by a patient customer."""
    refusals = state.refusals + 1
    final = refusals >= 2 or state.patience < 0.5 or state.far_below >= 2
    after = state.model_copy(update={"refusals": refusals})
    return Choice(_A.REFUSE, after, stop=StopReason.REFUSED if final else None)


def is_blocked(state: AgendaState) -> bool:
    """Cannot decide alone, or not now, unless that was settled."""
    blocking = (_A.OBJECTION_AUTHORITY, _A.OBJECTION_TIMING)
    return any(d.act in blocking and d.status != "resolved" for d in state.doubts)


def raise_doubt(state: AgendaState, doubt: Doubt) -> Choice:
    """Say a doubt aloud."""
    return Choice(doubt.act, state.with_doubt(doubt.said()))


def tell(state: AgendaState, heard: Heard, answer: str = "") -> Choice:
    """Speak of a need: the one asked about, else the next in this customer's own order."""
    weights = state.scene.weights
    asked = [need for need in heard.asked if need in weights]
    fresh = [need for need in _own_order(state) if need not in state.disclosed]
    first = [need for need in asked if need not in state.disclosed]
    if not (first or fresh):
        return Choice(_A.PROVIDE_INFO, state, answer=answer or "said_it", bare=True)
    need = max(first, key=lambda n: heard.asked[n]) if first else fresh[0]
    told = state.model_copy(update={"disclosed": (*state.disclosed, need)})
    return Choice(_A.PROVIDE_INFO, told, answer=answer, need=need)


def _own_order(state: AgendaState) -> list[str]:
    """Needs, weightiest first, with a little luck in it."""
    weights, luck = state.scene.weights, state.luck
    return sorted(
        weights, key=lambda need: -weights[need] * (0.7 + 0.6 * luck.uniform(f"order:{need}"))
    )


def standing_doubt(state: AgendaState, act: CustomerAct) -> Doubt | None:
    """The doubt of that act, unless it is resolved or was never there."""
    return next((d for d in state.doubts if d.act is act and d.status != "resolved"), None)
