"""One finished call, with everything needed to read, judge and repeat it."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field

from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import BuyingIntent, Speaker, StopReason
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.conversation.verdict import JudgeResult

__all__ = ["AgreedOffer", "Episode", "EpisodeScore", "transcript_of"]


class AgreedOffer(BaseModel):
    """What the customer believes it bought: the terms as they were heard."""

    model_config = ConfigDict(frozen=True)

    price: float
    list_price: float
    discount_percent: float = 0.0


class EpisodeScore(BaseModel):
    """Score of one call; see `evaluation.score` for the formula."""

    model_config = ConfigDict(frozen=True)

    outcome: float | None
    """0 to 10, from the buying intent; None when no judge named one."""
    process: float | None
    """0 to 10, mean of the judged cells; None when no judge scored conduct."""
    total: float | None
    """weight x outcome + (1 - weight) x process; None when a part was not judged."""
    intent: BuyingIntent | None
    converted: bool
    honest: bool
    """Converted, and a ledger of claims shows none contradicted or forbidden before the
    agreement. Without a ledger honesty is not assumed."""


class Episode(BaseModel):
    """One call."""

    model_config = ConfigDict(frozen=True)

    run: str
    index: int
    seed: int
    persona: Persona
    turns: tuple[Turn, ...]
    stop: StopReason
    offer: AgreedOffer | None = None
    error: str | None = None
    """With `StopReason.INFRASTRUCTURE_ERROR`: what failed."""
    verdicts: tuple[JudgeResult, ...] = ()
    score: EpisodeScore | None = None
    health: dict[str, float] = {}
    """Simulator health signals of this call: see `evaluation.health`."""
    versions: dict[str, str] = {}
    """Part -> URI or version: salesman, planner, customer, judges, library, package."""
    use: TokenUse = TokenUse()
    seconds: float = 0.0
    finished: datetime = Field(default_factory=lambda: datetime.now(UTC))


def transcript_of(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """The turns with words only: no outline, no guard, no trace.

    This is the one way by which a call reaches a customer or a judge.
    """
    return tuple(
        Turn(
            index=turn.index, speaker=Speaker(turn.speaker), text=turn.text, messages=turn.messages
        )
        for turn in turns
    )
