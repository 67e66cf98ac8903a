"""What an import read, what it dropped, why, and where to look."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.corpus.dialogue import CorpusDialogue

__all__ = ["DropReason", "ImportBook", "ImportReport"]

_PLACES = 3


class DropReason(BaseModel):
    """Why dialogues were dropped."""

    model_config = ConfigDict(frozen=True)

    reason: str
    count: int
    places: tuple[str, ...]
    """The first few."""


class ImportReport(BaseModel):
    """What became of the sources."""

    model_config = ConfigDict(frozen=True)

    out: str
    files: int
    read: int
    """Dialogues written."""
    dropped: int
    """Dialogues, lines or files that could not be read, or were not wanted twice."""
    kinds: dict[str, int]
    """Form -> dialogues read."""
    salesman_turns: int
    customer_turns: int
    joined: int
    """Turns that follow one of the same speaker, and were joined with it."""
    left_out: dict[str, int]
    """Reason -> turns of the dialogues read that are no spoken words."""
    outcomes: dict[str, int]
    splits: dict[str, int]
    reasons: tuple[DropReason, ...]
    """Most frequent first."""

    @property
    def main_reason(self) -> str:
        """The most frequent reason with its first place, for a sentence."""
        if not self.reasons:
            return "the sources hold nothing"
        return f"{self.reasons[0].reason} ({self.reasons[0].places[0]})"


@dataclass
class ImportBook:
    """Keeps count while an import runs."""

    files: int = 0
    joined: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    turns: Counter[Speaker] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    _dropped: Counter[str] = field(default_factory=Counter)
    _places: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def drop(self, reason: str, place: str, detail: str = "") -> None:
        """Something could not be read."""
        self._dropped[reason] += 1
        if len(self._places[reason]) < _PLACES:
            self._places[reason].append(f"{place}, {detail}" if detail else place)

    def take(self, kind: str, dialogue: CorpusDialogue, left_out: Mapping[str, int]) -> None:
        """A dialogue was read."""
        self.kinds[kind] += 1
        self.left_out.update(left_out)
        self.turns.update(turn.speaker for turn in dialogue.turns)
        self.outcomes[str(dialogue.outcome or "unknown")] += 1
        self.splits[str(dialogue.split)] += 1

    def report(self, out: str) -> ImportReport:
        """Everything so far."""
        return ImportReport(
            out=out,
            files=self.files,
            read=self.kinds.total(),
            dropped=self._dropped.total(),
            kinds=dict(self.kinds.most_common()),
            salesman_turns=self.turns[Speaker.SALESMAN],
            customer_turns=self.turns[Speaker.CUSTOMER],
            joined=self.joined,
            left_out=dict(self.left_out.most_common()),
            outcomes=dict(self.outcomes.most_common()),
            splits=dict(self.splits.most_common()),
            reasons=tuple(
                DropReason(reason=reason, count=count, places=tuple(self._places[reason]))
                for reason, count in self._dropped.most_common()
            ),
        )
