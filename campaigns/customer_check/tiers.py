"""Do harder customers buy less?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ai_salesman.campaigns.customer_check.resampling import resampled_interval, slope
from ai_salesman.campaigns.customer_check.results import CheckResult, Curve, CurvePoint, Figure
from ai_salesman.campaigns.customer_check.trials import Trial
from ai_salesman.conversation.taxonomy import StopReason, Tier
from ai_salesman.evaluation.statistics import wilson_interval

__all__ = ["NAME", "check_tiers"]

NAME = "harder tiers convert less"
_ALPHA = 0.05

Column = NDArray[np.float64]


def check_tiers(trials: Sequence[Trial]) -> CheckResult:
    """Conversion by tier, and its trend from easy to adversarial."""
    calls = [episode for trial in trials for episode in trial.episodes]
    steps = np.array([list(Tier).index(e.persona.tier) for e in calls], dtype=float)
    won = np.array([float(e.stop is StopReason.AGREED) for e in calls])
    present = [tier for tier in Tier if any(e.persona.tier is tier for e in calls)]
    rates = {
        tier: Figure.rate(
            tier.value.replace("_", " "),
            [e.stop is StopReason.AGREED for e in calls if e.persona.tier is tier],
        )
        for tier in present
    }
    trend = Figure(
        name="change of conversion per step of tier",
        value=slope(steps, won.tolist()),
        ci95=resampled_interval(lambda rows: slope(steps[rows], won[rows].tolist()), len(calls)),
        of=len(calls),
    )
    p_value = _trend_p(steps, won)
    return CheckResult(
        id="tiers",
        name=NAME,
        question="Is an easy customer easier to win than a hard one?",
        criterion=(
            "The change per step lies below 0 (interval), and the Cochran-Armitage test of a "
            f"trend gives p < {_ALPHA}."
        ),
        passed=trend.below_zero and p_value < _ALPHA,
        figures=(*rates.values(), trend, Figure(name="Cochran-Armitage p", value=p_value)),
        curves=(_curve(rates),),
        note=_order(rates),
    )


def _trend_p(steps: Column, won: Column) -> float:
    """Two-sided p of the Cochran-Armitage test; 1 when there is nothing to test."""
    from statsmodels.stats.contingency_tables import Table

    levels = sorted(set(steps.tolist()))
    counts = np.array(
        [[np.sum((steps == s) & (won == w)) for w in (0.0, 1.0)] for s in levels], dtype=float
    )
    if len(levels) < 2 or counts.sum(axis=0).min() == 0:
        return 1.0
    test = Table(counts, shift_zeros=False).test_ordinal_association(
        row_scores=np.array(levels), col_scores=np.array([0.0, 1.0])
    )
    return 1.0 if math.isnan(test.pvalue) else float(test.pvalue)


def _curve(rates: dict[Tier, Figure]) -> Curve:
    points = []
    for step, figure in enumerate(rates.values()):
        low, high = figure.ci95 or wilson_interval(0, 0)
        points.append(
            CurvePoint(x=step, rate=figure.value or 0.0, low=low, high=high, of=figure.of)
        )
    return Curve(label="conversion by tier", points=tuple(points))


def _order(rates: dict[Tier, Figure]) -> str:
    values = [figure.value or 0.0 for figure in rates.values()]
    falls = all(a >= b for a, b in pairwise(values))
    return f"The observed rates are {'' if falls else 'not '}in order at every step."
