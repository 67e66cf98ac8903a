"""What an act that a model decided on means for mind and call: guard rails and consequences."""

from __future__ import annotations

from ai_salesman.conversation.taxonomy import CustomerAct, StopReason
from ai_salesman.simulators.bargain_choice import name_price
from ai_salesman.simulators.choice import Choice, raise_doubt, refuse, standing_doubt, tell
from ai_salesman.simulators.heard import Heard
from ai_salesman.simulators.mind import AgendaState, Doubt, usual_remedies
from ai_salesman.simulators.mind_settings import MindSettings

__all__ = ["choice_of", "is_possible"]

_A = CustomerAct

_NEW_DOUBT = 0.4
"""Strength of a doubt that the model raises and the persona did not carry."""


_NEEDS_PRICE = frozenset({_A.AGREE, _A.OBJECTION_PRICE})


def is_possible(act: CustomerAct, state: AgendaState) -> bool:
    """Whether what was heard so far leaves room for `act`.

    Nobody takes or refuses a price that was not named, or asks for one that was.
    """
    if act in _NEEDS_PRICE:
        return state.price is not None
    return act is not _A.ASK_PRICE or state.price is None


def choice_of(act: CustomerAct, state: AgendaState, heard: Heard, settings: MindSettings) -> Choice:
    """The choice that `act`, which must be possible, amounts to.

    Whether the call ends follows from the act: a yes, a second no or one without patience, a
    farewell, abuse when patience is spent, another call where one was offered. Who haggles
    complains about a price with a figure of its own.
    """
    if act is _A.OBJECTION_PRICE and (named := name_price(state, heard, settings)):
        return named
    if "commitment" in heard.questions:
        state = state.model_copy(update={"asked_to_buy": state.asked_to_buy + 1})
    if act.value.startswith("objection_"):
        return raise_doubt(state, standing_doubt(state, act) or _new_doubt(act))
    if act is _A.REFUSE:
        return refuse(state)
    if act is _A.PROVIDE_INFO:
        return tell(state, heard)
    bargained = act is _A.AGREE and bool(state.offers)
    answer = "take_price" if bargained else ""
    return Choice(act, state, answer=answer, stop=_stop(act, state, heard, settings))


def _new_doubt(act: CustomerAct) -> Doubt:
    return Doubt(act=act, strength=_NEW_DOUBT, resolved_by=usual_remedies(act)[:2])


def _stop(
    act: CustomerAct, state: AgendaState, heard: Heard, settings: MindSettings
) -> StopReason | None:
    if act is _A.AGREE:
        return StopReason.AGREED
    if act is _A.DO_NOT_CALL:
        return StopReason.DO_NOT_CALL
    if act is _A.GOODBYE:
        if not heard.farewell:
            return StopReason.HUNG_UP
        return StopReason.REFUSED if state.refusals else StopReason.SALESMAN_ENDED
    if act is _A.HOSTILE and state.patience <= settings.hang_up:
        return StopReason.HUNG_UP
    offered = "callback" in heard.remedies or "callback" in heard.questions
    return StopReason.CALLBACK if act is _A.CALLBACK and offered else None
