"""The summary of a run: what `run`, `runs` and `--json` show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.store import RunInfo
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import (
    BuyingIntent,
    Capability,
    Metric,
    Speaker,
    StopReason,
    Tier,
)
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.conversation.verdict import Claim, JudgeFailure, Verdict
from ai_salesman.evaluation.health import is_healthy
from ai_salesman.evaluation.statistics import mean_interval, wilson_interval

__all__ = ["Estimate", "Rate", "RunSummary", "summarise"]

CLAIM_STATUSES = ("supported", "unsupported", "contradicted", "forbidden")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Rate(_Part):
    """A share with its 95 % Wilson interval."""

    rate: float | None
    ci95: tuple[float, float] | None
    successes: int
    of: int

    @classmethod
    def of_flags(cls, flags: Sequence[bool]) -> Rate:
        """The share of true flags; without flags there is no rate."""
        hits, count = sum(flags), len(flags)
        if not count:
            return cls(rate=None, ci95=None, successes=0, of=0)
        return cls(rate=hits / count, ci95=wilson_interval(hits, count), successes=hits, of=count)


class Estimate(_Part):
    """A mean with its 95 % bootstrap interval."""

    mean: float | None
    ci95: tuple[float, float] | None
    of: int

    @classmethod
    def of_values(cls, values: Sequence[float]) -> Estimate:
        """The mean of `values`; without values there is none."""
        if not values:
            return cls(mean=None, ci95=None, of=0)
        return cls(mean=fmean(values), ci95=mean_interval(values), of=len(values))


class EpisodeCounts(_Part):
    """How far the run came."""

    requested: int
    completed: int
    failed: int


class Margin(_Part):
    """What the sales were worth, per contract period."""

    revenue: float
    discount_given: float
    profit: float
    minutes_per_sale: float | None
    """Spoken minutes of all calls, at 150 words a minute, per sale."""


class Health(_Part):
    """Was the simulator itself sound?"""

    healthy_share: float | None
    signals: dict[str, float]
    score_healthy_only: Estimate


class JudgeFailures(_Part):
    """Verdicts that are missing, by judge."""

    count: int
    by_judge: dict[str, int]


class Throughput(_Part):
    wall_s: float
    episodes_per_s: float | None
    turns_per_s: float | None


class RunSummary(_Part):
    """One run in figures. Calls that failed for technical reasons are counted, never scored."""

    run: str
    campaign: str
    seed: int
    salesman: str
    planner: str
    customer: str
    episodes: EpisodeCounts
    outcomes: dict[StopReason, int]
    intent: dict[BuyingIntent, int]
    conversion: Rate
    honest_conversion: Rate
    score: Estimate
    capabilities: dict[Capability, Estimate]
    metrics: dict[Metric, Estimate]
    claims: dict[str, int]
    compliance: dict[str, int]
    margin: Margin
    health: Health
    judge_failures: JudgeFailures
    by_tier: dict[str, Rate]
    throughput: Throughput
    cost: TokenUse


def summarise(info: RunInfo, episodes: Sequence[Episode]) -> RunSummary:
    """Summarise a run from its stored episodes."""
    played = [e for e in episodes if e.stop is not StopReason.INFRASTRUCTURE_ERROR]
    verdicts = [v for e in played for v in e.verdicts if isinstance(v, Verdict)]
    failures = [v for e in played for v in e.verdicts if isinstance(v, JudgeFailure)]
    claims = _claims(verdicts)
    campaign = info.campaign
    return RunSummary(
        run=info.id,
        campaign=campaign.name,
        seed=campaign.seed,
        salesman=campaign.salesman,
        planner=campaign.planner,
        customer=campaign.customer,
        episodes=EpisodeCounts(
            requested=campaign.episodes, completed=info.completed, failed=info.failed
        ),
        outcomes=dict(Counter(e.stop for e in episodes).most_common()),
        intent={
            intent: sum(e.score is not None and e.score.intent is intent for e in played)
            for intent in BuyingIntent
        },
        conversion=Rate.of_flags([_converted(e) for e in played]),
        honest_conversion=Rate.of_flags(
            [e.score is not None and e.score.honest for e in played if _claims_checked(e)]
        ),
        score=Estimate.of_values(_scores(played)),
        capabilities={c: Estimate.of_values(_cells(verdicts, c)) for c in Capability},
        metrics={m: Estimate.of_values(_cells(verdicts, m)) for m in Metric},
        claims={"total": len(claims)}
        | {s: sum(claim.status == s for claim in claims) for s in CLAIM_STATUSES},
        compliance=dict(Counter(issue.rule for v in verdicts for issue in v.compliance or ())),
        margin=_margin(info, played),
        health=_health(played),
        judge_failures=JudgeFailures(
            count=len(failures), by_judge=dict(Counter(f.judge for f in failures))
        ),
        by_tier=_by_tier(played),
        throughput=_throughput(info, played),
        cost=sum((e.use for e in episodes), TokenUse()),
    )


def _converted(episode: Episode) -> bool:
    return episode.stop is StopReason.AGREED


def _claims_checked(episode: Episode) -> bool:
    """Without a claims ledger nobody can say whether a sale was honest."""
    return any(isinstance(v, Verdict) and v.claims is not None for v in episode.verdicts)


def _scores(episodes: Sequence[Episode]) -> list[float]:
    return [e.score.total for e in episodes if e.score and e.score.total is not None]


def _cells(verdicts: Sequence[Verdict], name: Capability | Metric) -> list[float]:
    found = []
    for verdict in verdicts:
        cell = (
            verdict.capabilities.get(name)
            if isinstance(name, Capability)
            else verdict.metrics.get(name)
        )
        if cell is not None and cell.score is not None:
            found.append(cell.score)
    return found


def _claims(verdicts: Sequence[Verdict]) -> list[Claim]:
    return [claim for verdict in verdicts for claim in verdict.claims or ()]


def _margin(info: RunInfo, episodes: Sequence[Episode]) -> Margin:
    offers = [e.offer for e in episodes if e.offer is not None]
    revenue = sum(offer.price for offer in offers)
    words = sum(len(turn.text.split()) for e in episodes for turn in e.turns)
    return Margin(
        revenue=round(revenue, 2),
        discount_given=round(sum(offer.list_price - offer.price for offer in offers), 2),
        profit=round(revenue - info.campaign.sheet.cost * len(offers), 2),
        minutes_per_sale=round(words / 150 / len(offers), 1) if offers else None,
    )


def _health(episodes: Sequence[Episode]) -> Health:
    signals = sorted({name for e in episodes for name in e.health})
    healthy = [e for e in episodes if is_healthy(e.health)]
    return Health(
        healthy_share=len(healthy) / len(episodes) if episodes else None,
        signals={n: round(fmean(e.health.get(n, 0.0) for e in episodes), 4) for n in signals},
        score_healthy_only=Estimate.of_values(_scores(healthy)),
    )


def _by_tier(episodes: Sequence[Episode]) -> dict[str, Rate]:
    present = {e.persona.tier for e in episodes}
    return {
        tier.value: Rate.of_flags([_converted(e) for e in episodes if e.persona.tier is tier])
        for tier in Tier
        if tier in present
    }


def _throughput(info: RunInfo, episodes: Sequence[Episode]) -> Throughput:
    wall = info.wall_seconds
    turns = sum(turn.speaker is Speaker.SALESMAN for e in episodes for turn in e.turns)
    return Throughput(
        wall_s=round(wall, 2),
        episodes_per_s=round(len(episodes) / wall, 3) if wall else None,
        turns_per_s=round(turns / wall, 2) if wall else None,
    )
