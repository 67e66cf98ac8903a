"""What a check of a customer found: figures with intervals, a criterion, passed or not."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from ai_salesman.evaluation.statistics import mean_interval, paired_difference, wilson_interval

__all__ = ["CheckResult", "Curve", "CurvePoint", "CustomerCheck", "Figure", "skipped"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Figure(_Part):
    """One measured number with its 95 % interval, where it has one."""

    name: str
    value: float | None
    ci95: tuple[float, float] | None = None
    of: int = 0
    """How many cases it rests on."""
    paired: bool = False
    """A difference between two conditions on the same customers: 0 means no effect."""

    @classmethod
    def rate(cls, name: str, flags: Sequence[bool]) -> Figure:
        """The share of true flags with its Wilson interval."""
        if not flags:
            return cls(name=name, value=None)
        low, high = wilson_interval(sum(flags), len(flags))
        return cls(name=name, value=sum(flags) / len(flags), ci95=(low, high), of=len(flags))

    @classmethod
    def mean(cls, name: str, values: Sequence[float]) -> Figure:
        """The mean with its bootstrap interval."""
        if not values:
            return cls(name=name, value=None)
        mean = sum(values) / len(values)
        return cls(name=name, value=mean, ci95=mean_interval(values), of=len(values))

    @classmethod
    def difference(cls, name: str, first: Sequence[float], second: Sequence[float]) -> Figure:
        """Mean of `first - second` on the same customers, with its bootstrap interval."""
        if not first:
            return cls(name=name, value=None, paired=True)
        found = paired_difference(first, second)
        return cls(
            name=name,
            value=found.difference,
            ci95=(found.low, found.high),
            of=found.pairs,
            paired=True,
        )

    @property
    def above_zero(self) -> bool:
        """The whole interval lies above 0."""
        return self.ci95 is not None and self.ci95[0] > 0

    @property
    def below_zero(self) -> bool:
        """The whole interval lies below 0."""
        return self.ci95 is not None and self.ci95[1] < 0


class CurvePoint(_Part):
    """One point of a curve with its 95 % interval."""

    x: float
    rate: float
    low: float
    high: float
    of: int


class Curve(_Part):
    """A rate over something that was varied."""

    label: str
    points: tuple[CurvePoint, ...]


class CheckResult(_Part):
    """The answer to one question about a customer."""

    id: str
    name: str
    question: str
    """In plain words."""
    criterion: str
    """What had to hold."""
    passed: bool | None
    """None: skipped, see the note."""
    figures: tuple[Figure, ...] = ()
    curves: tuple[Curve, ...] = ()
    note: str = ""


class CustomerCheck(_Part):
    """All checks of one customer."""

    customer: str
    salesman: str
    campaigns: tuple[str, ...]
    episodes: int
    """Calls of each check, per campaign."""
    seed: int
    failed_calls: int
    """Calls that a model failed in; they are left out everywhere."""
    checks: tuple[CheckResult, ...]

    @property
    def failures(self) -> tuple[CheckResult, ...]:
        """The checks that were not passed."""
        return tuple(check for check in self.checks if check.passed is False)


def skipped(id: str, name: str, question: str, criterion: str, why: str) -> CheckResult:
    """A check that could not be made."""
    return CheckResult(
        id=id, name=name, question=question, criterion=criterion, passed=None, note=why
    )
