"""Intervals, paired tests and sample sizes for the figures that a run reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb, sqrt

import numpy as np

__all__ = [
    "PairedDifference",
    "adjusted_p_values",
    "episodes_needed",
    "mean_interval",
    "paired_difference",
    "pass_power",
    "rank_correlation",
    "sample_size",
    "sign_flip_p",
    "wilson_interval",
]

_RESAMPLES = 2_000
_PERMUTATIONS = 9_999
"""More than for an interval: a correction for many tests needs small p-values."""
_BATCH = 1_000
_SMALL_BATCH = 50
"""Resamples of an interval drawn at once, so that those of many calls need not fit in memory."""
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class PairedDifference:
    """A minus B on the same customers."""

    difference: float
    low: float
    high: float
    p_value: float
    """Two-sided sign-flip permutation test of no difference."""
    pairs: int


def wilson_interval(
    successes: float, of: int, confidence: float = _CONFIDENCE
) -> tuple[float, float]:
    """Wilson score interval of a rate, inside [0, 1]; (0, 1) when there is nothing to count.

    A tie may count as half a success: the interval is then wider than it need be.
    """
    from statsmodels.stats.proportion import proportion_confint

    if of <= 0:
        return 0.0, 1.0
    low, high = proportion_confint(successes, of, alpha=1 - confidence, method="wilson")
    # Rounding leaves 1e-18 where the bound is 0, and 1 - 1e-16 where it is 1.
    return (
        0.0 if successes <= 0 else max(0.0, float(low)),
        1.0 if successes >= of else min(1.0, float(high)),
    )


def mean_interval(
    values: Sequence[float], confidence: float = _CONFIDENCE, seed: int = 0
) -> tuple[float, float]:
    """Percentile bootstrap interval of a mean; the value itself when there is no spread.

    Raises:
        ValueError: there are no values.
    """
    from scipy.stats import bootstrap

    if not values:
        raise ValueError("an interval of a mean needs at least one value")
    data = np.asarray(values, dtype=float)
    if np.ptp(data) == 0:
        return float(data[0]), float(data[0])
    result = bootstrap(
        (data,),
        np.mean,
        n_resamples=_RESAMPLES,
        batch=_SMALL_BATCH,
        confidence_level=confidence,
        method="percentile",
        rng=np.random.default_rng(seed),
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def paired_difference(
    first: Sequence[float], second: Sequence[float], seed: int = 0
) -> PairedDifference:
    """Mean of `first - second` with its bootstrap interval and a permutation test.

    Args:
        first: one value for each customer.
        second: values for the same customers, in the same order.
        seed: fixes the resampling.

    Raises:
        ValueError: the two are not of the same, positive length.
    """
    if len(first) != len(second) or not first:
        raise ValueError("paired values must be of the same length, at least one pair")
    differences = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    low, high = mean_interval(differences.tolist(), seed=seed)
    p_value = sign_flip_p(differences.tolist(), seed)
    return PairedDifference(float(np.mean(differences)), low, high, p_value, len(first))


def sign_flip_p(differences: Sequence[float], seed: int = 0) -> float:
    """Two-sided permutation test that paired differences are as often positive as negative.

    All sign patterns are tried when there are few, 9,999 drawn ones otherwise. One pair alone
    proves nothing: its p-value is 1.
    """
    from scipy.stats import permutation_test

    if len(differences) < 2 or not any(differences):
        return 1.0
    test = permutation_test(
        (np.asarray(differences, dtype=float),),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=_PERMUTATIONS,
        batch=_BATCH,
        rng=np.random.default_rng(seed),
    )
    return float(test.pvalue)


def adjusted_p_values(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's correction of several tests made together."""
    from statsmodels.stats.multitest import multipletests

    if not p_values:
        return {}
    adjusted = multipletests(list(p_values.values()), method="holm")[1]
    return dict(zip(p_values, map(float, adjusted), strict=True))


def pass_power(successes: int, of: int, k: int) -> float:
    """pass^k: chance that `k` calls drawn from these without return all succeed."""
    return comb(successes, k) / comb(of, k) if of >= k else 0.0


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Spearman's rho of two rankings; None when one of them has no spread."""
    from scipy.stats import spearmanr

    if len(first) < 2 or len(set(first)) < 2 or len(set(second)) < 2:
        return None
    return float(spearmanr(first, second).statistic)


def sample_size(
    difference: float,
    spread_if_none: float,
    spread: float,
    power: float = 0.8,
    alpha: float = 0.05,
) -> int:
    """Calls (or pairs of calls) that show a difference of means with this power, two-sided.

    Args:
        difference: the difference to show, not 0.
        spread_if_none: standard deviation of one call's (or pair's) difference if there were none.
        spread: the same at this difference.
        power: chance to find it.
        alpha: level of the test.

    Raises:
        ValueError: the difference is 0.
    """
    from statsmodels.stats.power import normal_sample_size_one_tail

    if difference == 0:
        raise ValueError("a difference of zero cannot be shown by any number of calls")
    needed = normal_sample_size_one_tail(
        abs(difference), power, alpha / 2, std_null=spread_if_none, std_alternative=spread
    )
    return max(1, int(np.ceil(needed)))


def episodes_needed(rate: float, difference: float, power: float = 0.8, alpha: float = 0.05) -> int:
    """Unpaired calls on each side that show `difference` from `rate` with this power.

    Raises:
        ValueError: a rate lies outside [0, 1], or there is no difference.
    """
    other = rate + difference
    if difference == 0 or not (0 <= rate <= 1 and 0 <= other <= 1):
        raise ValueError("both rates must lie in [0, 1] and differ")
    pooled = (rate + other) / 2
    if_none = sqrt(2 * pooled * (1 - pooled))
    spread = sqrt(rate * (1 - rate) + other * (1 - other))
    return sample_size(difference, if_none, spread, power, alpha)
