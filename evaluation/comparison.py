"""One measure of two runs, compared: difference, interval, test, effect, calls still needed.

The *baseline* is what one compares with; every difference is challenger minus baseline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import sqrt
from statistics import fmean, stdev, variance
from typing import Literal, NamedTuple, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from ai_salesman.evaluation.statistics import (
    adjusted_p_values,
    mean_interval,
    sample_size,
    sign_flip_p,
)
from ai_salesman.evaluation.two_samples import (
    Table,
    cohens_h,
    fisher_p,
    independent_mean_interval,
    independent_rate_interval,
    mcnemar_p,
    paired_rate_interval,
    permutation_p,
    standardised,
)

__all__ = [
    "LEVEL",
    "Difference",
    "Measure",
    "MeasuredCall",
    "Record",
    "compare_paired",
    "compare_unpaired",
    "corrected",
    "measured",
    "result_of",
]

LEVEL = 0.05
"""Corrected p-value below which a difference counts as found."""
_FEW = 10
"""Fewer differing pairs than this, and a bootstrap knows too little of a rate."""

_NOTHING = 1e-12
"""Differences of means below it are rounding."""

Key = TypeVar("Key")
Interval = Literal["paired bootstrap", "Newcombe, paired", "bootstrap", "Newcombe"]
Test = Literal["McNemar, exact", "sign-flip permutation", "Fisher, exact", "permutation"]


class Measure(StrEnum):
    """What is compared of a call."""

    CONVERSION = "conversion"
    """The customer committed."""
    HONEST = "honest"
    """It did, and on no false claim."""
    SCORE = "score"
    """0 to 10."""
    REVENUE = "revenue"
    """Price agreed for one period; nothing where nothing was sold."""
    TURNS = "turns"
    """Turns of both sides."""

    @property
    def is_rate(self) -> bool:
        """Whether a call has it or not, and runs have a share of it."""
        return self in (Measure.CONVERSION, Measure.HONEST)


class Record(BaseModel):
    """Customers with whom the challenger did better, as well, and worse."""

    model_config = ConfigDict(frozen=True)

    wins: int
    ties: int
    losses: int

    @classmethod
    def of(cls, results: Sequence[float]) -> Record:
        """Count results of 1, a half and 0."""
        return cls(wins=results.count(1.0), ties=results.count(0.5), losses=results.count(0.0))


class Difference(BaseModel):
    """Challenger minus baseline by one measure."""

    model_config = ConfigDict(frozen=True)

    measure: Measure
    baseline: float
    challenger: float
    of: tuple[int, int]
    """Calls of baseline and challenger; the same number when paired."""
    difference: float
    ci95: tuple[float, float]
    interval: Interval
    p: float
    test: Test
    p_holm: float
    """Corrected for everything that was tested together (`tests`)."""
    tests: int = 1
    effect: float | None
    """Cohen's h for rates; the difference in standard deviations for means."""
    record: Record | None
    """By this measure, on the same customers; None when they differ."""
    spread: tuple[float, float]
    """Standard deviation of one customer's difference: if there were none, and as observed."""
    needed: int | None = None
    """Calls on each side that settle an open difference with power 0.8; None when it is
    settled, or zero."""

    @property
    def found(self) -> bool:
        """Whether it is unlikely to be luck, all tests considered."""
        return self.p_holm < LEVEL


class MeasuredCall(Protocol):
    """What a comparison asks of a call."""

    @property
    def converted(self) -> bool:
        """The customer committed."""

    @property
    def honest(self) -> bool | None:
        """It did, and on no false claim; without a ledger of claims nobody can say."""

    @property
    def score(self) -> float | None:
        """0 to 10; None where a part was not judged."""

    @property
    def revenue(self) -> float:
        """The price agreed; 0 where nothing was sold."""

    @property
    def turns(self) -> int:
        """Of both sides."""


def measured(call: MeasuredCall, measure: Measure) -> float | None:
    """One call by one measure; None when it was not judged by it."""
    match measure:
        case Measure.CONVERSION:
            return float(call.converted)
        case Measure.HONEST:
            return None if call.honest is None else float(call.honest)
        case Measure.SCORE:
            return call.score
        case Measure.REVENUE:
            return call.revenue
        case Measure.TURNS:
            return float(call.turns)


def result_of(challenger: MeasuredCall, baseline: MeasuredCall) -> float:
    """1, a half or 0: who did better with one customer, by score, or by conversion without one."""
    mine, theirs = challenger.score, baseline.score
    if mine is None or theirs is None:
        mine, theirs = float(challenger.converted), float(baseline.converted)
    return 0.5 if mine == theirs else float(mine > theirs)


