"""Compare stored runs: by how much do they differ, and is it luck?

from ai_salesman import compare

print(compare(["merchant_ads-1a2b", "merchant_ads-3c4d"]).conclusion)
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.contest import Contest, contests_of
from ai_salesman.campaigns.customer_kinds import RankAgreement, rank_agreements
from ai_salesman.campaigns.pairing import PlayedRun, load_runs
from ai_salesman.campaigns.ranking import Ranking, rankings
from ai_salesman.campaigns.repeats import Reliability, reliabilities
from ai_salesman.campaigns.store import DEFAULT_STORE, RunStore
from ai_salesman.campaigns.summary import Estimate, Rate
from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.evaluation.comparison import Measure, measured

__all__ = ["ComparedRun", "Comparison", "compare", "compare_runs"]

PRIMARY = (Measure.CONVERSION, Measure.HONEST, Measure.SCORE)
"""What a conclusion can be about."""


class ComparedRun(BaseModel):
    """One run of the comparison."""

    model_config = ConfigDict(frozen=True)

    run: str
    label: str
    """What tells it from the others."""
    campaign: str
    salesman: str
    planner: str
    customer: str
    seed: int
    calls: int
    failed: int
    conversion: Rate
    honest_conversion: Rate
    score: Estimate


class Comparison(BaseModel):
    """Two or more runs beside each other; the first is the baseline."""

    model_config = ConfigDict(frozen=True)

    metric: Measure
    """What the conclusion is about."""
    runs: tuple[ComparedRun, ...]
    contests: tuple[Contest, ...]
    rankings: tuple[Ranking, ...]
    """Of three or more runs, one for each kind of customer."""
    customer_kinds: tuple[RankAgreement, ...]
    """Whether two kinds of customer rank the same agents alike."""
    reliability: tuple[Reliability, ...]
    """pass^k of each agent."""
    conclusion: str


def compare(
    runs: Sequence[str], *, metric: Measure | str = Measure.CONVERSION, store: str = DEFAULT_STORE
) -> Comparison:
    """Compare stored runs with the first of them.

    Args:
        runs: ids, or unambiguous beginnings of ids; 'last' is the newest.
        metric: conversion, honest or score.
        store: run store, any SQLAlchemy URL.

    Raises:
        InputError: fewer than two runs, an unknown run or metric, or nothing to compare.
    """
    return compare_runs(load_runs(RunStore(store), runs), metric)


def compare_runs(
    runs: Sequence[PlayedRun], metric: Measure | str = Measure.CONVERSION
) -> Comparison:
    """Compare runs that are loaded; see `compare`."""
    if metric not in PRIMARY:
        raise UnknownNameError("metric", str(metric), map(str, PRIMARY), source="--metric")
    if len(runs) < 2:
        raise InputError("a comparison needs at least two runs; `ai-salesman runs` lists them")
    metric = Measure(metric)
    for run in runs:
        _check_judged(run, metric)
    contests = contests_of(runs, metric)
    ranked = tuple(rankings(runs)) if len(runs) > 2 else ()
    return Comparison(
        metric=metric,
        runs=tuple(_compared(run) for run in runs),
        contests=contests,
        rankings=ranked,
        customer_kinds=tuple(rank_agreements(runs)),
        reliability=tuple(reliabilities(runs)),
        conclusion=" ".join([*(c.conclusion for c in contests), *(r.sentence for r in ranked)]),
    )


def _check_judged(run: PlayedRun, metric: Measure) -> None:
    if all(measured(call, metric) is None for call in run.calls):
        raise InputError(
            f"no call of run {run.info.id} was judged for {metric}; compare by --metric conversion"
        )


def _compared(run: PlayedRun) -> ComparedRun:
    campaign = run.info.campaign
    return ComparedRun(
        run=run.info.id,
        label=run.label,
        campaign=campaign.name,
        salesman=campaign.salesman,
        planner=campaign.planner,
        customer=campaign.customer,
        seed=campaign.seed,
        calls=len(run.calls),
        failed=len(run.failed),
        conversion=_rate(run, Measure.CONVERSION),
        honest_conversion=_rate(run, Measure.HONEST),
        score=Estimate.of_values(_values(run, Measure.SCORE)),
    )


def _rate(run: PlayedRun, measure: Measure) -> Rate:
    return Rate.of_flags([bool(value) for value in _values(run, measure)])


def _values(run: PlayedRun, measure: Measure) -> list[float]:
    return [value for call in run.calls if (value := measured(call, measure)) is not None]
