"""How well a score tells two groups apart: the area under the curve with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ai_salesman.evaluation.statistics import wilson_interval

__all__ = ["Separation", "paired_separation", "separation"]

_RESAMPLES = 2_000
_TAILS = (2.5, 97.5)


@dataclass(frozen=True)
class Separation:
    """Chance that a case of the first group scores higher than one of the second."""

    auc: float
    low: float
    high: float
    """95 % percentile bootstrap; when nothing overlaps, as wide as Wilson's for all of n."""


def paired_separation(first: Sequence[float], second: Sequence[float], seed: int = 0) -> Separation:
    """The same cases scored under two conditions; whole cases are resampled.

    Args:
        first: one score for each case.
        second: scores of the same cases, in the same order.
        seed: fixes the resampling.

    Raises:
        ValueError: the two are not of the same, positive length.
    """
    if len(first) != len(second) or not first:
        raise ValueError("paired scores must be of the same length, at least one pair")
    weights = _weights(len(first), seed)
    return _separation(first, second, weights, weights)


def separation(first: Sequence[float], second: Sequence[float], seed: int = 0) -> Separation:
    """Two groups of different cases, each resampled on its own.

    Raises:
        ValueError: a group is empty.
    """
    if not first or not second:
        raise ValueError("both groups need at least one case")
    return _separation(first, second, _weights(len(first), seed), _weights(len(second), seed + 1))


def _weights(size: int, seed: int) -> NDArray[np.float64]:
    luck = np.random.default_rng(seed)
    return luck.multinomial(size, np.full(size, 1 / size), _RESAMPLES) / size


def _separation(
    first: Sequence[float],
    second: Sequence[float],
    first_weights: NDArray[np.float64],
    second_weights: NDArray[np.float64],
) -> Separation:
    """Mann-Whitney: wins count one, ties half (Hanley and McNeil 1982)."""
    a, b = np.asarray(first, dtype=float)[:, None], np.asarray(second, dtype=float)[None, :]
    wins = (a > b) + 0.5 * (a == b)
    resampled = ((first_weights @ wins) * second_weights).sum(axis=1)
    low, high = np.percentile(resampled, _TAILS)
    auc, smaller = float(wins.mean()), min(len(first), len(second))
    if auc in (0.0, 1.0):
        low, high = wilson_interval(round(auc * smaller), smaller)
    return Separation(auc, max(0.0, float(low)), min(1.0, float(high)))
