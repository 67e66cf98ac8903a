"""A comparison in one plain sentence, as a sales manager would want it."""

from __future__ import annotations

from ai_salesman.campaigns.pairing import Pairing
from ai_salesman.evaluation.comparison import LEVEL, Difference, Measure

__all__ = ["conclude", "figure", "p_words", "plain_count"]

_VERBS = {
    Measure.CONVERSION: "sold",
    Measure.HONEST: "sold honestly",
    Measure.SCORE: "scored",
    Measure.REVENUE: "brought in",
    Measure.TURNS: "took",
}
_UNITS = {Measure.SCORE: "points of 10", Measure.REVENUE: "a call", Measure.TURNS: "turns"}


def conclude(found: Difference, pairing: Pairing, baseline: str, challenger: str) -> str:
    """What the difference by one measure means.

    Args:
        found: the difference, corrected.
        pairing: on which calls.
        baseline: label of the baseline.
        challenger: label of the challenger.
    """
    if found.difference == 0:
        return (
            f"{challenger} and {baseline} cannot be told apart ({' and '.join(_ordered(found))}; "
            f"{_customers(found, pairing)}): the observed difference is zero, so no number of "
            "calls can be named that would settle it."
        )
    ahead, behind = (challenger, baseline) if found.difference > 0 else (baseline, challenger)
    if found.found:
        return (
            f"{_more(found, ahead, behind)}; {_customers(found, pairing)}; "
            f"this is unlikely to be luck ({p_words(found.p_holm)}{_corrected(found)})."
        )
    if found.p < LEVEL:
        return (
            f"{_more(found, ahead, behind)}; {_customers(found, pairing)}; alone that would be "
            f"unlikely to be luck ({p_words(found.p)}), but not among the {found.tests} "
            f"differences tested together ({p_words(found.p_holm)}). {_settle(found)}"
        )
    low, high = _bounds(found)
    best, worst = _ordered(found)
    unit = _UNITS.get(found.measure, "points")
    return (
        f"{ahead} and {behind} cannot be told apart: {best} against {worst}, and the lead may be "
        f"anything from {low} to {high} {unit}; {_customers(found, pairing)}; "
        f"{p_words(found.p_holm)}{_corrected(found)}. {_settle(found)}"
    )


def figure(value: float, measure: Measure) -> str:
    """A value of a measure: a share in percent, or a number."""
    return f"{value:.0%}" if measure.is_rate else f"{value:,.2f}"


def p_words(p: float) -> str:
    """A p-value as one writes it."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def plain_count(count: int) -> str:
    """A number of calls to two figures: more would pretend."""
    return f"{float(f'{count:.2g}'):,.0f}" if count >= 100 else str(count)


def _more(found: Difference, ahead: str, behind: str) -> str:
    best, worst = _ordered(found)
    low, high = _bounds(found)
    unit = _UNITS.get(found.measure, "points")
    return (
        f"{ahead} {_VERBS[found.measure]} {_amount(abs(found.difference), found.measure)} {unit} "
        f"more than {behind} ({best} against {worst}), "
        f"between {low} and {high}"
    )


def _bounds(found: Difference) -> tuple[str, str]:
    """The interval as seen from whoever is ahead."""
    low, high = found.ci95 if found.difference >= 0 else (-found.ci95[1], -found.ci95[0])
    return _amount(low, found.measure), _amount(high, found.measure)


def _amount(value: float, measure: Measure) -> str:
    """Points of a rate, or a number; small ones with a decimal, none as -0."""
    if not measure.is_rate:
        return f"{round(value, 2) + 0.0:,.2f}"
    points = 100 * value
    return f"{points:.0f}" if abs(points) >= 9.95 else f"{round(points, 1) + 0.0:g}"


def _ordered(found: Difference) -> tuple[str, str]:
    """Both figures, the greater first."""
    greater, less = sorted((found.challenger, found.baseline), reverse=True)
    return figure(greater, found.measure), figure(less, found.measure)


def _customers(found: Difference, pairing: Pairing) -> str:
    if pairing.paired:
        return f"the same {found.of[0]} customers"
    return f"different customers, {found.of[1]} and {found.of[0]}, because {pairing.reason}"


def _corrected(found: Difference) -> str:
    return f", corrected for {found.tests} tests" if found.tests > 1 else ""


def _settle(found: Difference) -> str:
    if found.needed is None:
        return ""
    calls = plain_count(found.needed)
    return f"If it is as large as it looks, about {calls} calls each would settle it."
