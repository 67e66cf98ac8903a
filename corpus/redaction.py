"""Replace personal data in a corpus by placeholders such as [NAME] and [PHONE].

A name that a call tells once is replaced in the whole call. What is replaced once is never
replaced again: redacting a corpus twice changes nothing more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.errors import InputError
from ai_salesman.corpus.build import read_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn
from ai_salesman.corpus.names_told import is_plain_word, told_names
from ai_salesman.corpus.personal_data import FINDERS, Found, Personal
from ai_salesman.corpus.written import write_dialogues

__all__ = ["Redacted", "RedactionReport", "redact_corpus", "redact_dialogue", "redact_text"]

_PLACEHOLDER = re.compile("|".join(re.escape(kind.placeholder) for kind in Personal))
_NAME_SLOTS = frozenset({"agent", "customer"})
"""Slots that hold a person's name and nothing else."""
_OFTEN_WORDS = "will mark rose grace hope bill art rich frank pat sue drew chase dawn faith summer"
_ALSO_WORDS = frozenset(_OFTEN_WORDS.split())
"""Names that begin sentences as ordinary words: replaced only where they are told."""
_SHORTEST = 3


class RedactionReport(BaseModel):
    """What was replaced."""

    model_config = ConfigDict(frozen=True)

    out: str
    dialogues: int
    dialogues_changed: int
    turns: int
    turns_changed: int
    replaced: dict[str, int]
    """Kind -> how often."""


class Redacted(BaseModel):
    """A dialogue without personal data, and what was taken out."""

    model_config = ConfigDict(frozen=True)

    dialogue: CorpusDialogue
    turns_changed: int
    replaced: dict[str, int]


def redact_corpus(
    corpus: Path,
    out: Path,
    region: str = "US",
    on_progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> RedactionReport:
    """Write a corpus without personal data.

    Args:
        corpus: file to read.
        out: file to write, complete or not at all; not `corpus` itself.
        region: whose telephone numbers may stand without a country code, as in ISO 3166.
        on_progress: called with (dialogues done, of how many) now and then.

    Raises:
        InputError: `corpus` is none, `out` cannot be written, or nobody knows the region.
    """
    region = _known_region(region)
    if out.exists() and corpus.exists() and out.samefile(corpus):
        raise InputError("is the corpus itself; choose another file to write", source=out)
    done, dialogues = [], read_corpus(corpus)
    for number, dialogue in enumerate(dialogues, 1):
        done.append(redact_dialogue(dialogue, region))
        if number % 50 == 0:
            on_progress(number, len(dialogues))
    write_dialogues(out, (one.dialogue for one in done))
    replaced = sum((Counter(one.replaced) for one in done), Counter[str]())
    return RedactionReport(
        out=str(out),
        dialogues=len(done),
        dialogues_changed=sum(bool(one.replaced) for one in done),
        turns=sum(len(one.dialogue.turns) for one in done),
        turns_changed=sum(one.turns_changed for one in done),
        replaced=dict(replaced.most_common()),
    )


def redact_dialogue(dialogue: CorpusDialogue, region: str = "US") -> Redacted:
    """The dialogue with its turns and slot values redacted."""
    counts: Counter[str] = Counter()
    names = set(_names_of(turn.text for turn in dialogue.turns))
    turns = []
    for turn in dialogue.turns:
        text, found = redact_text(turn.text, region, names)
        counts.update(found)
        turns.append(turn.model_copy(update={"text": text}))
    values = {}
    for slot, value in dialogue.values.items():
        values[slot], found = _redact_value(slot, value, region)
        counts.update(found)
    redacted = dialogue.model_copy(update={"turns": tuple(turns), "values": values})
    changed = _differences(dialogue.turns, turns)
    return Redacted(dialogue=redacted, turns_changed=changed, replaced=dict(counts))


def redact_text(
    text: str, region: str = "US", names: Collection[str] = ()
) -> tuple[str, Counter[str]]:
    """The text with placeholders, and kind -> how many.

    Args:
        text: any words; slots such as {price} stay.
        region: whose telephone numbers may stand without a country code.
        names: of people, known from elsewhere.
    """
    counts: Counter[str] = Counter()
    while True:
        # A replacement may uncover another; each leaves fewer letters of the speaker's own.
        before = text
        for kind in Personal:
            spans = [*FINDERS[kind](text, region)]
            if kind is Personal.NAME:
                spans += _spans_of(names, text)
            text, count = _replaced(text, spans, kind)
            counts[kind.value] += count
        if text == before:
            return text, +counts


def _replaced(text: str, spans: Iterable[Found], kind: Personal) -> tuple[str, int]:
    """Longest spans first; what overlaps a placeholder or another span is left."""
    taken = [Found(*match.span()) for match in _PLACEHOLDER.finditer(text)]
    fresh: list[Found] = []
    for span in sorted(set(spans), key=lambda span: (span.start - span.end, span)):
        if all(span.end <= other.start or other.end <= span.start for other in (*taken, *fresh)):
            fresh.append(span)
    for span in sorted(fresh, reverse=True):
        text = text[: span.start] + kind.placeholder + text[span.end :]
    return text, len(fresh)


def _names_of(texts: Iterable[str]) -> Iterator[str]:
    """The single words of the names that are told."""
    for text in texts:
        for start, end in told_names(text):
            for word in text[start:end].split(" "):
                if len(word) >= _SHORTEST and word[0].isupper() and not _is_also_a_word(word):
                    yield word


def _is_also_a_word(word: str) -> bool:
    return is_plain_word(word) or word.casefold() in _ALSO_WORDS


def _spans_of(names: Collection[str], text: str) -> Iterator[Found]:
    for name in names:
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            yield Found(*match.span())


def _redact_value(slot: str, value: str, region: str) -> tuple[str, Counter[str]]:
    if slot not in _NAME_SLOTS:
        return redact_text(value, region)
    placeholder = Personal.NAME.placeholder
    return placeholder, Counter({Personal.NAME.value: 1} if value != placeholder else {})


def _differences(before: Iterable[CorpusTurn], after: Iterable[CorpusTurn]) -> int:
    return sum(a.text != b.text for a, b in zip(before, after, strict=True))


def _known_region(region: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS

    if region.upper() not in SUPPORTED_REGIONS:
        raise InputError(f"no region {region!r}; name one as in ISO 3166, such as US, GB or CN")
    return region.upper()
