"""Shrink a success rate seen in few calls towards the rate of its like.

Empirical Bayes for counts: rates of one group are taken as draws from a Beta distribution whose
mean is the group's rate and whose strength, how alike the rates are, is fitted by maximum
likelihood over the group (Beta-binomial; Griffin and Krutchkoff, 1971; Casella, 1985).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Beta", "Counts", "fit_strength", "shrunk"]

_WEAKEST, _STRONGEST = 0.5, 2000.0
"""Bounds of the fitted strength, in calls. Beyond the upper one, all rates are the same."""
_SURELY_WITHIN = 1e-3
"""Rates are kept this far from 0 and 1, where a Beta distribution has no such mean."""


class Counts(NamedTuple):
    """Calls won and lost."""

    wins: int
    losses: int

    @property
    def calls(self) -> int:
        """All of them."""
        return self.wins + self.losses

    def rate(self, default: float = 0.5) -> float:
        """The share won; `default` where there are no calls."""
        return self.wins / self.calls if self.calls else default


class Beta(NamedTuple):
    """A Beta distribution over a success rate."""

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """Expected rate."""
        return self.alpha / (self.alpha + self.beta)

    def quantile(self, p: float) -> float:
        """The rate that lies above a share `p` of the distribution."""
        from scipy.stats import beta

        return float(beta.ppf(p, self.alpha, self.beta))

    def chance_above(self, rate: float) -> float:
        """Probability that the true rate is above `rate`."""
        from scipy.stats import beta

        return float(beta.sf(rate, self.alpha, self.beta))


def shrunk(counts: Counts, rate: float, strength: float) -> Beta:
    """What is believed after `counts`, if `strength` calls' worth of belief in `rate` went before.

    Its mean lies between the share won and `rate`.
    """
    rate = min(max(rate, _SURELY_WITHIN), 1 - _SURELY_WITHIN)
    return Beta(counts.wins + strength * rate, counts.losses + strength * (1.0 - rate))


def fit_strength(counts: Sequence[Counts], rates: Sequence[float], default: float) -> float:
    """The prior strength under which `counts` are most likely.

    Args:
        counts: one for each member of the group.
        rates: prior mean of each member.
        default: returned when fewer than three members have calls: nothing can be fitted.
    """
    from scipy.optimize import minimize_scalar
    from scipy.stats import betabinom

    seen = [(c, r) for c, r in zip(counts, rates, strict=True) if c.calls]
    if len(seen) < 3:
        return default
    wins = np.array([c.wins for c, _ in seen])
    calls = np.array([c.calls for c, _ in seen])
    means = np.clip([r for _, r in seen], _SURELY_WITHIN, 1 - _SURELY_WITHIN)

    def loss(log_strength: float) -> float:
        strength = np.exp(log_strength)
        likelihood = betabinom.logpmf(wins, calls, strength * means, strength * (1 - means))
        return -float(likelihood.sum())

    found = minimize_scalar(loss, bounds=(np.log(_WEAKEST), np.log(_STRONGEST)), method="bounded")
    return float(np.exp(found.x))
