"""Do two kinds of simulated customer rank the same agents alike?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.pairing import PlayedRun
from ai_salesman.evaluation.comparison import Measure, measured
from ai_salesman.evaluation.statistics import rank_correlation

__all__ = ["AgentRanks", "RankAgreement", "rank_agreements"]

_RESAMPLES = 1_000
_MEASURES = (Measure.SCORE, Measure.CONVERSION)

Matrix = NDArray[np.float64]
Agent = tuple[str, str]


class AgentRanks(BaseModel):
    """One agent under both kinds."""

    model_config = ConfigDict(frozen=True)

    salesman: str
    planner: str
    means: tuple[float, float]
    ranks: tuple[float, float]
    """1 is best; agents that are level share the mean of their ranks."""


class RankAgreement(BaseModel):
    """Spearman's correlation of the ranks that two kinds of customer give the same agents."""

    model_config = ConfigDict(frozen=True)

    measure: Measure
    customers: tuple[str, str]
    agents: tuple[AgentRanks, ...]
    rho: float | None
    """None when one kind puts all agents level."""
    ci95: tuple[float, float] | None
    """Bootstrap over the calls; None when most samples have no rank order."""


def rank_agreements(runs: Sequence[PlayedRun]) -> list[RankAgreement]:
    """The agreement of every two kinds of customer that met at least two agents in common."""
    kinds: dict[str, dict[Agent, list[PlayedRun]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        kinds[run.info.campaign.customer][run.agent].append(run)
    found = []
    for pair in combinations(kinds, 2):
        agents = [agent for agent in kinds[pair[0]] if agent in kinds[pair[1]]]
        if len(agents) >= 2:
            tables = [[kinds[kind][agent] for agent in agents] for kind in pair]
            found += [_agreement(m, pair, agents, tables) for m in _MEASURES if _has(tables, m)]
    return found


def _has(tables: Sequence[Sequence[Sequence[PlayedRun]]], measure: Measure) -> bool:
    return all(_values(runs, measure) for table in tables for runs in table)


def _values(runs: Sequence[PlayedRun], measure: Measure) -> dict[tuple[int, int], float]:
    """The calls of one agent by seed and index, without those that were not judged."""
    return {
        (run.info.campaign.seed, call.index): value
        for run in runs
        for call in run.calls
        if (value := measured(call, measure)) is not None
    }


def _agreement(
    measure: Measure,
    kinds: tuple[str, str],
    agents: Sequence[Agent],
    tables: Sequence[Sequence[Sequence[PlayedRun]]],
) -> RankAgreement:
    from scipy.stats import rankdata

    calls = [[_values(runs, measure) for runs in table] for table in tables]
    means = [[float(np.mean(list(row.values()))) for row in rows] for rows in calls]
    ranks = [rankdata([-mean for mean in row]) for row in means]
    return RankAgreement(
        measure=measure,
        customers=kinds,
        agents=tuple(
            AgentRanks(
                salesman=salesman,
                planner=planner,
                means=(means[0][place], means[1][place]),
                ranks=(float(ranks[0][place]), float(ranks[1][place])),
            )
            for place, (salesman, planner) in enumerate(agents)
        ),
        rho=rank_correlation(*means),
        ci95=_interval(*calls),
    )


def _interval(
    first: Sequence[Mapping[tuple[int, int], float]],
    second: Sequence[Mapping[tuple[int, int], float]],
) -> tuple[float, float] | None:
    rng = np.random.default_rng(0)
    drawn = zip(_resampled(first, rng), _resampled(second, rng), strict=True)
    found = [rho for one, other in drawn if (rho := rank_correlation(one, other)) is not None]
    if len(found) < _RESAMPLES / 2:
        return None
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def _resampled(
    agents: Sequence[Mapping[tuple[int, int], float]], rng: np.random.Generator
) -> list[list[float]]:
    """Means of all agents on drawn customers, the same customers for every agent."""
    keys = sorted({key for calls in agents for key in calls})
    table = np.array([[calls.get(key, np.nan) for key in keys] for calls in agents])
    weights = rng.multinomial(len(keys), np.full(len(keys), 1 / len(keys)), _RESAMPLES)
    sums = weights @ np.nan_to_num(table).T
    counts = weights @ (~np.isnan(table)).T.astype(np.float64)
    means: Matrix = sums / np.maximum(counts, 1)
    return [[float(mean) for mean in row] for row in means]
