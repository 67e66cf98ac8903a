"""The model-played customer: JSON in, role kept, bad answers asked again."""

import pytest

from ai_salesman.conversation.errors import ModelReplyError
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.conversation.turn import Turn
from ai_salesman.models.base import ChatReply, ChatRequest
from ai_salesman.simulators.base import Scene
from ai_salesman.simulators.llm import ModelCustomer
from ai_salesman.simulators.population import builtin_personas

SOUND = '{"say": "What would that cost me?", "act": "ask_price", "stop": null}'
INVERTED = (
    '{"say": "Hello, I am calling from Lakeside Media to offer you our plan.",'
    ' "act": "greet", "stop": null}'
)
AGREES = '{"say": "Okay, I will take it.", "act": "agree", "stop": "agreed"}'


class Replies:
    """A model that gives its replies one after the other."""

    uri = "replies"
    prompt_style = "chat"

    def __init__(self, *replies: str):
        self.replies = list(replies)
        self.requests: list[ChatRequest] = []

    async def chat(self, request: ChatRequest) -> ChatReply:
        self.requests.append(request)
        return ChatReply(text=self.replies.pop(0))


async def answer(model, encoder, sheet, words="Hello, this is Dana from Lakeside Media."):
    customer = ModelCustomer(model, encoder)
    state = customer.begin(Scene.of(sheet, builtin_personas()["ana_rivera_bakery"], 1))
    turn = Turn(index=0, speaker=Speaker.SALESMAN, text=words)
    return await customer.respond(state, (turn,))


async def test_a_sound_answer_is_spoken(encoder, sheet):
    reply = await answer(Replies(SOUND), encoder, sheet)
    assert reply.text == "What would that cost me?"
    assert reply.stop is None


@pytest.mark.parametrize("bad", ["", "I would say no.", '{"say": ""}', INVERTED])
async def test_a_bad_answer_is_asked_for_again_with_the_reason(encoder, sheet, bad):
    model = Replies(bad, SOUND)
    assert (await answer(model, encoder, sheet)).text == "What would that cost me?"
    assert "could not be used" in model.requests[1].messages[0].content


@pytest.mark.parametrize("bad", ["nothing useful", INVERTED])
async def test_three_bad_answers_are_an_error(encoder, sheet, bad):
    with pytest.raises(ModelReplyError):
        await answer(Replies(bad, bad, bad), encoder, sheet)


async def test_agreement_carries_the_terms_heard(encoder, sheet):
    said = "It is $200 a month, and you get 10 percent off. Shall we start?"
    reply = await answer(Replies(AGREES), encoder, sheet, said)
    assert reply.stop is StopReason.AGREED
    assert reply.offer.price == 180


async def test_the_prompt_holds_the_reserve_and_needs_but_no_facts(encoder, sheet):
    model = Replies(SOUND)
    await answer(model, encoder, sheet)
    prompt = model.requests[0].messages[0].content
    assert "300 USD" in prompt
    assert "getting more walk-in customers" in prompt
    assert "shows up first" not in prompt
