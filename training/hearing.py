"""What a model in training is told of the customer's words: these, or hints of what they mean.

Hints of the training split are cross-fitted: the turns are dealt into folds by template, and the
turns of each are read by a head that learned from the other folds. So no hint comes from a head
that knows the wording, and a model learns to trust hints as far as they can be trusted in a
call. (Read by a head that knows them, they are nearly always right in training, and half right
in a call.) Turns of the other splits are read by the head that is kept, which learned from
the whole training split and from nothing else.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import platformdirs

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.models.act_hints import HINTS_FILE, ActHints
from ai_salesman.models.encoder import MiniLMEncoder, embedded_encoder
from ai_salesman.models.heads import TextHead

__all__ = ["AS_SPOKEN", "Hearing", "hear_corpus"]

_FOLDS = 5
_COPIES = 10
"""Most turns of one template that a head learns from."""
_STRENGTH = 10.0
"""Inverse regularisation of a head; likeliest on held-out templates among those tried (LOG.md)."""
_VERSION = "1"
"""Of the form of hints; kept ones of another form are not read."""


class Hearing(NamedTuple):
    """How the customers of a corpus are heard."""

    told: Mapping[str, str]
    """Customer turn -> its hints. A turn that does not stand here is heard in its own words."""
    head: Path | None = None
    """Folder of the head that gives these hints; None where words are heard."""

    def of(self, words: str) -> str:
        """What is heard of one customer turn."""
        return self.told.get(words, words)


AS_SPOKEN = Hearing({})
"""Every turn in its own words."""


class _Line(NamedTuple):
    text: str
    act: str | None
    group: str
    """Template, or dialogue where none is told: lines of one group are never apart."""
    learned: bool
    """It belongs to the training split."""

    @property
    def fold(self) -> int:
        return zlib.crc32(self.group.encode()) % _FOLDS


def hear_corpus(
    dialogues: Iterable[CorpusDialogue],
    encoder: MiniLMEncoder | None = None,
    cache: Path | None = None,
) -> Hearing:
    """Hints for every customer turn; minutes for thousands of calls, so they are kept.

    Args:
        dialogues: the corpus; turns of its training split need acts.
        encoder: None takes the package's.
        cache: folder to keep hints in; None takes the user's cache.

    Raises:
        InputError: fewer than two acts are labelled in the training split.
    """
    encoder = encoder or embedded_encoder()
    lines = _lines(dialogues)
    folder = (cache or Path(platformdirs.user_cache_dir("ai-salesman")) / "hints") / _digest(
        lines, encoder.name
    )
    told = folder / "told.json"
    if not (told.exists() and (folder / HINTS_FILE).exists()):
        _check(lines)
        folder.mkdir(parents=True, exist_ok=True)
        hints = _cross_fitted(lines, encoder, folder)
        part = told.with_suffix(".part")
        part.write_text(json.dumps(hints), encoding="utf-8")
        part.replace(told)
    return Hearing(json.loads(told.read_text(encoding="utf-8")), folder)


def _lines(dialogues: Iterable[CorpusDialogue]) -> list[_Line]:
    """Every different customer turn once; one that training shows belongs to training."""
    found: dict[str, _Line] = {}
    for dialogue in dialogues:
        learned = dialogue.split is Split.TRAIN
        for turn in dialogue.turns:
            if turn.speaker is not Speaker.CUSTOMER or not turn.text:
                continue
            known = found.get(turn.text)
            if known is None or (learned and not known.learned):
                group = turn.templates[0] if turn.templates else dialogue.id
                act = turn.act.value if turn.act else None
                found[turn.text] = _Line(turn.text, act, group, learned)
    return list(found.values())


def _cross_fitted(lines: Sequence[_Line], encoder: MiniLMEncoder, folder: Path) -> dict[str, str]:
    """Text -> hints; the head of the whole training split is written into `folder`."""
    vectors = encoder.encode_now([line.text for line in lines])
    known = _known(lines)

    def read(head: ActHints, places: Sequence[int]) -> dict[str, str]:
        texts = [lines[i].text for i in places]
        return dict(zip(texts, head.of_vectors(texts, vectors[list(places)]), strict=True))

    def fitted(places: Sequence[int]) -> ActHints:
        texts, acts = [lines[i].text for i in places], [str(lines[i].act) for i in places]
        return ActHints(TextHead.fit(texts, acts, encoder, _STRENGTH))

    whole = fitted(known)
    whole.save(folder)
    told = read(whole, [i for i, line in enumerate(lines) if not line.learned])
    for fold in range(_FOLDS):
        unseen = [i for i, line in enumerate(lines) if line.learned and line.fold == fold]
        others = [i for i in known if lines[i].fold != fold]
        told |= read(fitted(others) if len(_acts(lines, others)) > 1 else whole, unseen)
    return told


def _known(lines: Sequence[_Line]) -> list[int]:
    """Labelled lines of the training split, a few of each template."""
    taken: dict[str, int] = {}
    found = []
    for i in np.random.default_rng(0).permutation(len(lines)).tolist():
        line = lines[i]
        if line.learned and line.act and taken.get(line.group, 0) < _COPIES:
            taken[line.group] = taken.get(line.group, 0) + 1
            found.append(i)
    return found


def _acts(lines: Sequence[_Line], places: Iterable[int]) -> set[str | None]:
    return {lines[i].act for i in places}


def _check(lines: Sequence[_Line]) -> None:
    if len({line.act for line in lines if line.learned and line.act}) < 2:
        raise InputError(
            "the corpus' training split labels fewer than two different acts of customers; "
            "label it with: ai-salesman corpus label"
        )


def _digest(lines: Iterable[_Line], encoder: str) -> str:
    said = hashlib.sha256(f"{_VERSION}/{encoder}".encode())
    for line in lines:
        said.update(repr(tuple(line)).encode())
    return said.hexdigest()[:20]
