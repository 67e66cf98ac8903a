"""Is a line that a model made one that this customer may say now?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.slots import fill_slots, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.corpus.customer_prompt import Wanted
from ai_salesman.corpus.customer_templates import load_customer_templates
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.simulators.mind import AgendaState
from ai_salesman.simulators.role_guard import RoleGuard
from ai_salesman.simulators.wording import load_answers, slot_words

__all__ = ["READER_FILE", "Checked", "LineCheck", "Problem"]

READER_FILE = "acts.safetensors"
"""In a customer model's folder: the head that reads acts from customer lines."""

Problem = Literal["garbled", "slots", "repeated", "act", "role"]

_A = CustomerAct

_NEED_SLOTS = frozenset({"need", "problem"})
_TERMS = frozenset({"budget"})
"""Slots that the turn is about: a bargain without its figure is none."""
_MOST_WORDS = 60
_FOUND = 0.12
"""Probability from which an act counts as found in a line: the words need not be clear."""
_SURE = 0.5
_GRAVE = frozenset({_A.AGREE, _A.REFUSE, _A.DO_NOT_CALL, _A.GOODBYE, _A.HOSTILE})
"""Acts that nobody should hear in a line that means something else."""


class Checked(NamedTuple):
    """A line that may be said, or why none may."""

    line: str
    """Delexicalised; empty when none will do."""
    text: str
    problems: tuple[Problem, ...]
    """What was wrong with the lines before it."""


class LineCheck:
    """Reads candidate lines in order and takes the first that is fit to be said."""

    def __init__(self, encoder: MiniLMEncoder, reader: TextHead, ear_head: TextHead):
        self._encoder = encoder
        self._reader = reader
        self._guard = RoleGuard(encoder, ear_head)

    async def first_fit(
        self, lines: Sequence[str], wanted: Wanted, need: str | None, state: AgendaState
    ) -> Checked:
        """The first of `lines` that a customer in `state` may say to do what is `wanted`.

        Args:
            lines: delexicalised candidates, the best first.
            wanted: acts that must be found in the line.
            need: the need that is spoken of; None keeps needs out of it.
            state: the mind before the words.
        """
        values = slot_words(state, need)
        problems: list[Problem] = []
        sound: list[tuple[str, str]] = []
        for line in dict.fromkeys(lines):
            problem = _unsound(line, wanted, need, set(values), state)
            if problem:
                problems.append(problem)
            else:
                sound.append((line, fill_slots(line, values)[0]))
        for (line, text), read in zip(
            sound, await self._read([text for _, text in sound]), strict=True
        ):
            if not _does(read, wanted.acts):
                problems.append("act")
            elif await self._guard.is_selling(text):
                problems.append("role")
            else:
                return Checked(line, text, tuple(problems))
        return Checked("", "", tuple(problems))

    async def _read(self, texts: Sequence[str]) -> list[_Reading]:
        """Each text as a whole and by sentence, all in one batch."""
        if not texts:
            return []
        parts = [[text, *split_sentences(text)] for text in texts]
        flat = [piece for pieces in parts for piece in pieces]
        p = self._reader.from_vectors(flat, await self._encoder.encode(flat))
        readings, start = [], 0
        for pieces in parts:
            rows = p[start : start + len(pieces)]
            readings.append(_Reading(self._best(rows), self._top(rows[0])))
            start += len(pieces)
        return readings

    def _best(self, rows: NDArray[np.float32]) -> dict[str, float]:
        return dict(zip(self._reader.labels, rows.max(axis=0).tolist(), strict=True))

    def _top(self, row: NDArray[np.float32]) -> tuple[CustomerAct, float]:
        best = int(row.argmax())
        return CustomerAct(self._reader.labels[best]), float(row[best])


class _Reading(NamedTuple):
    found: dict[str, float]
    """Act -> highest probability in the line or a sentence of it."""
    whole: tuple[CustomerAct, float]


def _does(reading: _Reading, acts: Sequence[CustomerAct]) -> bool:
    """The acts are found, and nothing grave is heard in the line besides."""
    act, probability = reading.whole
    if act in _GRAVE and act not in acts and probability >= _SURE:
        return False
    return all(reading.found.get(wanted.value, 0.0) >= _FOUND for wanted in acts)


def _unsound(
    line: str, wanted: Wanted, need: str | None, known: set[str], state: AgendaState
) -> Problem | None:
    """What is wrong with a line whatever it means."""
    slots = set(slots_in(line))
    if not slots <= known or (need is None and slots & _NEED_SLOTS):
        return "slots"
    if need is not None and not slots & _NEED_SLOTS:
        return "slots"
    if not _TERMS & set(wanted.slots) <= slots:
        return "slots"
    length = len(line.split())
    if not 0 < length <= _MOST_WORDS or line[-1] not in ".?!" or not _pairs(line) <= _grammar():
        return "garbled"
    mine = [_bare(sentence) for sentence in split_sentences(line)]
    before = {_bare(sentence) for said in state.said for sentence in split_sentences(said)}
    return "repeated" if len(set(mine)) < len(mine) or before & set(mine) else None


@lru_cache(maxsize=1)
def _grammar() -> frozenset[tuple[str, str]]:
    """Every two neighbouring words of the customer's templates and short answers.

    A model may join them anew; it may not misspell them, nor bring words together that stand
    together in no sentence that a person wrote.
    """
    lines = [
        text
        for file in load_customer_templates().values()
        for texts in (*file.forms.values(), file.again)
        for text in texts
    ]
    answers = [
        text for forms in load_answers().root.values() for texts in forms.values() for text in texts
    ]
    return frozenset(pair for text in (*lines, *answers) for pair in _pairs(text))


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Neighbouring words of each sentence, its start and end mark among them."""
    return frozenset(
        pair
        for sentence in split_sentences(text)
        for pair in pairwise(["^", *re.findall(r"[a-z0-9']+|\{\w+\}|[.?!]+$", sentence.lower())])
    )


def _bare(text: str) -> str:
    return re.sub(r"[^\w{}]+", " ", text.lower()).strip()
