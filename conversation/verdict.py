"""What judges say of a finished call: scores with evidence, or a failure with its cause."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ai_salesman.conversation.taxonomy import BuyingIntent, Capability, Metric

__all__ = [
    "Claim",
    "ClaimStatus",
    "ComplianceIssue",
    "ComplianceRule",
    "Evidence",
    "JudgeFailure",
    "JudgeResult",
    "ScoreCell",
    "Verdict",
]

ClaimStatus = Literal["supported", "unsupported", "contradicted", "forbidden"]


class Evidence(BaseModel):
    """A place in the transcript."""

    model_config = ConfigDict(frozen=True)

    turn: int
    quote: str
    note: str = ""


class ScoreCell(BaseModel):
    """One score from 0 to 10 with its evidence. `score` None: there was no occasion."""

    model_config = ConfigDict(frozen=True)

    score: Annotated[float, Field(ge=0, le=10)] | None
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""


class Claim(BaseModel):
    """One claim of the salesman, checked against the fact sheet."""

    model_config = ConfigDict(frozen=True)

    turn: int
    quote: str
    kind: str
    """price, discount, duration, number, feature, superlative, guarantee."""
    status: ClaimStatus
    fact: str | None = None
    """The fact that supports or contradicts it."""
    note: str = ""


ComplianceRule = Literal[
    "missing_disclosure",
    "pressure_after_refusal",
    "pressure",
    "continued_after_do_not_call",
    "invented_consent",
]
"""What a salesman must not do."""


class ComplianceIssue(BaseModel):
    """One breach of a rule."""

    model_config = ConfigDict(frozen=True)

    rule: ComplianceRule
    turn: int
    quote: str = ""


class Verdict(BaseModel):
    """The findings of one judge on one call. Fields outside its office stay empty."""

    model_config = ConfigDict(frozen=True)

    judge: str
    version: str = "1"
    intent: BuyingIntent | None = None
    intent_evidence: tuple[Evidence, ...] = ()
    capabilities: dict[Capability, ScoreCell] = {}
    metrics: dict[Metric, ScoreCell] = {}
    claims: tuple[Claim, ...] | None = None
    compliance: tuple[ComplianceIssue, ...] | None = None


class JudgeFailure(BaseModel):
    """A judge that could not judge. Stored and counted, never turned into a score."""

    model_config = ConfigDict(frozen=True)

    judge: str
    version: str = "1"
    error: str
    cause: Literal["timeout", "malformed", "unreachable", "crashed"]


JudgeResult = Verdict | JudgeFailure
