"""What judges say of a call, as cells from 0 to 10: the more, the better the call was led.

Scores are what they are; the buying intent counts its points (A 10 to F 2); a kind of entry in
the ledger of claims, or a rule of compliance, is 10 when there is no such entry and 0 when there
is one, so that a movement of 0.3 means that 3 calls in 100 are flagged otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, get_args

from ai_salesman.conversation.taxonomy import Capability, Metric
from ai_salesman.conversation.verdict import (
    ClaimStatus,
    ComplianceRule,
    JudgeFailure,
    JudgeResult,
    Verdict,
)
from ai_salesman.evaluation.score import OUTCOME_POINTS

__all__ = ["CELLS", "Cell", "Cells", "cells_of", "failures_in"]

_FLAGGED: tuple[ClaimStatus, ...] = ("contradicted", "forbidden", "unsupported")
_RULES: tuple[str, ...] = get_args(ComplianceRule)

CELLS: tuple[str, ...] = (
    "intent",
    *(capability.value for capability in Capability),
    *(metric.value for metric in Metric),
    *(f"claims.{status}" for status in _FLAGGED),
    *(f"compliance.{rule}" for rule in _RULES),
)
"""Names of all cells, in the order of tables."""


class Cell(NamedTuple):
    """One cell of one judge."""

    judge: str
    name: str


Cells = Mapping[Cell, float | None]
"""Cell -> value, 0 to 10; None: the call gave no occasion."""


def cells_of(results: Iterable[JudgeResult]) -> Cells:
    """The cells of one call. A judge that failed has none."""
    return {
        Cell(verdict.judge, name): value
        for verdict in results
        if isinstance(verdict, Verdict)
        for name, value in _values(verdict)
    }


def failures_in(results: Iterable[JudgeResult]) -> list[JudgeFailure]:
    """The judges that failed."""
    return [result for result in results if isinstance(result, JudgeFailure)]


def _values(verdict: Verdict) -> Iterator[tuple[str, float | None]]:
    if verdict.intent is not None:
        yield "intent", OUTCOME_POINTS[verdict.intent]
    for capability, cell in verdict.capabilities.items():
        yield capability.value, cell.score
    for metric, cell in verdict.metrics.items():
        yield metric.value, cell.score
    if verdict.claims is not None:
        found: set[str] = {claim.status for claim in verdict.claims}
        yield from ((f"claims.{status}", _clean(status in found)) for status in _FLAGGED)
    if verdict.compliance is not None:
        broken: set[str] = {issue.rule for issue in verdict.compliance}
        yield from ((f"compliance.{rule}", _clean(rule in broken)) for rule in _RULES)


def _clean(flagged: bool) -> float:
    return 0.0 if flagged else 10.0
