"""The summary of a run: what `run`, `runs` and `--json` show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean

from ai_salesman.campaigns.breaches import Compliance, compliance_of
from ai_salesman.campaigns.call_figures import CallFigures, figures_of
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
    CustomerAct,
    Metric,
    StopReason,
    Tier,
)
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.evaluation.attribution import Attribution, attribution_of
from ai_salesman.evaluation.health import unhealthy_signals

__all__ = ["CLAIM_STATUSES", "Health", "RunSummary", "Sold", "summarise", "summary_of"]

_REASONS = 3

CLAIM_STATUSES = ("supported", "unsupported", "contradicted", "forbidden")
"""What the ledger of claims can say of one, best first."""


class Sold(Part):
    """What the calls were about."""

    company: str
    product: str
    price: float
    """List price of one period, in `currency`."""
    currency: str
    period: str
    """'month', 'year' or 'once'."""


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
    sold: Sold
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
    errors: dict[str, int]
    """Technical reason -> calls that failed for it, most frequent first, at most three."""
    by_tier: dict[str, Rate]
    by_segment: dict[str, Rate]
    """Line of business -> conversion, the largest first."""
    open_doubts: dict[CustomerAct, int]
    """Objection -> lost calls at whose end the customer's own mind still held it, most frequent
    first. For the reader, like the attribution: it feeds no score."""
    throughput: Throughput
    cost: TokenUse


def summarise(info: RunInfo, episodes: Iterable[Episode]) -> RunSummary:
    """Summarise a run from its episodes, which are looked at one by one and not kept."""
    sheet = info.campaign.sheet
    return summary_of(info, [figures_of(episode, sheet) for episode in episodes])


def summary_of(info: RunInfo, calls: Sequence[CallFigures]) -> RunSummary:
    """Summarise a run from the figures of its calls."""
    played = [call for call in calls if not call.failed]
    missing = Counter(judge for call in played for judge in call.judge_failures)
    campaign = info.campaign
    return RunSummary(
        run=info.id,
        campaign=campaign.name,
        seed=campaign.seed,
        salesman=campaign.salesman,
        planner=campaign.planner,
        customer=campaign.customer,
        sold=_sold(campaign.sheet),
        episodes=EpisodeCounts(
            requested=campaign.episodes, completed=info.completed, failed=info.failed
        ),
        outcomes=dict(Counter(call.stop for call in calls).most_common()),
        intent={i: sum(call.intent is i for call in played) for i in BuyingIntent},
        conversion=_conversion(played),
        honest_conversion=Rate.of_flags([c.honest for c in played if c.honest is not None]),
        score=Estimate.of_values(_scores(played)),
        capabilities={c: _cell(played, c) for c in Capability},
        metrics={m: _cell(played, m) for m in Metric},
        claims=_claims(played),
        compliance=compliance_of([(call.breaches, call.salesman_turns) for call in played]),
        margin=margin_of(campaign, [call.margin for call in played]),
        health=_health(played),
        judge_failures=JudgeFailures(count=missing.total(), by_judge=dict(missing)),
        errors=dict(Counter(c.error for c in calls if c.failed and c.error).most_common(_REASONS)),
        by_tier=_by_tier(played),
        by_segment=_by_segment(played),
        open_doubts=dict(Counter(d for call in played for d in call.open_doubts).most_common()),
        throughput=_throughput(info, played),
        cost=sum((call.use for call in calls), TokenUse()),
    )


def _sold(sheet: FactSheet) -> Sold:
    names = ("company", "product", "price", "currency", "period")
    return Sold(**{name: getattr(sheet, name) for name in names})


def _conversion(calls: Iterable[CallFigures]) -> Rate:
    return Rate.of_flags([call.converted for call in calls])


def _scores(calls: Iterable[CallFigures]) -> list[float]:
    return [call.score for call in calls if call.score is not None]


def _cell(calls: Iterable[CallFigures], name: Capability | Metric) -> Estimate:
    return Estimate.of_values([score for call in calls for score in call.cells.get(name, ())])


def _claims(calls: Sequence[CallFigures]) -> dict[str, int]:
    found = {s: sum(call.claims.get(s, 0) for call in calls) for s in CLAIM_STATUSES}
    return {"total": sum(found.values())} | found


def _health(calls: Sequence[CallFigures]) -> Health:
    signals = sorted({name for call in calls for name in call.health})
    healthy = [call for call in calls if call.healthy]
    return Health(
        healthy_share=len(healthy) / len(calls) if calls else None,
        signals={n: round(fmean(c.health.get(n, 0.0) for c in calls), 4) for n in signals},
        unhealthy={
            name: Rate.of_flags([name in unhealthy_signals(call.health) for call in calls])
            for name in signals
        },
        score_healthy_only=Estimate.of_values(_scores(healthy)),
        conversion_healthy_only=_conversion(healthy),
        attribution=attribution_of(
            (call.reading for call in calls), sum(call.helped for call in calls)
        ),
    )


def _by_tier(calls: Sequence[CallFigures]) -> dict[str, Rate]:
    present = {call.tier for call in calls}
    return {
        tier.value: _conversion(call for call in calls if call.tier is tier)
        for tier in Tier
        if tier in present
    }


def _by_segment(calls: Sequence[CallFigures]) -> dict[str, Rate]:
    sizes = Counter(call.business for call in calls)
    return {
        business: _conversion(call for call in calls if call.business == business)
        for business, _ in sizes.most_common()
    }


def _throughput(info: RunInfo, calls: Sequence[CallFigures]) -> Throughput:
    wall = info.wall_seconds
    turns = sum(call.salesman_turns for call in calls)
    return Throughput(
        wall_s=round(wall, 2),
        episodes_per_s=round(len(calls) / wall, 3) if wall else None,
        turns_per_s=round(turns / wall, 2) if wall else None,
    )
