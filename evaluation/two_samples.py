"""Two samples beside each other: intervals and tests, paired by customer or not.

Every function is antisymmetric: exchanging the samples changes the sign of the interval and
nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ai_salesman.evaluation.statistics import wilson_interval

__all__ = [
    "Table",
    "cohens_h",
    "fisher_p",
    "independent_mean_interval",
    "independent_rate_interval",
    "mcnemar_p",
    "paired_rate_interval",
    "permutation_p",
    "standardised",
]

_RESAMPLES = 2_000
_PERMUTATIONS = 9_999
_BATCH = 1_000

Values = NDArray[np.float64]


class Table(NamedTuple):
    """Pairs of calls by who sold: the 2 x 2 table of a paired comparison."""

    both: int
    first_only: int
    second_only: int
    neither: int

    @classmethod
    def of(cls, first: Sequence[float], second: Sequence[float]) -> Table:
        """Count pairs of flags."""
        pairs = [(bool(a), bool(b)) for a, b in zip(first, second, strict=True)]
        cells = ((True, True), (True, False), (False, True), (False, False))
        return cls(*(pairs.count(cell) for cell in cells))


def mcnemar_p(table: Table) -> float:
    """Exact McNemar test that both win equally often where they differ."""
    from statsmodels.stats.contingency_tables import mcnemar

    cells = [[table.both, table.first_only], [table.second_only, table.neither]]
    return min(1.0, float(mcnemar(cells, exact=True).pvalue))


def paired_rate_interval(table: Table) -> tuple[float, float]:
    """Newcombe's 95 % interval of a difference of paired rates.

    Method 10 of Newcombe, Statistics in Medicine 17 (1998) 2635-2650: two Wilson intervals,
    joined with regard to the correlation of the pairs. Unlike a bootstrap it keeps its width
    when few pairs differ, or none.
    """
    of = sum(table)
    wins, losses = table.both + table.first_only, table.both + table.second_only
    p, q = wins / of, losses / of
    p_low, p_high = wilson_interval(wins, of)
    q_low, q_high = wilson_interval(losses, of)
    phi = _correlation(table)
    below = _joined(p - p_low, q_high - q, phi)
    above = _joined(p_high - p, q - q_low, phi)
    return max(-1.0, p - q - below), min(1.0, p - q + above)


def _joined(one: float, other: float, phi: float) -> float:
    return sqrt(max(0.0, one**2 - 2 * phi * one * other + other**2))


def _correlation(table: Table) -> float:
    """Phi of the table, with Newcombe's correction for continuity."""
    a, b, c, d = table
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    cross = float(a * d - b * c)
    if margins == 0:
        return 0.0
    if cross > 0:
        cross = max(0.0, cross - sum(table) / 2)
    return cross / sqrt(margins)


def independent_rate_interval(
    first: int, of_first: int, second: int, of_second: int
) -> tuple[float, float]:
    """Newcombe's 95 % interval of the first rate minus the second, on different customers."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(first, of_first, second, of_second, method="newcomb")
    return max(-1.0, float(low)), min(1.0, float(high))


def fisher_p(first: int, of_first: int, second: int, of_second: int) -> float:
    """Fisher's exact test that two rates on different customers are the same."""
    from scipy.stats import fisher_exact

    table = [[first, of_first - first], [second, of_second - second]]
    return min(1.0, float(fisher_exact(table).pvalue))


def independent_mean_interval(
    first: Sequence[float], second: Sequence[float], seed: int = 0
) -> tuple[float, float]:
    """95 % percentile bootstrap of the first mean minus the second, on different customers.

    Drawn in both orders, so that exchanging the samples mirrors the interval.
    """
    there, back = (
        _resampled_differences(*samples, np.random.default_rng(seed))
        for samples in ((first, second), (second, first))
    )
    low, high = np.percentile(np.concatenate([there, -back]), [2.5, 97.5])
    return float(low), float(high)


def _resampled_differences(
    first: Sequence[float], second: Sequence[float], rng: np.random.Generator
) -> Values:
    return _resampled_means(first, rng) - _resampled_means(second, rng)


def _resampled_means(values: Sequence[float], rng: np.random.Generator) -> Values:
    """Means of samples with replacement; scipy's bootstrap refuses a sample of one."""
    data = np.asarray(values, dtype=np.float64)
    means: Values = data[rng.integers(0, len(data), (_RESAMPLES, len(data)))].mean(axis=1)
    return means


def permutation_p(first: Sequence[float], second: Sequence[float], seed: int = 0) -> float:
    """Two-sided permutation test that two means on different customers are the same.

    A sample of one proves nothing: the p-value is 1.
    """
    from scipy.stats import permutation_test

    if list(second) < list(first):
        return permutation_p(second, first, seed)
    if min(len(first), len(second)) < 2 or len({*first, *second}) == 1:
        return 1.0
    test = permutation_test(
        (np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)),
        _difference_of_means,
        permutation_type="independent",
        vectorized=True,
        n_resamples=_PERMUTATIONS,
        batch=_BATCH,
        rng=np.random.default_rng(seed),
    )
    return min(1.0, float(test.pvalue))


def _difference_of_means(first: Values, second: Values, axis: int) -> Values:
    difference: Values = np.mean(first, axis=axis) - np.mean(second, axis=axis)
    return difference


def cohens_h(first: float, second: float) -> float:
    """Cohen's h of two rates: 0.2 is small, 0.5 medium, 0.8 large."""
    from statsmodels.stats.proportion import proportion_effectsize

    return float(proportion_effectsize(first, second))


def standardised(difference: float, spread: float) -> float | None:
    """A difference of means in standard deviations; None when nothing varies."""
    return difference / spread if spread > 0 else None
