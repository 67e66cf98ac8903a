"""The table of baselines: salesmen and planners under each customer, from stored runs.

Every figure pools the calls of all campaigns of a row. Differences are taken call by call: the
same campaign, customer and luck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.estimates import Estimate, Part, Rate, Ratio
from ai_salesman.campaigns.margin import minutes_of
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.conversation.verdict import Claim, Verdict
from ai_salesman.evaluation.health import is_healthy
from ai_salesman.evaluation.statistics import (
    adjusted_p_values,
    paired_difference,
    rank_correlation,
)

__all__ = [
    "BASELINES",
    "NONSENSE",
    "REFERENCE",
    "Contender",
    "Gap",
    "Key",
    "Played",
    "Results",
    "ResultsRow",
    "results_of",
    "seated",
]


class Contender(Part):
    """A salesman with its planner: one row."""

    salesman: str
    planner: str

    @property
    def name(self) -> str:
        """As it stands in the table."""
        return f"{self.salesman} + {self.planner}"


NONSENSE = Contender(salesman="replay:examples/replies/nonsense.jsonl", planner="none")
REFERENCE = Contender(salesman="script", planner="doga")
BASELINES = (
    NONSENSE,
    *(
        Contender(salesman=salesman, planner=planner)
        for salesman in ("script", "embedded")
        for planner in ("none", "static", "doga")
    ),
)


def seated(campaign: Campaign, who: Contender, customer: str, episodes: int) -> Campaign:
    """The campaign with a contender and a customer in their seats."""
    return campaign.model_copy(
        update={
            "salesman": who.salesman,
            "planner": who.planner,
            "customer": customer,
            "episodes": episodes,
        }
    )


class ResultsRow(Part):
    """One contender under one customer."""

    contender: Contender
    customer: str
    runs: tuple[str, ...]
    calls: int
    failed: int
    conversion: Rate
    honest_conversion: Rate
    score: Estimate
    healthy: Rate
    """Calls in which the simulated customer was sound."""
    supported: Ratio
    """Share of the claims that the fact sheet bears out."""
    false_claims: Ratio
    """Contradicted and forbidden claims per 100 salesman turns."""
    profit_per_call: Estimate
    minutes_per_sale: Ratio


class Gap(Part):
    """A contender minus the reference, on the same calls."""

    contender: Contender
    customer: str
    measure: str
    difference: float
    ci95: tuple[float, float]
    p_adjusted: float
    """Holm's correction over the rows of one customer and measure."""
    pairs: int


class Results(Part):
    """The whole table."""

    campaigns: tuple[str, ...]
    episodes: int
    """Of each campaign."""
    seed: tuple[int, ...]
    rows: tuple[ResultsRow, ...]
    gaps: tuple[Gap, ...]
    agreement: dict[str, float | None]
    """'first / second: measure' -> Spearman's rho of the ranking of the contenders."""


@dataclass(frozen=True)
class Played:
    """The stored calls of one campaign with one contender and one customer."""

    campaign: Campaign
    run: str
    episodes: Sequence[Episode]


Key = tuple[Contender, str]
"""Contender and customer."""

_Call = tuple[Campaign, Episode]
_FALSE = ("contradicted", "forbidden")
_UNBORNE = ("unsupported", *_FALSE)


def results_of(
    played: Mapping[Key, Sequence[Played]], campaigns: Sequence[Campaign], episodes: int
) -> Results:
    """The table of stored runs.

    Args:
        played: for each contender and customer, its runs, one for each campaign.
        campaigns: as loaded, before anybody was seated.
        episodes: calls of each campaign.
    """
    rows = tuple(_row(key, runs) for key, runs in played.items())
    return Results(
        campaigns=tuple(campaign.name for campaign in campaigns),
        episodes=episodes,
        seed=tuple(campaign.seed for campaign in campaigns),
        rows=rows,
        gaps=tuple(_gaps(played)),
        agreement=_agreement(rows),
    )


