"""SalesLLM conversations in figures."""

from __future__ import annotations

from collections.abc import Sequence

from ai_salesman.campaigns.estimates import Estimate, Part
from ai_salesman.campaigns.salesllm_files import SalesTalk
from ai_salesman.conversation.taxonomy import BuyingIntent

__all__ = ["SalesLLMSummary", "summarise_talks"]


class SalesLLMSummary(Part):
    """A file of conversations; errors are counted, never scored."""

    out: str
    scripts: int
    completed: int
    failed: int
    """Conversations in which a model failed."""
    scored: int
    judge_failures: int
    intent: dict[BuyingIntent, int]
    score: Estimate
    outcome: Estimate
    process: Estimate
    messages: Estimate
    """Messages after the trigger."""


def summarise_talks(talks: Sequence[SalesTalk], out: str) -> SalesLLMSummary:
    """Sum up conversations."""
    played = [talk for talk in talks if talk.status == "completed"]
    scores = [talk.score for talk in played if talk.score is not None]
    return SalesLLMSummary(
        out=out,
        scripts=len(talks),
        completed=len(played),
        failed=len(talks) - len(played),
        scored=sum(score.total is not None for score in scores),
        judge_failures=sum(score.error is not None for score in scores),
        intent={intent: sum(s.intent is intent for s in scores) for intent in BuyingIntent},
        score=Estimate.of_values([s.total for s in scores if s.total is not None]),
        outcome=Estimate.of_values([s.outcome for s in scores if s.outcome is not None]),
        process=Estimate.of_values([s.process for s in scores if s.process is not None]),
        messages=Estimate.of_values([float(talk.turn_count) for talk in played]),
    )
