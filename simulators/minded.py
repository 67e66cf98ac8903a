"""What all customers with an explicit mind share: ear and mind before the words, trace after."""

from __future__ import annotations

from typing import NamedTuple

from ai_salesman.conversation.episode import AgreedOffer
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, StopReason
from ai_salesman.conversation.turn import CustomerTrace, TokenUse, Turn
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.base import CustomerReply, CustomerState
from ai_salesman.simulators.choice import Choice
from ai_salesman.simulators.decision import coverage, utility
from ai_salesman.simulators.ear import Ear
from ai_salesman.simulators.haggling import next_offer
from ai_salesman.simulators.heard import Context, Heard
from ai_salesman.simulators.mind import AgendaState, hear_turn
from ai_salesman.simulators.mind_settings import MindSettings

__all__ = ["Listener", "Moved", "reply_of"]


class Moved(NamedTuple):
    """A mind that has taken in a turn."""

    state: AgendaState
    heard: Heard


class Listener:
    """Hears a salesman's turn and lets it move the mind. One object serves many calls."""

    def __init__(self, encoder: MiniLMEncoder, settings: MindSettings, head: TextHead | None):
        self._ear = Ear(encoder, head or embedded_head())
        self._settings = settings

    async def listen(self, state: CustomerState, transcript: tuple[Turn, ...]) -> Moved:
        """The mind after the last turn of `transcript`.

        Raises:
            InputError: the state is not of this kind, or nothing was said.
        """
        if not isinstance(state, AgendaState):
            raise InputError(f"not the mind of an agenda customer: {type(state).__name__}")
        if not transcript or transcript[-1].speaker is not Speaker.SALESMAN:
            raise InputError("the last turn must be the salesman's", field="transcript")
        text = transcript[-1].text
        heard = await self._ear.hear(text, state.scene, _context(state, transcript))
        moved = hear_turn(state, heard, self._settings)
        offer = next_offer(moved, self._settings)
        return Moved(moved.model_copy(update={"would_name": offer}), heard)


def reply_of(
    words: str,
    choice: Choice,
    after: AgendaState,
    heard: Heard,
    settings: MindSettings,
    use: TokenUse | None = None,
) -> CustomerReply:
    """What the customer says, with the mind behind it.

    Args:
        words: the turn.
        choice: what they do, and whether they end the call.
        after: the mind that remembers having said them.
        heard: what they answer.
        settings: of the mind.
        use: tokens that a model took for them.
    """
    return CustomerReply(
        text=words,
        stop=choice.stop,
        offer=_offer(after) if choice.stop is StopReason.AGREED else None,
        trace=_trace(choice.act, after, heard, settings),
        state=after,
        use=use or TokenUse(),
    )


def _context(state: AgendaState, transcript: tuple[Turn, ...]) -> Context:
    mine = [turn.text for turn in transcript if turn.speaker is Speaker.CUSTOMER]
    theirs = [turn.text for turn in transcript[:-1] if turn.speaker is Speaker.SALESMAN]
    return Context(
        my_words=mine[-1] if mine else "",
        my_act=state.last_act,
        earlier=tuple(theirs),
        price=state.price,
        discount=state.discount,
        offer=state.offers[-1] if state.offers else None,
    )


def _offer(state: AgendaState) -> AgreedOffer:
    assert state.price is not None, "nobody agrees before a price is known"
    return AgreedOffer(
        price=round(state.net_price or state.price, 2),
        list_price=state.price,
        discount_percent=state.discount,
    )


def _trace(
    act: CustomerAct, state: AgendaState, heard: Heard, settings: MindSettings
) -> CustomerTrace:
    return CustomerTrace(
        act=act,
        interest=state.interest,
        trust=state.trust,
        patience=state.patience,
        understanding=min(1.0, coverage(state)),
        utility=utility(state, settings),
        open_objections=tuple(doubt.act for doubt in state.open_doubts),
        heard=tuple(f"{s.act.value} {s.confidence:.2f}" for s in heard.sentences),
        events=state.events,
    )
