"""The learned customer: the agenda's ear and mind, and a small model of our own that speaks.

`learned` chooses by the agenda's rules and leaves only the words to the model. In
`learned:decides` the model names the act, too; the mind still moves by the words it hears.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import reduce
from operator import add
from pathlib import Path
from typing import NamedTuple

from ai_salesman.conversation.errors import InputError, ModelReplyError
from ai_salesman.conversation.slots import slots_in
from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.corpus.customer_prompt import Wanted, decide_prompt, decided, say_prompt
from ai_salesman.corpus.customer_templates import load_customer_templates
from ai_salesman.models.base import ChatReply, ChatRequest, LanguageModel, Message
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.models.registry import embedded_folder
from ai_salesman.models.uri import parse_uri
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.agenda_choice import choose
from ai_salesman.simulators.base import CustomerReply, CustomerState, Scene
from ai_salesman.simulators.choice import Choice
from ai_salesman.simulators.learned_choice import choice_of, is_possible
from ai_salesman.simulators.line_check import READER_FILE, LineCheck
from ai_salesman.simulators.mind import AgendaState, awaken
from ai_salesman.simulators.mind_bands import bands_of
from ai_salesman.simulators.mind_settings import MindSettings
from ai_salesman.simulators.minded import Listener, Moved, reply_of
from ai_salesman.simulators.wording import (
    load_answers,
    put_into_words,
    remembered,
    said_between,
    speaking_style,
    wanted_of,
)

__all__ = ["GIVEN_WORDS", "NO_DECISION", "OWN_WORDS", "LearnedCustomer", "line_reader"]

OWN_WORDS = "words of its own"
"""Trace event: the model's line was said."""
GIVEN_WORDS = "words from a template"
"""Trace event, with the reasons: no line of the model would do."""
NO_DECISION = "chose by the agenda"
"""Trace event: the model named no act that was possible."""
_MOST_TOKENS = 56


def line_reader(uri: str, encoder: MiniLMEncoder) -> TextHead:
    """The head that lies beside the weights of a customer model.

    Raises:
        InputError: the URI names no local model.
        MissingPartError: its folder holds no such head.
    """
    kind, rest = parse_uri(uri)
    if kind not in ("embedded", "hf"):
        raise InputError(f"a learned customer needs a folder, embedded: or hf:, not {uri!r}")
    folder = embedded_folder(rest) if kind == "embedded" else Path(rest)
    return TextHead.load(folder / READER_FILE, encoder)


class _Turn(NamedTuple):
    """A turn in words, and what led to it."""

    words: str
    choice: Choice
    after: AgendaState


