"""Read what a language model answered when it compared two calls, and check its quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    field_validator,
    model_validator,
)

from ai_salesman.conversation.errors import ModelReplyError
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.judge_reply import VotedEvidence, checked_evidence, json_object
from ai_salesman.evaluation.pairwise import PairEvidence, Preference

__all__ = ["PairReply", "Place", "checked_quotes", "read_pair_reply"]

Place = Literal["1", "2"]


class _Quote(VotedEvidence):
    call: Annotated[Place, BeforeValidator(str)]


class PairReply(BaseModel):
    """One answer: calls are named by their places."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    winner: Literal["1", "2", "tie"]
    reason: str = ""
    evidence: tuple[_Quote, ...] = ()

    @field_validator("winner", mode="before")
    @classmethod
    def _word(cls, value: Any) -> str:
        return str(value).strip().lower()

    @model_validator(mode="after")
    def _cites(self) -> PairReply:
        if self.winner != "tie" and not self.evidence:
            raise ValueError("a preference without a quote")
        return self

    def prefers(self, order: Sequence[Literal["a", "b"]]) -> Preference:
        """The preferred call, when the calls were shown in this order."""
        return "tie" if self.winner == "tie" else order[int(self.winner) - 1]


def read_pair_reply(text: str) -> PairReply:
    """The preference in an answer; prose or code fences around the JSON object are passed over.

    Raises:
        ModelReplyError: the answer is empty, no JSON, names no winner, or prefers a call
            without a quote.
    """
    if not text.strip():
        raise ModelReplyError("the judge's answer is empty")
    try:
        return PairReply.model_validate(json_object(text))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "answer"
        raise ModelReplyError(
            f"the judge's answer is malformed: {field}: {first['msg']}"
        ) from error


def checked_quotes(
    reply: PairReply,
    order: Sequence[Literal["a", "b"]],
    transcripts: Sequence[Sequence[Turn]],
) -> tuple[tuple[PairEvidence, ...], int]:
    """Quotes that stand in the turns they cite, and how many do not.

    Args:
        reply: the answer.
        order: which call stood at which place.
        transcripts: the calls as they stood.
    """
    kept: list[PairEvidence] = []
    for quote in reply.evidence:
        place = int(quote.call) - 1
        found, _ = checked_evidence((quote,), transcripts[place])
        kept += [PairEvidence(call=order[place], turn=e.turn, quote=e.quote) for e in found]
    return tuple(kept), len(reply.evidence) - len(kept)
