"""A customer played by any language model: the persona in a prompt, one JSON object back."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ai_salesman.conversation.episode import AgreedOffer
from ai_salesman.conversation.errors import InputError, ModelReplyError
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, StopReason
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.models.base import ChatReply, ChatRequest, LanguageModel, Message
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.base import CustomerReply, CustomerState, Scene
from ai_salesman.simulators.heard import Context
from ai_salesman.simulators.luck import Luck
from ai_salesman.simulators.prices_heard import hear_money
from ai_salesman.simulators.role_guard import RoleGuard

__all__ = ["ModelCustomer"]

CUSTOMER_STOPS = (
    StopReason.AGREED,
    StopReason.REFUSED,
    StopReason.HUNG_UP,
    StopReason.DO_NOT_CALL,
    StopReason.CALLBACK,
)
_ACTS = ", ".join(act.value for act in CustomerAct)
_STOPS = ", ".join(json.dumps(stop.value) for stop in CUSTOMER_STOPS)
_ATTEMPTS = 3


class _Spoken(BaseModel):
    model_config = ConfigDict(frozen=True)

    say: str = Field(min_length=1)
    act: CustomerAct
    stop: StopReason | None = None


class ModelCustomer:
    """Plays a persona with a chat model. One object serves many calls."""

    def __init__(
        self,
        model: LanguageModel,
        encoder: MiniLMEncoder,
        temperature: float = 0.8,
        head: TextHead | None = None,
    ):
        self.name = f"llm:{model.uri}"
        self._model = model
        self._temperature = temperature
        self._guard = RoleGuard(encoder, head or embedded_head())

    def begin(self, scene: Scene) -> CustomerState:
        """The scene is all there is to remember: the rest is in the transcript."""
        return CustomerState(scene=scene)

    async def respond(self, state: CustomerState, transcript: tuple[Turn, ...]) -> CustomerReply:
        """The model's answer to the last turn.

        Raises:
            ModelReplyError: after three attempts there was still no usable answer.
            ModelUnreachableError: the model gave no answer.
            InputError: nothing was said yet.
        """
        if not transcript:
            raise InputError("the salesman opens the call", field="transcript")
        problem, use = "", TokenUse()
        for attempt in range(_ATTEMPTS):
            reply = await self._ask(state.scene, transcript, problem, attempt)
            use += reply.use
            spoken, problem = _parse(reply.text)
            if spoken is None:
                continue
            problem = await self._misfit(spoken, transcript)
            if not problem:
                return _reply(spoken, state, transcript, use)
        raise ModelReplyError(f"{self.name}: no usable answer in {_ATTEMPTS} attempts; {problem}")

    async def _ask(
        self, scene: Scene, transcript: tuple[Turn, ...], problem: str, attempt: int
    ) -> ChatReply:
        draw = Luck(scene.seed, scene.persona.id).uniform(f"model:{attempt}", len(transcript))
        return await self._model.chat(
            ChatRequest(
                messages=_messages(scene, transcript, problem),
                max_tokens=200,
                temperature=self._temperature,
                seed=int(draw * 2**31),
                json_object=True,
            )
        )

    async def _misfit(self, spoken: _Spoken, transcript: tuple[Turn, ...]) -> str:
        """Why a well-formed answer cannot be used; empty when it can."""
        if spoken.stop is StopReason.AGREED and _offer(transcript) is None:
            return "you agreed before any price was named; ask what it costs"
        if await self._guard.is_selling(spoken.say):
            return "you spoke as the salesperson; you are the customer who was called"
        return ""


def _parse(text: str) -> tuple[_Spoken | None, str]:
    """The answer, or None and what is wrong with it."""
    match = re.search(r"\{.*\}", text, re.DOTALL)
    if match is None:
        return None, "there was no JSON object in it"
    try:
        spoken = _Spoken.model_validate(json.loads(match[0]))
    except json.JSONDecodeError as error:
        return None, f"the JSON is malformed ({error.msg})"
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return None, f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    if not spoken.say.strip():
        return None, "'say' holds no words"
    if spoken.stop is not None and spoken.stop not in CUSTOMER_STOPS:
        return None, f"'stop' cannot be {spoken.stop.value!r}"
    return spoken, ""


def _reply(
    spoken: _Spoken, state: CustomerState, transcript: tuple[Turn, ...], use: TokenUse
) -> CustomerReply:
    return CustomerReply(
        text=" ".join(spoken.say.split()),
        stop=spoken.stop,
        offer=_offer(transcript) if spoken.stop is StopReason.AGREED else None,
        state=state,
        use=use,
    )


def _offer(transcript: tuple[Turn, ...]) -> AgreedOffer | None:
    """The terms as heard in the salesman's words: first price named, largest discount."""
    price, discount = None, 0.0
    for turn in transcript:
        if turn.speaker is Speaker.SALESMAN:
            money = hear_money(turn.text, Context(price=price, discount=discount))
            price = price if price is not None else money.price
            discount = max(discount, money.discount or 0.0)
    if price is None:
        return None
    net = round(price * (1 - discount / 100), 2)
    return AgreedOffer(price=net, list_price=price, discount_percent=discount)


def _messages(scene: Scene, transcript: tuple[Turn, ...], problem: str) -> tuple[Message, ...]:
    system = _template().render(
        scene=scene,
        persona=scene.persona,
        needs=sorted(scene.weights.items(), key=lambda item: -item[1]),
        acts=_ACTS,
        stops=_STOPS,
        problem=problem,
    )
    spoken = tuple(
        Message(role="user" if t.speaker is Speaker.SALESMAN else "assistant", content=t.text)
        for t in transcript
    )
    return (Message(role="system", content=system), *spoken)


@lru_cache(maxsize=1)
def _template() -> Template:
    folder = resources.files("ai_salesman.simulators") / "prompts"
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((folder / "customer.j2").read_text(encoding="utf-8"))
