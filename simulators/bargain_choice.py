"""What a customer does about the price: name a figure of its own, raise it, take what is asked."""

from __future__ import annotations

from ai_salesman.conversation.taxonomy import CustomerAct, StopReason
from ai_salesman.simulators.choice import Choice, is_blocked, standing_doubt
from ai_salesman.simulators.decision import acceptance
from ai_salesman.simulators.haggling import is_haggler, rounds_left, would_take
from ai_salesman.simulators.heard import Heard
from ai_salesman.simulators.mind import AgendaState
from ai_salesman.simulators.mind_settings import MindSettings

__all__ = ["bargain", "name_price"]

_A = CustomerAct


def bargain(state: AgendaState, heard: Heard, cfg: MindSettings) -> Choice | None:
    """The next move in a bargain; None where there is none to be made.

    A haggler opens when the price is named or it is asked for a yes. From then on it answers each
    step of the salesman and each request for a decision: with another figure while that seems worth
    its while, else by taking what is asked, if it would.
    """
    asked = _asked(heard)
    came_down = heard.discount is not None and heard.discount >= state.discount > 0
    if not state.offers:
        opens = is_haggler(state, cfg) and (asked or came_down or heard.price is not None)
        named = _name(state, asked, cfg) if opens else None
        return named or (_answer_concession(state, asked, cfg) if came_down else None)
    if not (asked or came_down):
        return None
    if would_take(state, cfg):
        more = _name(state, asked, cfg) if came_down and not _met(state) else None
        return more or _take(state, asked)
    return _name(state, asked, cfg)


def name_price(state: AgendaState, heard: Heard, cfg: MindSettings) -> Choice | None:
    """A figure of its own, as a haggler's answer; None from others, or where it has none."""
    haggles = bool(state.offers) or is_haggler(state, cfg)
    return _name(state, _asked(heard), cfg) if haggles else None


def _asked(heard: Heard) -> bool:
    return "commitment" in heard.questions


def _answer_concession(state: AgendaState, asked: bool, cfg: MindSettings) -> Choice | None:
    """Somebody who named no price was offered a lower one: a yes, or what is still in the way."""
    if asked:
        return None
    if state.luck.chance(acceptance(state, cfg), "accept"):
        return _take(state, asked)
    return Choice(_A.HESITATE, state) if not state.open_doubts else None


def _met(state: AgendaState) -> bool:
    price = state.net_price
    return price is not None and price <= state.offers[-1]


def _take(state: AgendaState, asked: bool) -> Choice | None:
    """A yes to what is asked; None where something is in the way, or no price was named yet."""
    if state.price is None or is_blocked(state):
        return None
    state = _counted(state, asked)
    return Choice(_A.AGREE, state, answer="take_price", stop=StopReason.AGREED)


def _name(state: AgendaState, asked: bool, cfg: MindSettings) -> Choice | None:
    if state.would_name is None or not rounds_left(state, cfg):
        return None
    state = _counted(_aloud(state), asked)
    after = state.model_copy(update={"offers": (*state.offers, state.would_name)})
    kind = "raise_price" if state.offers else "name_price"
    if state.offers and not rounds_left(after, cfg):
        kind = "last_price"
    return Choice(_A.OBJECTION_PRICE, state, answer=kind, bare=True)


def _aloud(state: AgendaState) -> AgendaState:
    """A doubt about the price that was carried along has now been said."""
    doubt = standing_doubt(state, _A.OBJECTION_PRICE)
    return state if doubt is None else state.with_doubt(doubt.said())


def _counted(state: AgendaState, asked: bool) -> AgendaState:
    return state.model_copy(update={"asked_to_buy": state.asked_to_buy + asked})
