"""Read what a language model answered as judge, and check its quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ai_salesman.conversation.errors import ModelReplyError
from ai_salesman.conversation.taxonomy import BuyingIntent, Capability, Metric
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import Evidence, ScoreCell
from ai_salesman.evaluation.wording import normal

__all__ = [
    "Vote",
    "VotedCell",
    "VotedEvidence",
    "checked_cell",
    "checked_evidence",
    "json_object",
    "read_vote",
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class VotedEvidence(_Part):
    """A quote as the model gave it."""

    turn: int
    quote: str


class VotedCell(_Part):
    """One score as the model gave it."""

    score: float | None = Field(ge=0, le=10)
    reason: str = ""
    evidence: tuple[VotedEvidence, ...] = ()


class Vote(_Part):
    """One whole answer of the model."""

    intent: BuyingIntent
    intent_evidence: tuple[VotedEvidence, ...] = ()
    capabilities: dict[Capability, VotedCell]
    metrics: dict[Metric, VotedCell]


def read_vote(text: str) -> Vote:
    """The vote in an answer; prose or code fences around the JSON object are passed over.

    Raises:
        ModelReplyError: the answer is empty, no JSON, or lacks a cell.
    """
    if not text.strip():
        raise ModelReplyError("the judge's answer is empty")
    content = json_object(text)
    try:
        vote = Vote.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ModelReplyError(
            f"the judge's answer is malformed: {field}: {first['msg']}"
        ) from error
    absent = [*(set(Capability) - set(vote.capabilities)), *(set(Metric) - set(vote.metrics))]
    if absent:
        names = ", ".join(sorted(name.value for name in absent))
        raise ModelReplyError(f"the judge's answer lacks {names}")
    return vote


def json_object(text: str) -> Any:
    """The first JSON object in an answer.

    Raises:
        ModelReplyError: there is none.
    """
    start = text.find("{")
    if start < 0:
        raise ModelReplyError(f"the judge's answer holds no JSON object: {text[:80]!r}")
    try:
        return json.JSONDecoder().raw_decode(text[start:])[0]
    except json.JSONDecodeError as error:
        raise ModelReplyError(f"the judge's answer is no JSON ({error.msg})") from error


def checked_cell(cell: VotedCell, transcript: Sequence[Turn]) -> ScoreCell:
    """The cell with those quotes that stand in the cited turns; the rest is named as dropped."""
    kept, dropped = checked_evidence(cell.evidence, transcript)
    note = f" ({dropped} quote(s) dropped: not in the cited turn)" if dropped else ""
    return ScoreCell(score=cell.score, evidence=kept, reason=cell.reason + note)


def checked_evidence(
    given: Sequence[VotedEvidence], transcript: Sequence[Turn]
) -> tuple[tuple[Evidence, ...], int]:
    """Quotes that stand in the turns they cite, and how many do not."""
    cited = {e.turn for e in given}
    words = {turn.index: _bare(turn.text) for turn in transcript if turn.index in cited}
    kept = tuple(
        Evidence(turn=e.turn, quote=e.quote)
        for e in given
        if _bare(e.quote) and _bare(e.quote) in words.get(e.turn, "")
    )
    return kept, len(given) - len(kept)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9$%']+", normal(text)))
