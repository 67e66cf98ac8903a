"""Intervals of figures that are not means: whole customers are drawn again and again."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Statistic", "resampled_interval", "slope"]

Statistic = Callable[[NDArray[np.intp]], float]
"""A figure of the customers with these numbers; NaN when it is not defined for them."""
_RESAMPLES = 500
_LEAST_DEFINED = 0.5


def resampled_interval(
    statistic: Statistic, customers: int, seed: int = 0, resamples: int = _RESAMPLES
) -> tuple[float, float] | None:
    """95 % percentile bootstrap interval; None when most resamples leave the figure undefined."""
    draw = np.random.default_rng(seed)
    values = [statistic(draw.integers(0, customers, customers)) for _ in range(resamples)]
    defined = [value for value in values if not math.isnan(value)]
    if len(defined) < _LEAST_DEFINED * resamples:
        return None
    low, high = np.percentile(defined, [2.5, 97.5])
    return float(low), float(high)


def slope(x: Sequence[float] | NDArray[np.float64], y: Sequence[float]) -> float:
    """Least-squares slope of y on x; NaN when x does not vary."""
    if len(x) < 2 or np.ptp(np.asarray(x)) == 0:
        return math.nan
    return float(np.polyfit(np.asarray(x, dtype=float), np.asarray(y, dtype=float), 1)[0])
