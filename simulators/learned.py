"""The learned customer: the agenda's ear and mind, and small models of our own.

`learned` chooses by the agenda's rules and leaves only the words to a language model. In
`learned:decides` a trained head chooses, too; the mind still moves by the words it hears.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import reduce
from operator import add
from pathlib import Path
from typing import NamedTuple

from ai_salesman.conversation.errors import InputError, ModelReplyError
from ai_salesman.conversation.slots import slots_in
from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.corpus.customer_prompt import Wanted, say_prompt
from ai_salesman.corpus.customer_templates import load_customer_templates
from ai_salesman.models.base import ChatReply, ChatRequest, LanguageModel, Message
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.models.uri import parse_uri
from ai_salesman.models.weights import embedded_folder
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.agenda_choice import choose
from ai_salesman.simulators.base import CustomerReply, CustomerState, Scene
from ai_salesman.simulators.choice import Choice
from ai_salesman.simulators.decision_features import features_of, last_sentence
from ai_salesman.simulators.decision_head import DECISIONS_FILE, DecisionHead, drawn_act
from ai_salesman.simulators.learned_choice import choice_of, is_possible
from ai_salesman.simulators.line_check import READER_FILE, Checked, LineCheck, Problem
from ai_salesman.simulators.mind import AgendaState, awaken
from ai_salesman.simulators.mind_settings import MindSettings
from ai_salesman.simulators.minded import Listener, Moved, reply_of
from ai_salesman.simulators.wording import (
    load_answers,
    put_into_words,
    remembered,
    said_between,
    wanted_of,
)

__all__ = [
    "GIVEN_WORDS",
    "LIKE_AGENDA",
    "NO_DECISION",
    "OWN_WORDS",
    "UNLIKE_AGENDA",
    "LearnedCustomer",
    "decision_head",
    "line_reader",
]

OWN_WORDS = "words of its own"
"""Trace event: the model's line was said."""
GIVEN_WORDS = "words from a template"
"""Trace event, with the reasons: no line of the model would do."""
LIKE_AGENDA = "decided as the agenda would"
"""Trace event of a head that decides."""
UNLIKE_AGENDA = "decided otherwise than the agenda"
"""Trace event, with the agenda's act: the head chose another."""
NO_DECISION = "chose by the agenda"
"""Trace event: no act that the head holds likely was possible."""
_MOST_TOKENS = 56


def line_reader(uri: str, encoder: MiniLMEncoder) -> TextHead:
    """The head that lies beside the weights of a customer model, and reads its lines.

    Raises:
        InputError: the URI names no local model.
        MissingPartError: its folder holds no such head.
    """
    return TextHead.load(_folder(uri) / READER_FILE, encoder)


def decision_head(uri: str, encoder: MiniLMEncoder) -> DecisionHead:
    """The head that lies there, too, and decides.

    Raises:
        InputError: the URI names no local model.
        MissingPartError: its folder holds no such head.
    """
    return DecisionHead.load(_folder(uri) / DECISIONS_FILE, encoder.name)


def _folder(uri: str) -> Path:
    kind, rest = parse_uri(uri)
    if kind not in ("embedded", "hf"):
        raise InputError(f"a learned customer needs a folder, embedded: or hf:, not {uri!r}")
    return embedded_folder(rest) if kind == "embedded" else Path(rest)


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
        decides: the head that chooses the act; None leaves that to the agenda's rules.
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
        decides: DecisionHead | None = None,
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
        self._model, self._decides, self._encoder = model, decides, encoder
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
        choice = choose(moved.state, moved.heard, self._settings)
        if self._decides is not None:
            choice = await self._decide(self._decides, moved, heard_words, choice)
        turn, use = await self._say(choice, heard_words)
        return reply_of(turn.words, turn.choice, turn.after, moved.heard, self._settings, use)

    async def _decide(
        self, head: DecisionHead, moved: Moved, heard_words: str, agendas: Choice
    ) -> Choice:
        """What the head draws; in the agenda's form where that would do the same."""
        state, heard = moved
        vectors = await self._encoder.encode([last_sentence(heard_words)])
        chances = head.chances_of(features_of(state, heard, vectors[0]))
        possible = [act for act in CustomerAct if is_possible(act, state)]
        act = drawn_act(chances, possible, state.luck, state.turns, state.asked_to_buy)
        if act is None:
            return _noting(agendas, NO_DECISION)
        if act is agendas.act:
            return _noting(agendas, LIKE_AGENDA)
        noted = state.noting(f"{UNLIKE_AGENDA} ({agendas.act.value})")
        return choice_of(act, noted, heard, self._settings)

    async def _say(self, choice: Choice, heard_words: str) -> tuple[_Turn, TokenUse]:
        """The choice in the model's words; in those of the templates when none will do."""
        given, after = put_into_words(choice, self._templates, self._answers)
        mentioned = slots_in(" ".join(said_between(choice.state, after)))
        wanted = wanted_of(choice, mentioned)
        need = choice.need if {"need", "problem"} & set(mentioned) else None
        found, use = await self._own_line(wanted, heard_words, need, choice.state)
        if found.line:
            after = remembered(choice, found.line).noting(OWN_WORDS)
            return _Turn(found.text, choice, after), use
        reasons = ", ".join(sorted(set(found.problems))) or "silent"
        return _Turn(given, choice, after.noting(f"{GIVEN_WORDS} ({reasons})")), use

    async def _own_line(
        self, wanted: Wanted, heard_words: str, need: str | None, state: AgendaState
    ) -> tuple[Checked, TokenUse]:
        """The first line of the model that will do; the second half is asked for when the first
        has none."""
        prompt = say_prompt(wanted, heard_words)
        half = -(-self._candidates // 2)
        problems: tuple[Problem, ...] = ()
        use = TokenUse()
        for places in (range(half), range(half, self._candidates)):
            lines, more = await self._ask(prompt, state, places)
            found = await self._check.first_fit(lines, wanted, need, state)
            problems, use = (*problems, *found.problems), use + more
            if found.line:
                break
        return found._replace(problems=problems), use

    async def _ask(
        self, prompt: tuple[str, str], state: AgendaState, places: range
    ) -> tuple[list[str], TokenUse]:
        """Candidate lines; the k-th depends on the customer's luck, the turn and k."""
        plan, words = prompt
        messages = (Message(role="system", content=plan), Message(role="user", content=words))
        requests = [
            ChatRequest(
                messages=messages,
                max_tokens=_MOST_TOKENS,
                temperature=self._temperature,
                seed=int(state.luck.uniform(f"model:say:{k}", state.turns) * 2**31),
            )
            for k in places
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


def _noting(choice: Choice, event: str) -> Choice:
    return replace(choice, state=choice.state.noting(event))
