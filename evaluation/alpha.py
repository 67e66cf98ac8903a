"""Krippendorff's alpha: how far coders agree beyond what their habits alone would bring about.

1 is full agreement, 0 is what chance would give. Krippendorff, Content Analysis (2004), ch. 11.
Coders may leave units out. The figure is the `krippendorff` package's; the interval is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import krippendorff
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

__all__ = ["Alpha", "Level", "krippendorff_alpha"]

Level = Literal["nominal", "ordinal", "interval"]
Matrix = NDArray[np.float64]

_RESAMPLES = 1_000


class Alpha(BaseModel):
    """Alpha with its 95 % bootstrap interval over units."""

    model_config = ConfigDict(frozen=True)

    alpha: float | None
    """None: every coder gave one and the same value, so that there is nothing to agree on."""
    ci95: tuple[float, float] | None
    units: int
    """Units that at least two coders coded; the others say nothing."""
    level: Level


def krippendorff_alpha(
    units: Sequence[Sequence[float]], level: Level = "nominal", *, interval: bool = True
) -> Alpha:
    """Alpha of coded units.

    Args:
        units: for each unit the values that coders gave it, in any order, as numbers.
        level: nominal: values are names; ordinal: they are ranks; interval: differences count.
        interval: whether to resample units for an interval.
    """
    coded = [values for values in units if len(values) > 1]
    domain = sorted({value for values in coded for value in values})
    counts = np.array([[list(v).count(d) for d in domain] for v in coded], dtype=np.float64)
    alpha = _alpha(counts, domain, level) if coded else None
    bounds = _bounds(counts, domain, level) if interval and alpha is not None else None
    return Alpha(alpha=alpha, ci95=bounds, units=len(coded), level=level)


def _alpha(counts: Matrix, domain: Sequence[float], level: Level) -> float | None:
    """Alpha of how often each unit (row) was given each value; None when only one occurs."""
    if np.count_nonzero(counts.sum(axis=0)) < 2:
        return None
    return float(
        krippendorff.alpha(value_counts=counts, value_domain=domain, level_of_measurement=level)
    )


def _bounds(counts: Matrix, domain: Sequence[float], level: Level) -> tuple[float, float] | None:
    """Percentile bootstrap; resamples in which one value only occurs are left out."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(counts), size=(_RESAMPLES, len(counts)))
    alphas = [a for rows in drawn if (a := _alpha(counts[rows], domain, level)) is not None]
    if not alphas:
        return None
    low, high = np.percentile(alphas, [2.5, 97.5])
    return float(low), float(high)
