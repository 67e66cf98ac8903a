"""How likely a script is to help win a call: a Beta posterior, shrunk to its kind."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ai_salesman.scripts_library.script import Script

__all__ = ["SuccessPosterior"]

PRIOR_STRENGTH = 20.0
"""Calls' worth of belief in the base rate before any of a script's own calls count."""
DEFAULT_RATE = 0.5
"""Base rate while no call has been observed at all."""


class SuccessPosterior:
    """Posterior mean success per script.

    A script's counts are shrunk to the rate of its kind (stage, intent, strategy), and
    that rate to the library's base rate: Beta-binomial with an empirical prior, twice.
    """

    def __init__(self, scripts: Sequence[Script]):
        wins = sum(script.wins for script in scripts)
        calls = wins + sum(script.losses for script in scripts)
        base = (wins + DEFAULT_RATE * PRIOR_STRENGTH) / (calls + PRIOR_STRENGTH)
        counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for script in scripts:
            kind = counts[_kind(script)]
            kind[0] += script.wins
            kind[1] += script.losses
        rates = {kind: _posterior_mean(w, n, base) for kind, (w, n) in counts.items()}
        self._beta = {
            script.id: _posterior(script.wins, script.losses, rates[_kind(script)])
            for script in scripts
        }

    def mean(self, script_id: str) -> float:
        """Posterior mean success of a script, in (0, 1)."""
        alpha, beta = self._beta[script_id]
        return alpha / (alpha + beta)

    def sample(self, script_id: str, seed: int) -> float:
        """A draw from the posterior (Thompson sampling): scripts little tried get their turn.

        The draw depends on the script and `seed` alone.
        """
        rng = np.random.default_rng([seed, zlib.crc32(script_id.encode())])
        return float(rng.beta(*self._beta[script_id]))


def _kind(script: Script) -> tuple[str, str, str]:
    return (script.stage.value, script.intent.value, script.strategy.value)


def _posterior(wins: int, losses: int, rate: float) -> tuple[float, float]:
    """Alpha and beta after `wins` and `losses` under a prior with mean `rate`."""
    return wins + PRIOR_STRENGTH * rate, losses + PRIOR_STRENGTH * (1.0 - rate)


def _posterior_mean(wins: int, losses: int, rate: float) -> float:
    alpha, beta = _posterior(wins, losses, rate)
    return alpha / (alpha + beta)