def _row(key: Key, runs: Sequence[Played]) -> ResultsRow:
    calls = _calls(runs)
    everyone = [episode for _, episode in calls]
    judged = [e for e in everyone if _claims(e) is not None]
    return ResultsRow(
        contender=key[0],
        customer=key[1],
        runs=tuple(run.run for run in runs),
        calls=len(calls),
        failed=sum(len(run.episodes) for run in runs) - len(calls),
        conversion=Rate.of_flags([_bought(call) == 1.0 for call in calls]),
        honest_conversion=Rate.of_flags([bool(e.score and e.score.honest) for e in judged]),
        score=Estimate.of_values([s for call in calls if (s := _score(call)) is not None]),
        healthy=Rate.of_flags([is_healthy(e.health) for e in everyone]),
        supported=Ratio.of_counts([_counted(e, *_UNBORNE) for e in judged]).complement,
        false_claims=Ratio.of_counts(
            [(_counted(e, *_FALSE)[0], float(_turns(e))) for e in judged],
            times=100,
        ),
        profit_per_call=Estimate.of_values([_profit(call) for call in calls]),
        minutes_per_sale=Ratio.of_pairs([(minutes_of(c[1]), _bought(c)) for c in calls]),
    )


def _calls(runs: Sequence[Played]) -> list[_Call]:
    """The calls that did not fail for technical reasons."""
    return [
        (run.campaign, episode)
        for run in runs
        for episode in run.episodes
        if episode.stop is not StopReason.INFRASTRUCTURE_ERROR
    ]


def _bought(call: _Call) -> float:
    return float(call[1].stop is StopReason.AGREED)


def _score(call: _Call) -> float | None:
    return call[1].score.total if call[1].score else None


def _profit(call: _Call) -> float:
    campaign, episode = call
    return episode.offer.price - campaign.sheet.cost if episode.offer else 0.0


def _turns(episode: Episode) -> int:
    return sum(turn.speaker is Speaker.SALESMAN for turn in episode.turns)


def _claims(episode: Episode) -> list[Claim] | None:
    """The claims of a call; None when nobody wrote a ledger."""
    ledgers = [v.claims for v in episode.verdicts if isinstance(v, Verdict)]
    found = [ledger for ledger in ledgers if ledger is not None]
    return [claim for ledger in found for claim in ledger] if found else None


def _counted(episode: Episode, *statuses: str) -> tuple[float, float]:
    """(claims with one of these statuses, all claims)."""
    claims = _claims(episode) or []
    return float(sum(claim.status in statuses for claim in claims)), float(len(claims))


_MEASURES: Mapping[str, Callable[[_Call], float | None]] = {
    "conversion": _bought,
    "score": _score,
    "profit per call": _profit,
}


def _gaps(played: Mapping[Key, Sequence[Played]]) -> Iterable[Gap]:
    for customer in dict.fromkeys(customer for _, customer in played):
        reference = played.get((REFERENCE, customer))
        if reference is None:
            continue
        others = {k: runs for k, runs in played.items() if k[1] == customer and k[0] != REFERENCE}
        for measure in _MEASURES:
            yield from _family(measure, others, reference)


def _family(
    measure: str, others: Mapping[Key, Sequence[Played]], reference: Sequence[Played]
) -> Iterable[Gap]:
    """One measure of all contenders against the reference, tested together."""
    of = _MEASURES[measure]
    base = {_place(call): of(call) for call in _calls(reference)}
    found = {}
    for key, runs in others.items():
        pairs = [
            (value, other)
            for call in _calls(runs)
            if (value := of(call)) is not None and (other := base.get(_place(call))) is not None
        ]
        if pairs:
            found[key] = paired_difference([a for a, _ in pairs], [b for _, b in pairs])
    adjusted = adjusted_p_values({k[0].name: test.p_value for k, test in found.items()})
    for (who, customer), test in found.items():
        yield Gap(
            contender=who,
            customer=customer,
            measure=measure,
            difference=test.difference,
            ci95=(test.low, test.high),
            p_adjusted=adjusted[who.name],
            pairs=test.pairs,
        )


def _place(call: _Call) -> tuple[str, int]:
    return call[0].name, call[1].index


def _agreement(rows: Sequence[ResultsRow]) -> dict[str, float | None]:
    """How alike two customers rank the contenders that both have met."""
    customers = list(dict.fromkeys(row.customer for row in rows))
    found: dict[str, float | None] = {}
    for number, first in enumerate(customers):
        for second in customers[number + 1 :]:
            for measure in ("conversion", "score"):
                met = [
                    (a, b)
                    for one in rows
                    for other in rows
                    if (one.customer, other.customer) == (first, second)
                    and one.contender == other.contender
                    and (a := _mean(one, measure)) is not None
                    and (b := _mean(other, measure)) is not None
                ]
                name = f"{first} / {second}: {measure}"
                found[name] = rank_correlation([a for a, _ in met], [b for _, b in met])
    return found


def _mean(row: ResultsRow, measure: str) -> float | None:
    return row.conversion.rate if measure == "conversion" else row.score.mean
