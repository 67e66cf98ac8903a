"""The judged cells as heat maps: by tier of customer, and capabilities against metrics."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from ai_salesman.campaigns.call_figures import CallFigures
from ai_salesman.campaigns.estimates import Part
from ai_salesman.conversation.taxonomy import Capability, Metric, Tier
from ai_salesman.evaluation.statistics import rank_correlation

__all__ = ["Grid", "by_tier", "together"]

_ENOUGH = 20
"""Calls with both scores from which a correlation is given."""


class Grid(Part):
    """A table of numbers; None where there is none."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]
    """One row of cells for each row."""
    calls: tuple[tuple[int, ...], ...]
    """Calls behind each cell."""


def by_tier(calls: Sequence[CallFigures]) -> Grid:
    """Mean score of each capability and metric: of all calls, and of each tier's."""
    tiers = [tier for tier in Tier if any(call.tier is tier for call in calls)]
    groups = [list(calls), *([c for c in calls if c.tier is tier] for tier in tiers)]
    names: list[Capability | Metric] = [*Capability, *Metric]
    scores = [[_scores(group, name) for group in groups] for name in names]
    return Grid(
        rows=tuple(map(_words, names)),
        columns=("all", *map(_words, tiers)),
        cells=tuple(tuple(round(fmean(c), 2) if c else None for c in row) for row in scores),
        calls=tuple(tuple(map(len, row)) for row in scores),
    )


def together(calls: Sequence[CallFigures]) -> Grid | None:
    """Spearman's rho of each capability with each metric over calls; None where no cell has one.

    It says which qualities rise with which skills in these calls, not what causes what.
    """
    pairs = [[_pairs(calls, c, m) for m in Metric] for c in Capability]
    cells = tuple(tuple(_rho(pair) for pair in row) for row in pairs)
    if all(cell is None for row in cells for cell in row):
        return None
    return Grid(
        rows=tuple(map(_words, Capability)),
        columns=tuple(map(_words, Metric)),
        cells=cells,
        calls=tuple(tuple(map(len, row)) for row in pairs),
    )


def _scores(calls: Sequence[CallFigures], name: Capability | Metric) -> list[float]:
    return [fmean(call.cells[name]) for call in calls if call.cells.get(name)]


def _pairs(
    calls: Sequence[CallFigures], first: Capability, second: Metric
) -> list[tuple[float, float]]:
    return [
        (fmean(call.cells[first]), fmean(call.cells[second]))
        for call in calls
        if call.cells.get(first) and call.cells.get(second)
    ]


def _rho(pairs: list[tuple[float, float]]) -> float | None:
    if len(pairs) < _ENOUGH:
        return None
    rho = rank_correlation([first for first, _ in pairs], [second for _, second in pairs])
    return None if rho is None else round(rho, 2)


def _words(name: Capability | Metric | Tier) -> str:
    return name.value.replace("_", " ")
