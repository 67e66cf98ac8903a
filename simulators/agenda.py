"""The agenda customer: an explicit mind that hears, feels, decides and speaks."""

from __future__ import annotations

from ai_salesman.conversation.episode import AgreedOffer
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, StopReason
from ai_salesman.conversation.turn import CustomerTrace, Turn
from ai_salesman.corpus.customer_templates import load_customer_templates
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.agenda_choice import choose
from ai_salesman.simulators.base import CustomerReply, CustomerState, Scene
from ai_salesman.simulators.decision import coverage, utility
from ai_salesman.simulators.ear import Ear
from ai_salesman.simulators.heard import Context, Heard
from ai_salesman.simulators.mind import AgendaState, awaken, hear_turn
from ai_salesman.simulators.mind_settings import MindSettings
from ai_salesman.simulators.wording import load_answers, put_into_words

__all__ = ["AgendaCustomer"]


class AgendaCustomer:
    """Plays any persona by rule: ear, mind, choice, words. One object serves many calls."""

    name = "agenda"

    def __init__(
        self,
        encoder: MiniLMEncoder,
        settings: MindSettings | None = None,
        head: TextHead | None = None,
    ):
        self._ear = Ear(encoder, head or embedded_head())
        self._settings = settings or MindSettings()
        self._templates = load_customer_templates()
        self._answers = load_answers()

    def begin(self, scene: Scene) -> AgendaState:
        """The mind of a customer who has just picked up the telephone."""
        return awaken(scene)

    async def respond(self, state: CustomerState, transcript: tuple[Turn, ...]) -> CustomerReply:
        """Answer the last turn of `transcript`.

        Raises:
            InputError: the state is not an agenda customer's, or nothing was said.
        """
        if not isinstance(state, AgendaState):
            raise InputError(f"not the mind of an agenda customer: {type(state).__name__}")
        if not transcript or transcript[-1].speaker is not Speaker.SALESMAN:
            raise InputError("the last turn must be the salesman's", field="transcript")
        text = transcript[-1].text
        heard = await self._ear.hear(text, state.scene, _context(state, transcript))
        moved = hear_turn(state, heard, self._settings)
        choice = choose(moved, heard, self._settings)
        words, after = put_into_words(choice, self._templates, self._answers)
        return CustomerReply(
            text=words,
            stop=choice.stop,
            offer=_offer(after) if choice.stop is StopReason.AGREED else None,
            trace=_trace(choice.act, after, heard, self._settings),
            state=after,
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
