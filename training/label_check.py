"""How often the labeller is right: forget the labels of labelled dialogues, read them again.

The shipped figures (weights/label_accuracy.json) are those of the test split of the built
corpus, whose templates neither classifier has met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import resources

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn
from ai_salesman.training.labelling import Labeller, label_all

__all__ = ["LabelAccuracy", "LabelCheck", "check_labels", "shipped_check"]

_THRESHOLDS = (0.0, 0.3, 0.5, 0.7, 0.9)


class LabelAccuracy(BaseModel):
    """Labels of one kind at one threshold."""

    model_config = ConfigDict(frozen=True)

    kind: str
    """'act', 'strategy' or 'outcome'."""
    least: float
    """Labels below this probability are withheld."""
    known: int
    """Labels that there are to find."""
    covered: float
    """Share of them that is labelled."""
    accuracy: float | None
    """Share of these labels that is right. None: there are none."""


class LabelCheck(BaseModel):
    """All figures of one check."""

    model_config = ConfigDict(frozen=True)

    dialogues: int
    rows: tuple[LabelAccuracy, ...]


def check_labels(
    dialogues: Sequence[CorpusDialogue],
    labeller: Labeller,
    on_progress: Callable[[int], None] = lambda _done: None,
) -> LabelCheck:
    """Measure a labeller that withholds nothing (`least` 0) on labelled dialogues."""
    found: dict[str, list[tuple[float, bool]]] = {"act": [], "strategy": [], "outcome": []}
    anew = label_all(map(_forgotten, dialogues), labeller, on_progress)
    for true, read in zip(dialogues, anew, strict=True):
        if true.outcome is not None:
            sure = read.outcome_confidence
            found["outcome"].append((-1.0 if sure is None else sure, read.outcome is true.outcome))
        for kind, sure, right in _of_turns(true.turns, read.turns):
            found[kind].append((sure, right))
    rows = [_row(kind, least, pairs) for kind, pairs in found.items() for least in _THRESHOLDS]
    return LabelCheck(dialogues=len(dialogues), rows=tuple(rows))


def shipped_check() -> LabelCheck:
    """The figures of the shipped classifiers on the built corpus's test split.

    Made by `ai-salesman corpus build`, then `ai-salesman corpus label FILE --check --json`.
    """
    root = resources.files("ai_salesman.training")
    text = (root / "weights" / "label_accuracy.json").read_text(encoding="utf-8")
    return LabelCheck.model_validate_json(text)


def _forgotten(dialogue: CorpusDialogue) -> CorpusDialogue:
    turns = tuple(
        CorpusTurn(speaker=turn.speaker, text=turn.text, slots=turn.slots)
        for turn in dialogue.turns
    )
    blank = {"turns": turns, "outcome": None, "outcome_confidence": None}
    return dialogue.model_copy(update=blank)


def _of_turns(
    true: Sequence[CorpusTurn], read: Sequence[CorpusTurn]
) -> Iterator[tuple[str, float, bool]]:
    """(kind, confidence or -1, whether right) of every turn whose label is known.

    What a salesman was after in a turn of bad habit cannot be known from his words.
    """
    for known, found in zip(true, read, strict=True):
        sure = -1.0 if found.confidence is None else found.confidence
        if known.speaker is Speaker.CUSTOMER and known.act:
            yield "act", sure, found.act is known.act
        elif known.strategy and known.habit is None:
            yield "strategy", sure, found.strategy is known.strategy


def _row(kind: str, least: float, pairs: Sequence[tuple[float, bool]]) -> LabelAccuracy:
    kept = [right for sure, right in pairs if sure >= least]
    return LabelAccuracy(
        kind=kind,
        least=least,
        known=len(pairs),
        covered=len(kept) / max(len(pairs), 1),
        accuracy=sum(kept) / len(kept) if kept else None,
    )
