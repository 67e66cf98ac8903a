"""Shares, means and ratios with their 95 % intervals: what every figure of a run is made of."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf
from statistics import fmean

import numpy as np
from pydantic import BaseModel, ConfigDict

from ai_salesman.evaluation.statistics import mean_interval, wilson_interval

__all__ = ["Estimate", "Part", "Rate", "Ratio"]

_RESAMPLES = 2_000
_BATCH = 50
"""Resamples drawn at once: those of ten thousand calls would fill memory."""
_NONE_FOUND = 3.689
"""Mean of the Poisson law that shows none in 2.5 of 100 cases."""


class Part(BaseModel):
    """Base of the parts of a summary."""

    model_config = ConfigDict(frozen=True)


class Rate(Part):
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


class Estimate(Part):
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


class Ratio(Part):
    """A sum over calls divided by another, with its 95 % interval from resampled calls."""

    ratio: float | None
    """None when the sum below the line is 0."""
    ci95: tuple[float, float | None] | None
    """An upper bound of None: the sum below the line is too small to bound the ratio."""
    of: int
    """Calls."""

    @classmethod
    def of_pairs(cls, pairs: Sequence[tuple[float, float]], times: float = 1.0) -> Ratio:
        """`times` x the sum of the first values / the sum of the second, one pair for a call."""
        above, below = sum(a for a, _ in pairs), sum(b for _, b in pairs)
        if not below:
            return cls(ratio=None, ci95=None, of=len(pairs))
        low, high = _percentiles(np.asarray(pairs, dtype=float), times)
        bounds = (low, None if isinf(high) else high)
        return cls(ratio=times * above / below, ci95=bounds, of=len(pairs))

    @classmethod
    def of_counts(cls, pairs: Sequence[tuple[float, float]], times: float = 1.0) -> Ratio:
        """Like `of_pairs` for counts of what may be rare: resampling none found would say that
        there is none to find, so none found has the exact upper bound of a Poisson count."""
        found = cls.of_pairs(pairs, times)
        if found.ratio != 0:
            return found
        bound = times * _NONE_FOUND / sum(below for _, below in pairs)
        return found.model_copy(update={"ci95": (0.0, bound)})

    @property
    def complement(self) -> Ratio:
        """1 minus a share."""
        if self.ratio is None or self.ci95 is None:
            return self
        low, high = self.ci95
        bounds = (max(0.0, 1 - high) if high is not None else 0.0, 1 - low)
        return self.model_copy(update={"ratio": 1 - self.ratio, "ci95": bounds})


def _percentiles(pairs: np.ndarray, times: float) -> tuple[float, float]:
    """Percentile bootstrap; a resample with nothing below the line counts as infinite."""
    random = np.random.default_rng(0)
    above, below = np.empty(_RESAMPLES), np.empty(_RESAMPLES)
    for start in range(0, _RESAMPLES, _BATCH):
        rows = random.integers(0, len(pairs), size=(_BATCH, len(pairs)))
        above[start : start + _BATCH], below[start : start + _BATCH] = pairs[rows].sum(axis=1).T
    ratios = np.full(_RESAMPLES, np.inf)
    np.divide(times * above, below, out=ratios, where=below > 0)
    low, high = np.quantile(ratios, [0.025, 0.975], method="inverted_cdf")
    return float(low), float(high)
