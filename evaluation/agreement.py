"""Do judges prefer what people prefer? Agreement over pairs of calls that people have rated.

Preferences are b, tie or a, coded 1, 0 and -1, as seen from the second call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ai_salesman.evaluation.alpha import Alpha, krippendorff_alpha
from ai_salesman.evaluation.pairwise import Preference
from ai_salesman.evaluation.statistics import wilson_interval

__all__ = [
    "LEAST_PAIRS",
    "Correlation",
    "JudgeAgreement",
    "JudgeView",
    "Opinions",
    "PeopleAgreement",
    "Share",
    "agreement_of_people",
    "agreement_with_people",
    "majority_of",
]

LEAST_PAIRS = 10
"""Fewer rated pairs than this give no figure."""
_RESAMPLES = 1_000
_CODES: Mapping[Preference, float] = {"a": -1.0, "tie": 0.0, "b": 1.0}

Values = NDArray[np.float64]
Opinions = Mapping[int, Mapping[str, Preference]]
"""Pair -> rater -> preference."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class JudgeView(_Part):
    """What one judge says of the pairs."""

    judge: str
    prefers: dict[int, Preference]
    """Pair -> preference."""
    differences: dict[int, float]
    """Pair -> score of b less score of a; for a pairwise judge votes for b less votes for a."""


class Correlation(_Part):
    """A correlation with its 95 % bootstrap interval over pairs."""

    value: float
    ci95: tuple[float, float]


class Share(_Part):
    """A share with its 95 % Wilson interval."""

    share: float
    ci95: tuple[float, float]
    of: int


class PeopleAgreement(_Part):
    """How far people agree with each other."""

    pairs: int
    """Pairs that at least two people rated."""
    alpha: Alpha | None
    """Nominal; None when there are fewer than `LEAST_PAIRS`."""


class JudgeAgreement(_Part):
    """How far one judge agrees with people."""

    judge: str
    pairs: int
    """Pairs that people have rated and the judge has judged."""
    alpha: Alpha | None
    """Nominal, with the judge as one more rater; None when there are too few pairs."""
    same: Share | None
    """Pairs in which the judge prefers what most people prefer."""
    pearson: Correlation | None
    """Of the judge's difference with people's mean choice; None when there are too few pairs, or
    one of the two is the same everywhere."""
    spearman: Correlation | None
    """The same by ranks."""


def majority_of(choices: Sequence[Preference]) -> Preference:
    """What more than half of the people prefer; a tie otherwise."""
    return next((c for c in choices if 2 * choices.count(c) > len(choices)), "tie")


def agreement_of_people(opinions: Opinions) -> PeopleAgreement:
    """Agreement among raters."""
    units = [[_CODES[c] for c in given.values()] for given in opinions.values() if len(given) > 1]
    enough = len(units) >= LEAST_PAIRS
    return PeopleAgreement(
        pairs=len(units), alpha=krippendorff_alpha(units, "nominal") if enough else None
    )


def agreement_with_people(view: JudgeView, opinions: Opinions) -> JudgeAgreement:
    """Agreement of one judge with all raters."""
    rated = [(pair, list(given.values())) for pair, given in opinions.items() if given]
    preferred = [(view.prefers[pair], given) for pair, given in rated if pair in view.prefers]
    scored = [(view.differences[p], _mean(given)) for p, given in rated if p in view.differences]
    pearson, spearman = _correlations(scored)
    enough = len(preferred) >= LEAST_PAIRS
    units = [[_CODES[mine], *(_CODES[c] for c in given)] for mine, given in preferred]
    return JudgeAgreement(
        judge=view.judge,
        pairs=len(preferred),
        alpha=krippendorff_alpha(units, "nominal") if enough else None,
        same=_share([mine == majority_of(given) for mine, given in preferred]) if enough else None,
        pearson=pearson,
        spearman=spearman,
    )


def _mean(choices: Sequence[Preference]) -> float:
    return fmean(_CODES[choice] for choice in choices)


def _share(flags: Sequence[bool]) -> Share:
    hits = sum(flags)
    return Share(share=hits / len(flags), ci95=wilson_interval(hits, len(flags)), of=len(flags))


def _correlations(
    points: Sequence[tuple[float, float]],
) -> tuple[Correlation | None, Correlation | None]:
    if len(points) < LEAST_PAIRS:
        return None, None
    first, second = np.asarray(points, dtype=np.float64).T
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return None, None
    return _correlation(first, second, _pearson), _correlation(first, second, _spearman)


def _correlation(
    first: Values, second: Values, statistic: Callable[[Values, Values], float]
) -> Correlation:
    from scipy.stats import bootstrap

    drawn = bootstrap(
        (first, second),
        statistic,
        paired=True,
        vectorized=False,
        n_resamples=_RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(0),
    ).bootstrap_distribution
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Correlation(value=statistic(first, second), ci95=(float(low), float(high)))


def _pearson(first: Values, second: Values) -> float:
    """0 for a resample without spread: it knows of no relation."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _spearman(first: Values, second: Values) -> float:
    from scipy.stats import rankdata

    return _pearson(rankdata(first), rankdata(second))
