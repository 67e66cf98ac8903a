"""The rubric as data, and the arithmetic from findings to a score."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path

from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.taxonomy import Capability, Metric
from ai_salesman.conversation.verdict import Evidence, ScoreCell
from ai_salesman.evaluation.evidence import Finding

__all__ = ["Criterion", "Rubric", "RubricCell", "conduct_rubric", "score_cell"]

_MOST_QUOTES = 6


class Criterion(Strict):
    """One thing that earns or costs points."""

    id: str
    points: float
    text: str


class RubricCell(Strict):
    """One capability or metric."""

    asks: str
    occasion: str
    criteria: tuple[Criterion, ...]


class Rubric(Strict):
    """The whole rubric."""

    version: str
    capabilities: dict[Capability, RubricCell]
    metrics: dict[Metric, RubricCell]


@lru_cache(maxsize=1)
def conduct_rubric() -> Rubric:
    """The rubric that ships with the package."""
    folder = Path(str(resources.files("ai_salesman.evaluation")))
    return load_yaml_model(folder / "rubrics" / "conduct.yaml", Rubric)


def score_cell(cell: RubricCell, findings: Mapping[str, Finding | None]) -> ScoreCell:
    """The score of a cell.

    Args:
        cell: its criteria.
        findings: criterion -> finding; None where the call gave no occasion for it.
    """
    judged = [(c, f) for c in cell.criteria if (f := findings.get(c.id)) is not None]
    earning = [(c, f) for c, f in judged if c.points > 0]
    if not earning and any(c.points > 0 for c in cell.criteria):
        return ScoreCell(score=None, reason=f"no occasion: {cell.occasion}")
    score = 10.0
    if earning:
        earned = sum(c.points * min(f.amount, 1.0) for c, f in earning)
        score = 10.0 * earned / sum(c.points for c, _ in earning)
    score += sum(c.points * f.amount for c, f in judged if c.points < 0)
    quotes = {(e.turn, e.quote): e for c, f in judged if f.amount > 0 for e in _noted(c, f)}
    return ScoreCell(
        score=round(min(10.0, max(0.0, score)), 2),
        evidence=tuple(sorted(quotes.values(), key=lambda e: e.turn))[:_MOST_QUOTES],
        reason=_reason(judged),
    )


def _noted(criterion: Criterion, finding: Finding) -> list[Evidence]:
    return [e.model_copy(update={"note": e.note or criterion.text}) for e in finding.evidence]


def _reason(judged: list[tuple[Criterion, Finding]]) -> str:
    """What was earned, what was missed and what was taken off, in words."""
    good = [c.text for c, f in judged if c.points > 0 and f.amount >= 0.5]
    lacking = [c.text for c, f in judged if c.points > 0 and f.amount < 0.5]
    faults = [c.text for c, f in judged if c.points < 0 and f.amount > 0]
    parts = [("earned", good), ("missing", lacking), ("taken off", faults)]
    return ". ".join(f"{name}: {'; '.join(texts)}" for name, texts in parts if texts)
