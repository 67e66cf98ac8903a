"""Shares of turns with their intervals. Turns of one call are alike, so calls are resampled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

__all__ = ["Share", "share_of_turns"]

_RESAMPLES = 2_000
_AT_ONCE = 200


class Share(BaseModel):
    """A mean over turns and its 95 % interval."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float
    turns: int
    calls: int


def share_of_turns(turns: Sequence[tuple[str, float]], seed: int = 0) -> Share | None:
    """The mean of (call, value) pairs with a percentile bootstrap over calls; None: no pairs.

    Args:
        turns: the call of each turn and what is averaged: 0 or 1, or a difference of two.
        seed: fixes the resampling.
    """
    if not turns:
        return None
    by_call: defaultdict[str, list[float]] = defaultdict(list)
    for call, value in turns:
        by_call[call].append(value)
    sums = np.array([sum(values) for values in by_call.values()])
    sizes = np.array([len(values) for values in by_call.values()], dtype=float)
    rng, means = np.random.default_rng(seed), []
    for _ in range(_RESAMPLES // _AT_ONCE):
        drawn = rng.integers(len(sums), size=(_AT_ONCE, len(sums)))
        means.append(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1))
    low, high = np.quantile(np.concatenate(means), (0.025, 0.975)).tolist()
    mean = float(sums.sum() / sizes.sum())
    return Share(value=mean, low=low, high=high, turns=len(turns), calls=len(sums))