def compare_paired(
    measure: Measure, baseline: Sequence[float], challenger: Sequence[float]
) -> Difference:
    """Compare on the same customers.

    Args:
        measure: what the values are.
        baseline: one value for each customer.
        challenger: values for the same customers, in the same order.

    Raises:
        ValueError: the two are not of the same, positive length.
    """
    if len(baseline) != len(challenger) or not baseline:
        raise ValueError("paired values must be of the same length, at least one pair")
    changes = [mine - theirs for mine, theirs in zip(challenger, baseline, strict=True)]
    test = _paired_rates if measure.is_rate else _paired_means
    results = [0.5 if change == 0 else float(change > 0) for change in changes]
    found = test(baseline, challenger, changes)
    return _difference(measure, baseline, challenger, fmean(changes), found, Record.of(results))


def compare_unpaired(
    measure: Measure, baseline: Sequence[float], challenger: Sequence[float]
) -> Difference:
    """Compare on different customers.

    Raises:
        ValueError: one side has no values.
    """
    if not baseline or not challenger:
        raise ValueError("both sides must have at least one value")
    test = _independent_rates if measure.is_rate else _independent_means
    difference = fmean(challenger) - fmean(baseline)
    found = test(baseline, challenger)
    return _difference(measure, baseline, challenger, difference, found, None)


class _Found(NamedTuple):
    """What a test of one measure found."""

    ci95: tuple[float, float]
    interval: Interval
    p: float
    test: Test
    effect: float | None
    spread: tuple[float, float]


def _difference(
    measure: Measure,
    baseline: Sequence[float],
    challenger: Sequence[float],
    difference: float,
    found: _Found,
    record: Record | None,
) -> Difference:
    return Difference(
        measure=measure,
        baseline=fmean(baseline),
        challenger=fmean(challenger),
        of=(len(baseline), len(challenger)),
        difference=0.0 if abs(difference) < _NOTHING else difference,
        p_holm=found.p,
        record=record,
        **found._asdict(),
    )


def _paired_rates(
    baseline: Sequence[float], challenger: Sequence[float], changes: Sequence[float]
) -> _Found:
    table = Table.of(challenger, baseline)
    differing = table.first_only + table.second_only
    interval: Interval = "Newcombe, paired" if differing < _FEW else "paired bootstrap"
    share = differing / len(changes)
    return _Found(
        paired_rate_interval(table) if differing < _FEW else mean_interval(changes),
        interval,
        mcnemar_p(table),
        "McNemar, exact",
        cohens_h(fmean(challenger), fmean(baseline)),
        (sqrt(share), sqrt(max(0.0, share - fmean(changes) ** 2))),
    )


def _paired_means(
    _baseline: Sequence[float], _challenger: Sequence[float], changes: Sequence[float]
) -> _Found:
    spread = stdev(changes) if len(changes) > 1 else 0.0
    return _Found(
        mean_interval(changes),
        "paired bootstrap",
        sign_flip_p(changes),
        "sign-flip permutation",
        standardised(fmean(changes), spread),
        (spread, spread),
    )


def _independent_rates(baseline: Sequence[float], challenger: Sequence[float]) -> _Found:
    before, after = fmean(baseline), fmean(challenger)
    pooled = (before + after) / 2
    counts = (round(sum(challenger)), len(challenger), round(sum(baseline)), len(baseline))
    return _Found(
        independent_rate_interval(*counts),
        "Newcombe",
        fisher_p(*counts),
        "Fisher, exact",
        cohens_h(after, before),
        (sqrt(2 * pooled * (1 - pooled)), sqrt(before * (1 - before) + after * (1 - after))),
    )


def _independent_means(baseline: Sequence[float], challenger: Sequence[float]) -> _Found:
    within = sqrt(fmean(_variance(values) for values in (baseline, challenger)))
    return _Found(
        independent_mean_interval(challenger, baseline),
        "bootstrap",
        permutation_p(challenger, baseline),
        "permutation",
        standardised(fmean(challenger) - fmean(baseline), within),
        (sqrt(2) * within, sqrt(2) * within),
    )


def _variance(values: Sequence[float]) -> float:
    return variance(values) if len(values) > 1 else 0.0


def corrected(differences: Mapping[Key, Difference]) -> dict[Key, Difference]:
    """Holm's correction of everything tested together, and the calls still needed under it."""
    names = {str(place): key for place, key in enumerate(differences)}
    adjusted = adjusted_p_values({name: differences[key].p for name, key in names.items()})
    return {
        key: _with_correction(differences[key], adjusted[name], len(names))
        for name, key in names.items()
    }


def _with_correction(found: Difference, p_holm: float, tests: int) -> Difference:
    corrected_p = max(found.p, min(1.0, p_holm))
    update: dict[str, float] = {"p_holm": corrected_p, "tests": tests}
    if corrected_p >= LEVEL and found.difference != 0:
        # The level that the smallest p-value of Holm's procedure has to pass.
        needed = sample_size(found.difference, *found.spread, alpha=LEVEL / tests)
        update["needed"] = max(needed, min(found.of) + 1)
    return found.model_copy(update=update)
