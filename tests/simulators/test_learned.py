"""The learned customer: the agenda's mind, and a model's words behind guard rails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from calls_played import GOOD, NONSENSE, play
from tiny_customer import make_tiny_customer

from ai_salesman.agents.intent import intent_weights
from ai_salesman.conversation.errors import InputError, MissingPartError
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.persona import Objection, Persona, Traits
from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct, Speaker, StopReason, Style
from ai_salesman.conversation.turn import Turn
from ai_salesman.corpus.customer_prompt import Wanted
from ai_salesman.models.base import PromptStyle
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.models.local import LocalModel
from ai_salesman.models.registry import load_model
from ai_salesman.models.scripted import ScriptedModel
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.agenda import AgendaCustomer
from ai_salesman.simulators.base import Scene
from ai_salesman.simulators.decision_features import features_of
from ai_salesman.simulators.decision_head import DECISIONS_FILE, DecisionHead, Layers
from ai_salesman.simulators.heard import Heard, HeardSentence
from ai_salesman.simulators.learned import (
    GIVEN_WORDS,
    LIKE_AGENDA,
    NO_DECISION,
    OWN_WORDS,
    UNLIKE_AGENDA,
    LearnedCustomer,
    decision_head,
    line_reader,
)
from ai_salesman.simulators.learned_choice import choice_of
from ai_salesman.simulators.line_check import LineCheck
from ai_salesman.simulators.mind import AgendaState, awaken
from ai_salesman.simulators.mind_settings import MindSettings
from ai_salesman.simulators.wording import BARGAINING

_A = CustomerAct

PERSONA = Persona(
    id="cafe",
    name="Ms. Rivera",
    business="cafe",
    style=Style.PLAIN,
    needs={"more_customers": 0.7, "save_time": 0.3},
    traits=Traits(trust=0.6, openness=0.7, talkativeness=0.6),
    objections=(Objection(act=_A.OBJECTION_TRUST, strength=0.4),),
)
SETTINGS = MindSettings()
NOTHING = Heard(sentences=(HeardSentence(text="So.", act=SalesAct.STATE_FACT, confidence=0.9),))


class Repeater(ScriptedModel):
    """A customer model that always says the same."""

    prompt_style: PromptStyle = "customer"


@pytest.fixture(scope="session")
def reader(encoder: MiniLMEncoder) -> TextHead:
    return TextHead.load(intent_weights(), encoder)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> LocalModel:
    folder = tmp_path_factory.mktemp("customer")
    make_tiny_customer(folder)
    return LocalModel(folder)


@pytest.fixture(scope="session")
def shipped(encoder: MiniLMEncoder) -> tuple[LocalModel, TextHead]:
    try:
        model = load_model("embedded:customer")
        return model, line_reader("embedded:customer", encoder)  # type: ignore[return-value]
    except (InputError, MissingPartError) as error:
        pytest.skip(f"the customer's weights are not here: {error}")


@pytest.fixture
def state(sheet: FactSheet) -> AgendaState:
    return awaken(Scene.of(sheet, PERSONA, 1))


async def test_a_model_that_knows_nothing_leaves_the_agendas_words(
    tiny: LocalModel,
    reader: TextHead,
    encoder: MiniLMEncoder,
    agenda: AgendaCustomer,
    sheet: FactSheet,
) -> None:
    customer = LearnedCustomer(tiny, encoder, reader, candidates=2)
    replies = await play(customer, sheet, PERSONA, GOOD[:3])
    plain = await play(agenda, sheet, PERSONA, GOOD[:3])
    assert [reply.text for reply in replies] == [reply.text for reply in plain]
    for reply in replies:
        assert reply.trace
        assert reply.trace.events[-1].startswith(GIVEN_WORDS)
        assert reply.use.tokens_out > 0


async def test_only_the_words_differ_from_the_agendas(
    shipped: tuple[LocalModel, TextHead],
    encoder: MiniLMEncoder,
    agenda: AgendaCustomer,
    sheet: FactSheet,
) -> None:
    customer = LearnedCustomer(shipped[0], encoder, shipped[1])
    reply = (await play(customer, sheet, PERSONA, GOOD[:1]))[0]
    plain = (await play(agenda, sheet, PERSONA, GOOD[:1]))[0]
    assert reply.trace
    assert plain.trace
    assert (reply.trace.act, reply.stop) == (plain.trace.act, plain.stop)
    assert reply.trace.interest == plain.trace.interest


@pytest.mark.parametrize("decides", [False, True])
async def test_the_same_seed_gives_the_same_words(
    shipped: tuple[LocalModel, TextHead], encoder: MiniLMEncoder, sheet: FactSheet, decides: bool
) -> None:
    head = decision_head("embedded:customer", encoder) if decides else None
    customer = LearnedCustomer(shipped[0], encoder, shipped[1], decides=head)
    once = await play(customer, sheet, PERSONA, GOOD[:4])
    again = await play(customer, sheet, PERSONA, GOOD[:4])
    other = await play(customer, sheet, PERSONA, GOOD[:4], seed=2)
    assert [reply.text for reply in once] == [reply.text for reply in again]
    assert [reply.text for reply in once] != [reply.text for reply in other]


@pytest.mark.parametrize("decides", [False, True])
async def test_nonsense_sells_nothing_to_it(
    shipped: tuple[LocalModel, TextHead], encoder: MiniLMEncoder, sheet: FactSheet, decides: bool
) -> None:
    head = decision_head("embedded:customer", encoder) if decides else None
    customer = LearnedCustomer(shipped[0], encoder, shipped[1], decides=head)
    replies = await play(customer, sheet, PERSONA, NONSENSE)
    assert all(reply.stop is not StopReason.AGREED for reply in replies)


async def test_a_state_comes_back_from_json_as_it_was(
    tiny: LocalModel, reader: TextHead, encoder: MiniLMEncoder, sheet: FactSheet
) -> None:
    customer = LearnedCustomer(tiny, encoder, reader, candidates=1)
    state = customer.begin(Scene.of(sheet, PERSONA, 1))
    turns = (Turn(index=0, speaker=Speaker.SALESMAN, text=GOOD[0]),)
    reply = await customer.respond(state, turns)
    assert isinstance(reply.state, AgendaState)
    assert AgendaState.model_validate_json(reply.state.model_dump_json()) == reply.state
    assert state == customer.begin(Scene.of(sheet, PERSONA, 1))
    with pytest.raises(InputError, match="salesman"):
        await customer.respond(state, ())


def always(act: CustomerAct, encoder: MiniLMEncoder, sheet: FactSheet) -> DecisionHead:
    """A head that holds nothing but `act` for likely, whatever it is told."""
    inputs = features_of(
        awaken(Scene.of(sheet, PERSONA, 1)), NOTHING, encoder.encode_now(["So."])[0]
    )
    acts = tuple(CustomerAct)
    bias = np.where([one is act for one in acts], 20.0, 0.0).astype(np.float32)
    none = np.zeros((1, len(acts)), dtype=np.float32)
    first = np.zeros((len(inputs), 1), dtype=np.float32)
    return DecisionHead(acts, Layers(first, none[0, :1], none, bias), encoder.name)


async def test_a_decision_is_followed(
    reader: TextHead, encoder: MiniLMEncoder, sheet: FactSheet
) -> None:
    model = Repeater(["Too expensive."])
    head = always(_A.OBJECTION_PRICE, encoder, sheet)
    customer = LearnedCustomer(model, encoder, reader, decides=head)
    plain = PERSONA.model_copy(update={"haggles": 0.0, "reserve": 3.0})  # has no figure to name
    first, second = await play(customer, sheet, plain, (GOOD[5], GOOD[6]))
    assert first.text == "Too expensive."
    assert first.trace
    assert first.trace.act is _A.OBJECTION_PRICE
    assert first.trace.open_objections == (_A.OBJECTION_PRICE,)
    assert OWN_WORDS in first.trace.events
    assert any(event.startswith((LIKE_AGENDA, UNLIKE_AGENDA)) for event in first.trace.events)
    assert second.text != first.text  # nothing is said twice in a call


async def test_nobody_agrees_before_a_price_was_heard(
    reader: TextHead, encoder: MiniLMEncoder, sheet: FactSheet
) -> None:
    head = always(_A.AGREE, encoder, sheet)
    model = Repeater(["Fine, count me in."])
    customer = LearnedCustomer(model, encoder, reader, decides=head)
    first, second = await play(customer, sheet, PERSONA, (GOOD[0], GOOD[5]))
    assert first.stop is None
    assert first.trace
    assert first.trace.act is not _A.AGREE
    assert NO_DECISION in first.trace.events
    assert second.stop is StopReason.AGREED
    assert second.offer
    assert second.offer.price == 200


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("We offer a very good plan.", "role"),
        ("Too expensive. Too expensive.", "repeated"),
        ("Too expansife.", "garbled"),
        ("Can't expensive to pay steep.", "garbled"),
        ("Too expensive", "garbled"),
        ("Not paying {price}.", "slots"),
        ("It is all about {need}.", "slots"),
        ("Sure, go ahead.", "act"),
        ("No, and don't call here ever again.", "act"),
    ],
)
async def test_what_must_not_be_said(
    line: str, problem: str, encoder: MiniLMEncoder, reader: TextHead, state: AgendaState
) -> None:
    check = LineCheck(encoder, reader, embedded_head())
    acts = () if problem == "role" else (_A.OBJECTION_PRICE,)
    found = await check.first_fit([line], Wanted(Style.PLAIN, acts), None, state)
    assert found.line == ""
    assert found.problems in ((problem,), ("garbled",))


async def test_a_bargain_is_not_worded_without_its_figure(
    encoder: MiniLMEncoder, reader: TextHead, state: AgendaState
) -> None:
    check = LineCheck(encoder, reader, embedded_head())
    haggling = state.model_copy(update={"price": 200.0, "would_name": 150.0})
    wanted = Wanted(Style.PLAIN, (_A.OBJECTION_PRICE,), slots=("budget",))
    found = await check.first_fit(["Can't afford it."], wanted, None, haggling)
    assert (found.line, found.problems) == ("", ("slots",))


async def test_the_first_line_that_fits_is_said(
    encoder: MiniLMEncoder, reader: TextHead, state: AgendaState
) -> None:
    check = LineCheck(encoder, reader, embedded_head())
    wanted = Wanted(Style.TERSE, (_A.OBJECTION_PRICE,))
    found = await check.first_fit(["Go on.", "Can't afford it."], wanted, None, state)
    assert (found.text, found.problems) == ("Can't afford it.", ("act",))


@pytest.mark.parametrize(
    ("act", "stop"),
    [
        (_A.ACKNOWLEDGE, None),
        (_A.DO_NOT_CALL, StopReason.DO_NOT_CALL),
        (_A.GOODBYE, StopReason.HUNG_UP),
        (_A.HOSTILE, None),
        (_A.CALLBACK, None),
        (_A.REFUSE, None),
    ],
)
def test_the_end_follows_from_the_act(
    act: CustomerAct, stop: StopReason | None, state: AgendaState
) -> None:
    assert choice_of(act, state, NOTHING, SETTINGS).stop is stop


def test_a_second_no_and_abuse_without_patience_end_the_call(state: AgendaState) -> None:
    refused = choice_of(_A.REFUSE, state, NOTHING, SETTINGS).state
    assert choice_of(_A.REFUSE, refused, NOTHING, SETTINGS).stop is StopReason.REFUSED
    spent = state.model_copy(update={"patience": 0.0})
    assert choice_of(_A.HOSTILE, spent, NOTHING, SETTINGS).stop is StopReason.HUNG_UP
    offered = NOTHING.model_copy(update={"questions": ("callback",)})
    assert choice_of(_A.CALLBACK, state, offered, SETTINGS).stop is StopReason.CALLBACK


def test_who_haggles_complains_of_a_price_with_a_figure(state: AgendaState) -> None:
    heard = NOTHING.model_copy(update={"price": 200.0, "questions": ("commitment",)})
    haggling = state.model_copy(
        update={"price": 200.0, "would_name": 150.0, "offers": (140.0,), "patience": 1.0}
    )
    named = choice_of(_A.OBJECTION_PRICE, haggling, heard, SETTINGS)
    assert named.answer in BARGAINING
    assert named.state.asked_to_buy == 1
    plain = choice_of(_A.OBJECTION_PRICE, state, heard, SETTINGS)
    assert plain.answer == ""
    assert choice_of(_A.AGREE, haggling, heard, SETTINGS).answer == "take_price"


def test_a_salesmans_model_cannot_be_a_customer(encoder: MiniLMEncoder, reader: TextHead) -> None:
    with pytest.raises(InputError, match="train customer"):
        LearnedCustomer(load_model("embedded"), encoder, reader)
    with pytest.raises(InputError, match="folder"):
        line_reader("openai:gpt", encoder)


def test_a_head_of_another_encoder_or_none_is_one_sentence(
    encoder: MiniLMEncoder, sheet: FactSheet, tmp_path: Path
) -> None:
    always(_A.GREET, encoder, sheet).save(tmp_path / DECISIONS_FILE)
    with pytest.raises(MissingPartError, match="trained on encoder"):
        DecisionHead.load(tmp_path / DECISIONS_FILE, "another")
    with pytest.raises(MissingPartError, match="train decisions"):
        decision_head(f"hf:{tmp_path / 'nowhere'}", encoder)
