"""How likely a script is to help win a call: a Beta posterior, shrunk to its like."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.scripts_library.script import Script
from ai_salesman.scripts_library.shrinkage import Beta, Counts, shrunk

__all__ = ["SuccessPosterior"]

PRIOR_STRENGTH = 20.0
"""Calls' worth of belief in the base rate before any of a script's own calls count."""
DEFAULT_RATE = 0.5
"""Base rate while no call has been observed at all."""

Group = TypeVar("Group", bound=Hashable)


class SuccessPosterior:
    """Posterior success per script.

    A script that brings a posterior keeps it. The counts of any other are shrunk to the rate of
    its kind (stage, intent, strategy), that to the rate of its intent, and that to the library's
    base rate: Beta-binomial with an empirical prior, three times.
    """

    def __init__(self, scripts: Sequence[Script]):
        total = _total(scripts)
        self._base = shrunk(total, DEFAULT_RATE, PRIOR_STRENGTH).mean
        self._intents = {
            intent: shrunk(counts, self._base, PRIOR_STRENGTH).mean
            for intent, counts in _by((script.intent, script) for script in scripts).items()
        }
        kinds = {
            kind: shrunk(counts, self._intents[kind[1]], PRIOR_STRENGTH).mean
            for kind, counts in _by((_kind(script), script) for script in scripts).items()
        }
        self._beta = {script.id: _posterior(script, kinds[_kind(script)]) for script in scripts}

    def mean(self, script_id: str) -> float:
        """Posterior mean success of a script, in (0, 1)."""
        return self._beta[script_id].mean

    def sample(self, script_id: str, seed: int) -> float:
        """A draw from the posterior (Thompson sampling): scripts little tried get their turn.

        The draw depends on the script and `seed` alone.
        """
        rng = np.random.default_rng([seed, zlib.crc32(script_id.encode())])
        return float(rng.beta(*self._beta[script_id]))

    def promise(self, intent: CustomerAct) -> float:
        """How much rosier calls are in which the customer does this, than calls at large.

        Success divided by it compares scripts by what they say, and not by the customers they
        were said to. 1 while no call has been observed.
        """
        return self._intents.get(intent, self._base) / self._base


def _kind(script: Script) -> tuple[str, CustomerAct, str]:
    return (script.stage.value, script.intent, script.strategy.value)


def _posterior(script: Script, rate: float) -> Beta:
    if script.alpha is not None and script.beta is not None:
        return Beta(script.alpha, script.beta)
    return shrunk(Counts(script.wins, script.losses), rate, PRIOR_STRENGTH)


def _total(scripts: Iterable[Script]) -> Counts:
    counted = [(script.wins, script.losses) for script in scripts]
    return Counts(sum(wins for wins, _ in counted), sum(losses for _, losses in counted))


def _by(pairs: Iterable[tuple[Group, Script]]) -> Mapping[Group, Counts]:
    groups: defaultdict[Group, list[Script]] = defaultdict(list)
    for group, script in pairs:
        groups[group].append(script)
    return {group: _total(members) for group, members in groups.items()}
