"""The summary of a run: what `run`, `runs` and `--json` show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from ai_salesman.campaigns.breaches import Compliance, compliance_of
from ai_salesman.campaigns.estimates import Estimate as Estimate
from ai_salesman.campaigns.estimates import Part
from ai_salesman.campaigns.estimates import Rate as Rate
from ai_salesman.campaigns.margin import Margin, margin_of
from ai_salesman.campaigns.store import RunInfo
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.facts import FactSheet
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
from ai_salesman.evaluation.attribution import Attribution, attribution_of
from ai_salesman.evaluation.health import is_healthy, unhealthy_signals

__all__ = ["Health", "RunSummary", "summarise"]

CLAIM_STATUSES = ("supported", "unsupported", "contradicted", "forbidden")


class EpisodeCounts(Part):
    """How far the run came."""

    requested: int
    completed: int
    failed: int


class Health(Part):
    """Was the simulator itself sound?"""

    healthy_share: float | None
    signals: dict[str, float]
    """Signal -> its mean over all calls."""
    unhealthy: dict[str, Rate]
    """Signal -> share of calls in which it reached its bound."""
    score_healthy_only: Estimate
    conversion_healthy_only: Rate
    attribution: Attribution
    """Whose fault lost calls were; for the reader, it feeds no score."""


class JudgeFailures(Part):
    """Verdicts that are missing, by judge."""

    count: int
    by_judge: dict[str, int]


class Throughput(Part):
    wall_s: float
    episodes_per_s: float | None
    turns_per_s: float | None


class RunSummary(Part):
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
    compliance: Compliance
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
        compliance=compliance_of(played),
        margin=margin_of(campaign, played),
        health=_health(played, campaign.sheet),
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


def _health(episodes: Sequence[Episode], sheet: FactSheet) -> Health:
    signals = sorted({name for e in episodes for name in e.health})
    healthy = [e for e in episodes if is_healthy(e.health)]
    return Health(
        healthy_share=len(healthy) / len(episodes) if episodes else None,
        signals={n: round(fmean(e.health.get(n, 0.0) for e in episodes), 4) for n in signals},
        unhealthy={
            name: Rate.of_flags([name in unhealthy_signals(e.health) for e in episodes])
            for name in signals
        },
        score_healthy_only=Estimate.of_values(_scores(healthy)),
        conversion_healthy_only=Rate.of_flags([_converted(e) for e in healthy]),
        attribution=attribution_of(episodes, sheet),
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