class LearnedCustomer:
    """Plays any persona; one object serves many calls.

    Args:
        model: a model of prompt style `customer`.
        encoder: of the ear.
        reader: the head that came with the model, by which it checks its lines.
        decides: the model names the act, too.
        settings: of the mind.
        head: of the ear; None takes the shipped one.
        candidates: lines sampled for each turn.
        temperature: of the sampling.

    Raises:
        InputError: the model is of another prompt style.
    """

    def __init__(
        self,
        model: LanguageModel,
        encoder: MiniLMEncoder,
        reader: TextHead,
        decides: bool = False,
        settings: MindSettings | None = None,
        head: TextHead | None = None,
        candidates: int = 4,
        temperature: float = 0.8,
    ):
        if model.prompt_style != "customer":
            raise InputError(
                f"{model.uri}: not a customer model; train one with: ai-salesman train customer"
            )
        self.name = "learned:decides" if decides else "learned"
        self._model, self._decides = model, decides
        self._candidates, self._temperature = candidates, temperature
        self._settings = settings or MindSettings()
        head = head or embedded_head()
        self._listener = Listener(encoder, self._settings, head)
        self._check = LineCheck(encoder, reader, head)
        self._templates = load_customer_templates()
        self._answers = load_answers()

    def begin(self, scene: Scene) -> AgendaState:
        """The mind of a customer who has just picked up the telephone."""
        return awaken(scene)

    async def respond(self, state: CustomerState, transcript: tuple[Turn, ...]) -> CustomerReply:
        """Answer the last turn of `transcript`.

        Raises:
            InputError: the state is not an agenda mind, or nothing was said.
        """
        moved = await self._listener.listen(state, transcript)
        heard_words = transcript[-1].text
        if self._decides:
            turn, use = await self._decide(moved, heard_words)
        else:
            choice = choose(moved.state, moved.heard, self._settings)
            turn, use = await self._say(choice, heard_words)
        return reply_of(turn.words, turn.choice, turn.after, moved.heard, self._settings, use)

    async def _say(self, choice: Choice, heard_words: str) -> tuple[_Turn, TokenUse]:
        """The choice in the model's words; in those of the templates when none will do."""
        given, after = put_into_words(choice, self._templates, self._answers)
        mentioned = slots_in(" ".join(said_between(choice.state, after)))
        wanted = wanted_of(choice, mentioned)
        lines, use = await self._ask(say_prompt(wanted, heard_words), choice.state, "say")
        need = choice.need if {"need", "problem"} & set(mentioned) else None
        found = await self._check.first_fit(lines, wanted, need, choice.state)
        if found.line:
            return _own(choice, found.line, found.text), use
        reasons = ", ".join(sorted(set(found.problems))) or "silent"
        return _Turn(given, choice, after.noting(f"{GIVEN_WORDS} ({reasons})")), use

    async def _decide(self, moved: Moved, heard_words: str) -> tuple[_Turn, TokenUse]:
        """The first possible act that the model names, in a line that it gave with it."""
        state, heard = moved
        style = speaking_style(state)
        prompt = decide_prompt(style, bands_of(state, heard), heard_words)
        replies, use = await self._ask(prompt, state, "decide")
        drafts = [decided(reply) for reply in replies]
        act = next((act for act, _ in drafts if act and is_possible(act, state)), None)
        if act is None:
            choice = choose(state.noting(NO_DECISION), heard, self._settings)
        else:
            choice = choice_of(act, state, heard, self._settings)
            lines = [line for named, line in drafts if named is choice.act and line]
            turn = await self._speak(choice, lines, Wanted(style, (choice.act,)), state)
            if turn:
                return turn, use
        turn, more = await self._say(choice, heard_words)
        return turn, use + more

    async def _speak(
        self, choice: Choice, lines: Sequence[str], wanted: Wanted, before: AgendaState
    ) -> _Turn | None:
        """The choice in one of the lines that came with the decision, if any will do."""
        if choice.need is not None:
            found = await self._check.first_fit(lines, wanted, choice.need, choice.state)
            if found.line:
                return _own(choice, found.line, found.text)
        if choice.act is CustomerAct.PROVIDE_INFO:
            # Told nothing of a need, so none counts as disclosed.
            choice = Choice(choice.act, before.model_copy(update=_asked(choice.state)))
        found = await self._check.first_fit(lines, wanted, None, choice.state)
        return _own(choice, found.line, found.text) if found.line else None

    async def _ask(
        self, prompt: tuple[str, str], state: AgendaState, kind: str
    ) -> tuple[list[str], TokenUse]:
        plan, words = prompt
        messages = (Message(role="system", content=plan), Message(role="user", content=words))
        requests = [
            ChatRequest(
                messages=messages,
                max_tokens=_MOST_TOKENS,
                temperature=self._temperature,
                seed=int(state.luck.uniform(f"model:{kind}:{k}", state.turns) * 2**31),
            )
            for k in range(self._candidates)
        ]
        replies = await asyncio.gather(*(self._line(request) for request in requests))
        use = reduce(add, (reply.use for reply in replies), TokenUse())
        return [reply.text for reply in replies], use

    async def _line(self, request: ChatRequest) -> ChatReply:
        """One candidate; a model that says nothing costs a candidate, not the call."""
        try:
            return await self._model.chat(request)
        except ModelReplyError:
            return ChatReply(text="")


def _own(choice: Choice, line: str, text: str) -> _Turn:
    return _Turn(text, choice, remembered(choice, line).noting(OWN_WORDS))


def _asked(state: AgendaState) -> dict[str, int]:
    return {"asked_to_buy": state.asked_to_buy}
