"""The salesman with any instruction-following model: Hugging Face, endpoint, or your own."""

from __future__ import annotations

import zlib
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template

from ai_salesman.agents.base import CallView, SalesmanReply
from ai_salesman.agents.fact_choice import slot_values
from ai_salesman.conversation.errors import ModelReplyError
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.slots import fill_slots
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.models.base import ChatRequest, LanguageModel, Message

__all__ = ["END_SIGNAL", "ChatSalesman", "prompt_template"]

END_SIGNAL = "<end_call/>"
"""A model ends the call by writing this on a line of its own: a signal, not goodbye words."""


class ChatSalesman:
    """Speaks with a chat model that is shown the sheet, the outline and the scripts."""

    def __init__(self, model: LanguageModel, temperature: float = 0.7):
        self.uri = model.uri
        self._model = model
        self._temperature = temperature

    async def speak(
        self, call: CallView, outline: Outline, feedback: tuple[str, ...] = ()
    ) -> SalesmanReply:
        """The model's next line.

        Raises:
            ModelReplyError: the model said nothing.
            ModelUnreachableError: the model gave no answer.
        """
        key = f"{call.seed}/{call.salesman_turns}/{len(feedback)}"
        reply = await self._model.chat(
            ChatRequest(
                messages=_messages(call, outline, feedback),
                max_tokens=200,
                temperature=self._temperature,
                seed=zlib.crc32(key.encode()),
            )
        )
        text, signal, _ = reply.text.partition(END_SIGNAL)
        text, _ = fill_slots(" ".join(text.split()), slot_values(call, outline))
        if not text:
            raise ModelReplyError(f"{self.uri}: the salesman model answered with no words")
        return SalesmanReply(text=text, end=bool(signal) or outline.end_call, use=reply.use)


def _messages(call: CallView, outline: Outline, feedback: tuple[str, ...]) -> tuple[Message, ...]:
    values = slot_values(call, outline)
    system = prompt_template("salesman.j2").render(
        sheet=call.sheet,
        lead=call.lead,
        outline=outline,
        scripts=[fill_slots(script.text, values)[0] for script in outline.scripts],
        facts={slot: values[slot] for slot in outline.key_facts if slot in values},
        feedback=feedback,
        end_signal=END_SIGNAL,
    )
    spoken = tuple(
        Message(role="assistant" if t.speaker is Speaker.SALESMAN else "user", content=t.text)
        for t in call.turns
    )
    # Chat templates want the user to speak first; a cold call is opened by the salesman.
    ring = Message(role="user", content="(The customer picks up the telephone.)")
    return (Message(role="system", content=system), ring, *spoken)


@lru_cache
def prompt_template(name: str) -> Template:
    """A prompt of this folder; an undefined variable in it is an error."""
    folder = resources.files("ai_salesman.agents") / "prompts"
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((folder / name).read_text(encoding="utf-8"))
