"""A panel of judges on one call, and its agreement over many."""

from __future__ import annotations

import pytest

from ai_salesman.conversation.taxonomy import BuyingIntent, Capability, Metric
from ai_salesman.conversation.verdict import JudgeFailure, ScoreCell, Verdict
from ai_salesman.evaluation.panel import ALL_CELLS, panel_agreement, panel_of

FAILED = JudgeFailure(judge="broken", error="no answer", cause="timeout")


def verdict(judge: str, intent: str, opening: float | None, safety: float = 8.0) -> Verdict:
    return Verdict(
        judge=judge,
        intent=BuyingIntent(intent),
        capabilities={Capability.OPENING: ScoreCell(score=opening)},
        metrics={Metric.SAFETY: ScoreCell(score=safety)},
    )


def test_the_median_the_majority_and_the_spread() -> None:
    panel = panel_of([verdict("x", "A", 9), verdict("y", "A", 4), verdict("z", "C", 5), FAILED])
    assert panel.judges == ("x", "y", "z"), "a judge that failed has no seat"
    assert panel.intent is BuyingIntent.A
    opening = panel.cells[Capability.OPENING]
    assert (opening.score, opening.spread) == (5.0, 5.0)
    assert opening.scores == {"x": 9, "y": 4, "z": 5}


def test_no_majority_and_no_occasion() -> None:
    panel = panel_of([verdict("x", "A", None), verdict("y", "B", None), verdict("z", "C", 7)])
    assert panel.intent is None
    assert panel.cells[Capability.OPENING].score is None
    assert panel.cells[Capability.OPENING].spread is None
    assert panel_of([FAILED]).cells == {}


def test_agreement_is_full_nominally_and_less_by_score() -> None:
    calls = [
        [verdict("x", intent, score), verdict("y", intent, score + shift), FAILED]
        for intent, score, shift in [("A", 9, 0), ("B", 5, 1), ("C", 2, 0), ("F", 1, 2)]
    ]
    found = panel_agreement(calls)
    assert (found.judges, found.calls) == (("x", "y"), 4)
    assert found.intent.alpha == 1.0
    opening = found.cells["opening"]
    assert opening.interval.alpha is not None and 0.8 < opening.interval.alpha < 1
    assert opening.ordinal.alpha is not None and 0.5 < opening.ordinal.alpha < 1
    assert opening.spread == pytest.approx(0.75)
    assert found.cells["safety"].interval.alpha is None, "everybody gives 8"
    assert found.cells[ALL_CELLS].interval.units == 8


def test_one_judge_agrees_with_nobody() -> None:
    found = panel_agreement([[verdict("x", "A", 9)]])
    assert found.cells == {}
    assert found.intent.units == 0
