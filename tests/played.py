"""Hand-made runs for the tests of comparisons: outcomes as wanted, no call is played."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.pairing import PlayedRun
from ai_salesman.campaigns.store import RunInfo
from ai_salesman.conversation.episode import AgreedOffer, Episode, EpisodeScore
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import BuyingIntent, Speaker, StopReason, Tier
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import Verdict

__all__ = ["call", "persona", "run_of"]

_BUSINESSES = ("bakery", "flower shop")


def persona(index: int) -> Persona:
    """Customer number `index`: tiers and lines of business take turns."""
    return Persona(
        id=f"customer_{index % 7}-{index:04d}",
        name="Ms. Rivera",
        business=_BUSINESSES[index % len(_BUSINESSES)],
        tier=list(Tier)[index % len(Tier)],
        needs={"visibility": 1.0},
    )


def call(
    index: int, sold: bool, score: float | None = None, *, honest: bool = True, seed: int = 1
) -> Episode:
    """A call that sold or not; a score makes it a judged one."""
    judged = EpisodeScore(
        outcome=10.0 if sold else 6.0,
        process=score,
        total=score,
        intent=BuyingIntent.A if sold else BuyingIntent.C,
        converted=sold,
        honest=sold and honest,
    )
    return Episode(
        run="r",
        index=index,
        seed=1000 * seed + index,
        persona=persona(index),
        turns=(Turn(index=0, speaker=Speaker.SALESMAN, text="Hello."),) * (1 + index % 3),
        stop=StopReason.AGREED if sold else StopReason.REFUSED,
        offer=AgreedOffer(price=199, list_price=199) if sold else None,
        verdicts=() if score is None else (Verdict(judge="claims", claims=()),),
        score=None if score is None else judged,
    )


def run_of(
    campaign: Campaign,
    name: str,
    sold: Sequence[bool],
    scores: Sequence[float | None] | None = None,
    failed: Sequence[int] = (),
) -> PlayedRun:
    """A run whose call i sold if `sold[i]`, without the calls that `failed`."""
    points = scores if scores is not None else [None] * len(sold)
    calls = [
        call(index, won, point, seed=campaign.seed)
        for index, (won, point) in enumerate(zip(sold, points, strict=True))
        if index not in failed
    ]
    info = RunInfo(
        id=name,
        campaign=campaign,
        started=datetime(2026, 11, 1, tzinfo=UTC),
        wall_seconds=1.0,
        completed=len(calls),
        failed=len(failed),
    )
    return PlayedRun.of_episodes(info, name, calls, frozenset(failed))
