"""Read a call once for all judges: sentences with their acts and vectors.

The four embedded judges hear a call side by side. The first one to ask has it read, in one
batch of the encoder; the others wait for the same reading.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct, Speaker
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.evaluation.ear import JudgeEar
from ai_salesman.evaluation.ear_training import embedded_ear
from ai_salesman.evaluation.idle_talk import is_idle
from ai_salesman.evaluation.wording import content_words, is_question, segments
from ai_salesman.models.base import Encoder

__all__ = ["CallReader", "Piece", "ReadCall", "ReadTurn", "Sentence", "SheetVectors", "call_reader"]

Array = NDArray[np.float32]
Act = SalesAct | CustomerAct
Key = TypeVar("Key")
Kept = TypeVar("Kept")

_KEPT_CALLS = 32
_KEPT_SHEETS = 32
_CLOSING_TURNS = 3


@dataclass(frozen=True, eq=False)
class Piece:
    """A stretch of words and its unit vector."""

    text: str
    vector: Array = field(repr=False)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its content words."""
        return content_words(self.text)


@dataclass(frozen=True, eq=False)
class Sentence(Piece):
    """One sentence, as the judge's ear hears it."""

    turn: int
    """Index of its turn, to be cited."""
    act: Act
    chances: dict[Act, float]
    """Probability of each act of this speaker."""
    pieces: tuple[Piece, ...]
    """Parts that could stand alone; empty for simple sentences."""
    manner: dict[str, float]
    """Salesman: probability of each manner; see `ear_examples/manner.yaml`."""
    idle: bool
    """Self-praise, or addressed to a judge: earns nothing."""

    def meant(self, manner: str) -> float:
        """Probability that a salesman's sentence is meant like that."""
        return self.manner.get(manner, 0.0)

    def chance(self, *acts: Act) -> float:
        """Probability that the act is one of `acts`."""
        return sum(self.chances.get(act, 0.0) for act in acts)

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return is_question(self.text)

    @property
    def parts(self) -> tuple[Piece, ...]:
        """The sentence and its pieces."""
        return (self, *self.pieces)


@dataclass(frozen=True, eq=False)
class ReadTurn:
    """One turn as sentences."""

    index: int
    position: int
    """Place in the transcript, from 0."""
    speaker: Speaker
    text: str
    sentences: tuple[Sentence, ...]

    def acts(self) -> set[Act]:
        """The acts heard in this turn."""
        return {sentence.act for sentence in self.sentences}


@dataclass(frozen=True, eq=False)
class SheetVectors:
    """Unit vectors of the fact sheet's words."""

    facts: dict[str, Array]
    needs: dict[str, Array]
    """Need -> vectors of its phrase and problem, shape (2, dimensions)."""
    forbidden: dict[str, Array]
    """Claim -> vectors of its phrases."""
    disclosures: Array


@dataclass(frozen=True, eq=False)
class ReadCall:
    """A whole call, read."""

    turns: tuple[ReadTurn, ...]
    sheet: FactSheet
    lead: Lead
    vectors: SheetVectors
    closing: Piece
    """The customer's last turns, joined."""

    @cached_property
    def salesman(self) -> tuple[ReadTurn, ...]:
        """The salesman's turns."""
        return tuple(turn for turn in self.turns if turn.speaker is Speaker.SALESMAN)

    @cached_property
    def customer(self) -> tuple[ReadTurn, ...]:
        """The customer's turns."""
        return tuple(turn for turn in self.turns if turn.speaker is Speaker.CUSTOMER)

    def reply_to(self, turn: ReadTurn) -> ReadTurn | None:
        """The other side's next turn, if any."""
        later = self.turns[turn.position + 1 :]
        return next((other for other in later if other.speaker is not turn.speaker), None)


