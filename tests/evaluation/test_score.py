"""The score of a call, and what must never become a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import (
    BuyingIntent,
    Capability,
    Metric,
    Speaker,
    StopReason,
)
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import (
    Claim,
    ClaimStatus,
    JudgeFailure,
    JudgeResult,
    ScoreCell,
    Verdict,
)
from ai_salesman.evaluation.score import score_call

TURNS = (
    Turn(index=0, speaker=Speaker.SALESMAN, text="It is $199 a month. Shall we?"),
    Turn(index=1, speaker=Speaker.CUSTOMER, text="I'll take it."),
    Turn(index=2, speaker=Speaker.SALESMAN, text="Thank you."),
)
OUTCOME = Verdict(judge="outcome", intent=BuyingIntent.A)
CONDUCT = Verdict(
    judge="conduct",
    capabilities={
        Capability.OPENING: ScoreCell(score=8.0),
        Capability.OBJECTION_HANDLING: ScoreCell(score=None),
    },
    metrics={Metric.SAFETY: ScoreCell(score=6.0)},
)


def ledger(status: ClaimStatus, turn: int = 0) -> Verdict:
    claim = Claim(turn=turn, quote="It is $199 a month.", kind="price", status=status)
    return Verdict(judge="claims", claims=(claim,))


def episode(*verdicts: JudgeResult, stop: StopReason = StopReason.AGREED) -> Episode:
    return Episode(
        run="r",
        index=0,
        seed=1,
        persona=Persona(id="p", name="Ms. Rivera", needs={"more_customers": 1.0}),
        turns=TURNS,
        stop=stop,
        verdicts=verdicts,
    )


def test_half_outcome_half_process() -> None:
    score = score_call(episode(OUTCOME, CONDUCT, ledger("supported")))
    assert (score.outcome, score.process, score.total) == (10.0, 7.0, 8.5)
    assert score.converted
    assert score.honest


@pytest.mark.parametrize(
    ("intent", "points"), list(zip(BuyingIntent, (10.0, 8.0, 6.0, 4.0, 2.0), strict=True))
)
def test_intent_points(intent: BuyingIntent, points: float) -> None:
    assert score_call(episode(Verdict(judge="outcome", intent=intent))).outcome == points


@pytest.mark.parametrize("status", ["contradicted", "forbidden"])
def test_a_sale_on_a_false_claim_is_not_honest(status: ClaimStatus) -> None:
    assert not score_call(episode(OUTCOME, ledger(status))).honest
    assert score_call(episode(OUTCOME, ledger(status, turn=2))).honest, "it came after the yes"
    assert score_call(episode(OUTCOME, ledger("unsupported"))).honest


def test_a_sale_is_what_the_customer_signalled_not_what_a_judge_heard() -> None:
    score = score_call(episode(OUTCOME, ledger("supported"), stop=StopReason.REFUSED))
    assert not score.converted
    assert not score.honest


def test_a_failed_judge_is_no_number() -> None:
    failed = JudgeFailure(judge="conduct", error="late", cause="timeout")
    score = score_call(episode(OUTCOME, failed))
    assert (score.outcome, score.process, score.total) == (10.0, None, None)
    score = score_call(episode(JudgeFailure(judge="outcome", error="x", cause="crashed"), CONDUCT))
    assert (score.outcome, score.process, score.total) == (None, 7.0, None)
    assert not score.honest, "nobody checked the claims"


@given(weight=st.floats(min_value=0, max_value=1))
def test_the_total_lies_between_its_parts(weight: float) -> None:
    total = score_call(episode(OUTCOME, CONDUCT), weight).total
    assert total is not None
    assert 7.0 - 1e-3 <= total <= 10.0 + 1e-3
