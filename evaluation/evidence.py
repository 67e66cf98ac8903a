"""Findings: how far a criterion of the rubric is met, and the words that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ai_salesman.conversation.verdict import Evidence
from ai_salesman.evaluation.dossier import Dossier
from ai_salesman.evaluation.reader import Sentence

__all__ = ["Finder", "Finding", "cite", "found", "missing"]

_MOST_QUOTES = 3


@dataclass(frozen=True)
class Finding:
    """How far a criterion is met. For deductions: how often, or how much of, the fault."""

    amount: float
    evidence: tuple[Evidence, ...] = ()


Finder = Callable[[Dossier], Finding | None]
"""Looks for one criterion; None when the call gave no occasion for it."""


def cite(sentences: Iterable[Sentence], note: str = "") -> tuple[Evidence, ...]:
    """The first few sentences as evidence."""
    unique = list(dict.fromkeys(sentences))[:_MOST_QUOTES]
    return tuple(Evidence(turn=s.turn, quote=s.text, note=note) for s in unique)


def found(sentences: Iterable[Sentence], enough: int = 1) -> Finding:
    """Met in full when there are `enough` sentences, in part when there are fewer."""
    shown = list(dict.fromkeys(sentences))
    return Finding(min(1.0, len(shown) / enough), cite(shown))


def missing() -> Finding:
    """Not met."""
    return Finding(0.0)