class CallReader:
    """Reads calls, each once, however many judges ask."""

    def __init__(self, encoder: Encoder):
        self._encoder = encoder
        self._calls: OrderedDict[int, tuple[JudgedCall, asyncio.Future[ReadCall]]] = OrderedDict()
        self._sheets: OrderedDict[str, SheetVectors] = OrderedDict()

    async def read(self, call: JudgedCall) -> ReadCall:
        """The reading of `call`; the same object gives the same reading."""
        known = self._calls.get(id(call))
        if known is None or _is_spoilt(known[1]):
            known = (call, asyncio.ensure_future(self._read(call)))
            self._calls[id(call)] = known
            _forget_oldest(self._calls, _KEPT_CALLS)
        reading = known[1]
        # A judge that runs out of time must not take the reading from the others.
        return reading.result() if reading.done() else await asyncio.shield(reading)

    async def _read(self, call: JudgedCall) -> ReadCall:
        split = [split_sentences(turn.text) for turn in call.transcript]
        closing = _closing_words(call)
        texts = [t for sentences in split for s in sentences for t in (s, *segments(s))]
        sheet = await self._sheet(call.sheet)
        unique = list(dict.fromkeys([*texts, closing]))
        vectors = dict(zip(unique, await self._encoder.encode(unique), strict=True))
        return ReadCall(
            turns=_read_turns(call, split, vectors),
            sheet=call.sheet,
            lead=call.lead,
            vectors=sheet,
            closing=Piece(closing, vectors[closing]),
        )

    async def _sheet(self, sheet: FactSheet) -> SheetVectors:
        key = sheet.model_dump_json()
        if key not in self._sheets:
            self._sheets[key] = await self._encode_sheet(sheet)
            _forget_oldest(self._sheets, _KEPT_SHEETS)
        return self._sheets[key]

    async def _encode_sheet(self, sheet: FactSheet) -> SheetVectors:
        groups: dict[str, list[str]] = {
            "facts": [fact.wording for fact in sheet.facts.values()],
            "disclosures": list(sheet.disclosures),
        }
        groups |= {f"need {n}": [need.phrase, need.problem] for n, need in sheet.needs.items()}
        groups |= {f"never {bad.claim}": list(bad.phrases) for bad in sheet.forbidden}
        flat = await self._encoder.encode([text for group in groups.values() for text in group])
        ends = np.cumsum([len(group) for group in groups.values()])[:-1]
        found = dict(zip(groups, np.split(flat, ends), strict=True))
        return SheetVectors(
            facts=dict(zip(sheet.facts, found["facts"], strict=True)),
            needs={name: found[f"need {name}"] for name in sheet.needs},
            forbidden={bad.claim: found[f"never {bad.claim}"] for bad in sheet.forbidden},
            disclosures=found["disclosures"],
        )


def call_reader(encoder: Encoder) -> CallReader:
    """The reader that all judges on `encoder` share."""
    return _shared_reader(cast(Hashable, encoder))


@lru_cache(maxsize=4)
def _shared_reader(encoder: Hashable) -> CallReader:
    return CallReader(cast(Encoder, encoder))


def _closing_words(call: JudgedCall) -> str:
    said = [turn.text for turn in call.transcript if turn.speaker is Speaker.CUSTOMER]
    return " ".join(said[-_CLOSING_TURNS:]).strip()


def _read_turns(
    call: JudgedCall, split: Sequence[list[str]], vectors: dict[str, Array]
) -> tuple[ReadTurn, ...]:
    heard = {
        speaker: _heard(ear, _texts_of(call, split, speaker), vectors)
        for speaker, ear in (
            (Speaker.SALESMAN, embedded_ear("salesman")),
            (Speaker.CUSTOMER, embedded_ear("customer")),
        )
    }
    manners = _heard(embedded_ear("manner"), _texts_of(call, split, Speaker.SALESMAN), vectors)
    return tuple(
        ReadTurn(
            index=turn.index,
            position=position,
            speaker=turn.speaker,
            text=turn.text,
            sentences=tuple(
                _sentence(turn, text, heard[turn.speaker][text], manners.get(text, {}), vectors)
                for text in sentences
            ),
        )
        for position, (turn, sentences) in enumerate(zip(call.transcript, split, strict=True))
    )


def _texts_of(call: JudgedCall, split: Sequence[list[str]], speaker: Speaker) -> list[str]:
    turns = zip(call.transcript, split, strict=True)
    said = (text for turn, texts in turns if turn.speaker is speaker for text in texts)
    return list(dict.fromkeys(said))


def _heard(
    ear: JudgeEar, texts: list[str], vectors: dict[str, Array]
) -> dict[str, dict[str, float]]:
    if not texts:
        return {}
    rows = ear.probabilities(texts, np.stack([vectors[text] for text in texts]))
    return {
        text: dict(zip(ear.labels, row.tolist(), strict=True))
        for text, row in zip(texts, rows, strict=True)
    }


def _sentence(
    turn: Turn,
    text: str,
    heard: dict[str, float],
    manner: dict[str, float],
    vectors: dict[str, Array],
) -> Sentence:
    ours = turn.speaker is Speaker.SALESMAN
    kind = SalesAct if ours else CustomerAct
    manner = manner if ours else {}
    chances: dict[Act, float] = {kind(label): chance for label, chance in heard.items()}
    return Sentence(
        text=text,
        vector=vectors[text],
        turn=turn.index,
        act=max(chances, key=lambda act: chances[act]),
        chances=chances,
        pieces=tuple(Piece(part, vectors[part]) for part in segments(text)),
        manner=manner,
        idle=ours and is_idle(text, manner),
    )


def _is_spoilt(reading: asyncio.Future[ReadCall]) -> bool:
    return reading.done() and (reading.cancelled() or reading.exception() is not None)


def _forget_oldest(kept: OrderedDict[Key, Kept], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
