"""Edits of a transcript: every function returns new turns and leaves the old ones alone."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from ai_salesman.conversation.taxonomy import CustomerAct, Speaker
from ai_salesman.conversation.turn import Turn

__all__ = [
    "after_act",
    "append",
    "insert",
    "insert_at",
    "joined",
    "late_turn",
    "numbered",
    "of_salesman",
    "replace_at",
    "said_by",
    "sentences_of",
    "spoken",
    "with_text",
]


def with_text(turn: Turn, text: str) -> Turn:
    """The turn with other words; what it was split into no longer holds."""
    return turn.model_copy(update={"text": text.strip(), "messages": ()})


def append(turn: Turn, *sentences: str) -> Turn:
    """The turn with sentences at its end."""
    return with_text(turn, " ".join([turn.text, *sentences]))


def insert(turn: Turn, luck: random.Random, *sentences: str) -> Turn:
    """The turn with sentences in it, at a random place."""
    known = sentences_of(turn.text)
    place = luck.randint(0, len(known))
    return with_text(turn, " ".join([*known[:place], *sentences, *known[place:]]))


def spoken(speaker: Speaker, text: str) -> Turn:
    """A turn that nobody planned."""
    return Turn(index=0, speaker=speaker, text=text)


def insert_at(
    turns: Sequence[Turn], said: Mapping[int, str], luck: random.Random
) -> tuple[Turn, ...]:
    """The turns with a sentence in some of them: place of the turn -> sentence."""
    return joined(turns, lambda p, turn: insert(turn, luck, said[p]) if p in said else turn)


def replace_at(turns: Sequence[Turn], said: Mapping[int, str]) -> tuple[Turn, ...]:
    """The turns with other words in some of them: place of the turn -> words."""
    return joined(turns, lambda p, turn: with_text(turn, said[p]) if p in said else turn)


def numbered(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """The turns with indices from 0; empty ones are left out."""
    kept = [turn for turn in turns if turn.text.strip()]
    return tuple(turn.model_copy(update={"index": place}) for place, turn in enumerate(kept))


def said_by(speaker: Speaker, turns: Sequence[Turn]) -> list[int]:
    """Places of one side's turns."""
    return [place for place, turn in enumerate(turns) if turn.speaker == speaker]


def of_salesman(turns: Sequence[Turn]) -> list[int]:
    """Places of the salesman's turns."""
    return said_by(Speaker.SALESMAN, turns)


def after_act(acts: Collection[CustomerAct], turns: Sequence[Turn]) -> list[int]:
    """Places of salesman turns that follow a customer turn with one of these acts."""
    return [
        place
        for place in of_salesman(turns)
        if place and (trace := turns[place - 1].trace) is not None and trace.act in acts
    ]


def joined(turns: Sequence[Turn], change: Callable[[int, Turn], Turn]) -> tuple[Turn, ...]:
    """Every turn changed in its place."""
    return numbered(change(place, turn) for place, turn in enumerate(turns))


def sentences_of(text: str) -> list[str]:
    """Sentences, roughly: enough to leave one out or to say one again."""
    return [
        part
        for part in re.split(r"(?<=[.!?])(?<!Mr\.)(?<!Ms\.)(?<!Mrs\.)(?<!Dr\.)\s+", text.strip())
        if part
    ]


def late_turn(turns: Sequence[Turn], luck: random.Random) -> int | None:
    """A place among the salesman's turns after the opening, the last one left out."""
    places = of_salesman(turns)[2:-1]
    return luck.choice(places) if places else None
