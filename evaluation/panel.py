"""Several judges on one call as a panel: what they say together, and how far they agree.

Judges that failed are absent: they are counted by the run's summary, never filled in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.taxonomy import BuyingIntent, Capability, Metric
from ai_salesman.conversation.verdict import JudgeResult, ScoreCell, Verdict
from ai_salesman.evaluation.alpha import Alpha, krippendorff_alpha

__all__ = [
    "ALL_CELLS",
    "CellAgreement",
    "PanelAgreement",
    "PanelCell",
    "PanelVerdict",
    "panel_agreement",
    "panel_of",
]

ALL_CELLS = "all cells"
"""Name of all cells taken together: each cell of each call is one unit."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class PanelCell(_Part):
    """One capability or metric, as the panel scores it."""

    score: float | None
    """Median of the judges that scored it; None when most of them saw no occasion."""
    spread: float | None
    """Highest less lowest score: the disagreement. None with fewer than two scores."""
    scores: dict[str, float | None]
    """Judge -> score; None: it saw no occasion."""


class PanelVerdict(_Part):
    """What a panel says of one call."""

    judges: tuple[str, ...]
    """Those that named an intent or scored a cell."""
    intent: BuyingIntent | None
    """What more than half of the judges name; None when no intent has that many."""
    intents: dict[str, BuyingIntent]
    """Judge -> intent."""
    cells: dict[Capability | Metric, PanelCell]


class CellAgreement(_Part):
    """How far judges agree on one cell over many calls."""

    interval: Alpha
    """Alpha with the distance of scores."""
    ordinal: Alpha
    """Alpha with the distance of ranks."""
    spread: float | None
    """Mean of highest less lowest score, over calls that two judges scored."""


class PanelAgreement(_Part):
    """How far the judges of a run agree with each other."""

    judges: tuple[str, ...]
    calls: int
    intent: Alpha
    """Nominal."""
    cells: dict[str, CellAgreement]
    """Cell -> agreement, `ALL_CELLS` first; cells that no two judges scored are left out."""


def panel_of(results: Iterable[JudgeResult]) -> PanelVerdict:
    """Combine the verdicts on one call."""
    verdicts = [result for result in results if isinstance(result, Verdict)]
    intents = {v.judge: v.intent for v in verdicts if v.intent is not None}
    cells: dict[Capability | Metric, dict[str, float | None]] = defaultdict(dict)
    for verdict in verdicts:
        for name, cell in _cells(verdict):
            cells[name][verdict.judge] = cell.score
    seated = {v.judge for v in verdicts if v.intent is not None or v.capabilities or v.metrics}
    return PanelVerdict(
        judges=tuple(sorted(seated)),
        intent=_majority(intents.values()),
        intents=intents,
        cells={name: _combined(scores) for name, scores in cells.items()},
    )


def _cells(verdict: Verdict) -> Iterator[tuple[Capability | Metric, ScoreCell]]:
    yield from verdict.capabilities.items()
    yield from verdict.metrics.items()


def _majority(intents: Iterable[BuyingIntent]) -> BuyingIntent | None:
    counts = Counter(intents)
    return next((i for i, count in counts.items() if 2 * count > counts.total()), None)


def _combined(scores: dict[str, float | None]) -> PanelCell:
    given = [score for score in scores.values() if score is not None]
    occasion = 2 * len(given) >= len(scores)
    return PanelCell(
        score=median(given) if given and occasion else None,
        spread=max(given) - min(given) if len(given) > 1 else None,
        scores=scores,
    )


def panel_agreement(calls: Sequence[Iterable[JudgeResult]]) -> PanelAgreement:
    """How far judges agree over many calls.

    Args:
        calls: the results of all judges, call by call.
    """
    panels = [panel_of(results) for results in calls]
    units: dict[str, list[list[float]]] = {ALL_CELLS: []}
    for name in (*Capability, *Metric):
        found = [_given(panel.cells[name]) for panel in panels if name in panel.cells]
        units[name.value] = [scores for scores in found if len(scores) > 1]
        units[ALL_CELLS] += units[name.value]
    order = list(BuyingIntent)
    coded = [[float(order.index(i)) for i in panel.intents.values()] for panel in panels]
    return PanelAgreement(
        judges=tuple(sorted({judge for panel in panels for judge in panel.judges})),
        calls=len(panels),
        intent=krippendorff_alpha(coded, "nominal"),
        cells={name: _agreement(scores) for name, scores in units.items() if scores},
    )


def _given(cell: PanelCell) -> list[float]:
    return [score for score in cell.scores.values() if score is not None]


def _agreement(units: Sequence[Sequence[float]]) -> CellAgreement:
    spreads = [max(scores) - min(scores) for scores in units]
    return CellAgreement(
        interval=krippendorff_alpha(units, "interval"),
        ordinal=krippendorff_alpha(units, "ordinal"),
        spread=sum(spreads) / len(spreads) if spreads else None,
    )
