"""Krippendorff's alpha: how far coders agree beyond what their habits alone would bring about.

    alpha = 1 - observed disagreement / expected disagreement

1 is full agreement, 0 is what chance would give. Krippendorff, Content Analysis (2004), ch. 11;
Computing Krippendorff's Alpha-Reliability (2011). Coders may leave units out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

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
    if len(domain) < 2:
        return Alpha(alpha=None, ci95=None, units=len(coded), level=level)
    counts = np.array([[list(v).count(d) for d in domain] for v in coded], dtype=np.float64)
    pairs = _coincidences(counts)
    values = np.asarray(domain, dtype=np.float64)
    alpha = _alpha(pairs.sum(axis=0), values, level)
    bounds = _bounds(pairs, values, level) if interval else None
    return Alpha(alpha=alpha, ci95=bounds, units=len(coded), level=level)


def _coincidences(counts: Matrix) -> Matrix:
    """Units x values x values: ordered pairs of values within a unit, weighted by its size."""
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(counts.shape[1])
    pairs[:, diagonal, diagonal] -= counts
    weighted: Matrix = pairs / (counts.sum(axis=1) - 1)[:, None, None]
    return weighted


def _alpha(pairs: Matrix, values: Matrix, level: Level) -> float | None:
    """Alpha of a coincidence matrix; None when only one value occurs."""
    totals = pairs.sum(axis=1)
    distance = _distance(totals, values, level)
    expected = float(totals @ distance @ totals) / (totals.sum() - 1)
    return 1 - float((pairs * distance).sum()) / expected if expected > 0 else None


def _distance(totals: Matrix, values: Matrix, level: Level) -> Matrix:
    """Squared distance of each value to each other."""
    if level == "nominal":
        return 1 - np.eye(len(values))
    if level == "interval":
        squared: Matrix = (values[:, None] - values[None, :]) ** 2
        return squared
    # Between two ranks lie all values between them, and half of those at each end.
    places = np.cumsum(totals) - totals / 2
    ranked: Matrix = (places[:, None] - places[None, :]) ** 2
    return ranked


def _bounds(pairs: Matrix, values: Matrix, level: Level) -> tuple[float, float] | None:
    """Percentile bootstrap; resamples in which one value only occurs are left out."""
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(len(pairs), np.full(len(pairs), 1 / len(pairs)), _RESAMPLES)
    resampled = np.tensordot(drawn.astype(np.float64), pairs, 1)
    alphas = [a for row in resampled if (a := _alpha(row, values, level)) is not None]
    if not alphas:
        return None
    low, high = np.percentile(alphas, [2.5, 97.5])
    return float(low), float(high)
