"""The meta-evaluation of judges: what planted defects do to the cells that should see them.

A defect is seen when each of its target cells separates sound calls from the same calls with
the defect, and when no other cell moves, but for those that may rightly fall with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ai_salesman.evaluation.cells import CELLS, Cell, Cells
from ai_salesman.evaluation.defects.base import Defect
from ai_salesman.evaluation.real_check import RealFinding
from ai_salesman.evaluation.separation import paired_separation
from ai_salesman.evaluation.statistics import mean_interval

__all__ = [
    "MOST_MOVEMENT",
    "SEEN_FROM",
    "CellFinding",
    "DefectFinding",
    "JudgeCheck",
    "Planted",
    "find",
]

SEEN_FROM = 0.85
"""AUC from which a cell sees a defect."""
MOST_MOVEMENT = 0.3
"""Points of 10 by which a cell that has nothing to do with a defect may move on average."""
_FEWEST_PAIRS = 5

Role = Literal["target", "may fall", "should stay"]
Outcome = Literal["seen", "missed", "unmoved", "leaks", "no occasion"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class Planted:
    """One call, judged as it was and with a defect in it."""

    call: str
    """Run and number of the call."""
    clean: Cells
    spoilt: Cells


class CellFinding(_Part):
    """What one defect did to one cell of one judge."""

    judge: str
    cell: str
    role: Role
    calls: int
    """Calls in which the cell was judged with and without the defect."""
    lost: int
    """Calls in which the defect took the cell its occasion."""
    clean_mean: float
    movement: float
    """Mean of defective minus clean; below 0 the cell fell."""
    movement_ci95: tuple[float, float]
    fell: float
    """Share of the calls in which the cell fell at all."""
    auc: float | None = None
    """Target cells: chance that a sound call scores higher than a defective one."""
    auc_ci95: tuple[float, float] | None = None

    @property
    def leaks(self) -> bool:
        """Moved, and should not have: nothing may rise by a defect, and no bystander may fall."""
        if self.role == "should stay":
            return abs(self.movement) > MOST_MOVEMENT
        return self.movement > MOST_MOVEMENT


class DefectFinding(_Part):
    """What the judges made of one defect."""

    defect: str
    does: str
    planted: int
    verdict: Outcome
    missed: tuple[str, ...] = ()
    """Target cells that do not see it."""
    leaks: tuple[str, ...] = ()
    """Cells that moved and should not have."""
    cells: tuple[CellFinding, ...] = ()

    @property
    def targets(self) -> tuple[CellFinding, ...]:
        """The cells that should have fallen."""
        return tuple(cell for cell in self.cells if cell.role == "target")

    @property
    def bystander(self) -> CellFinding | None:
        """The cell that moved most of those that should have stayed."""
        stay = [cell for cell in self.cells if cell.role == "should stay"]
        return max(stay, key=lambda cell: abs(cell.movement), default=None)

    @property
    def words(self) -> str:
        """The verdict in words."""
        parts = [f"missed by {', '.join(self.missed)}"] if self.missed else []
        parts += [f"leaks into {', '.join(self.leaks)}"] if self.leaks else []
        if self.missed or self.leaks:
            return "; ".join(parts)
        return self.verdict


class JudgeCheck(_Part):
    """The whole check."""

    judges: tuple[str, ...]
    campaigns: tuple[str, ...]
    salesmen: dict[str, int]
    """Who led the sound calls -> how many of them."""
    split: str
    seed: int
    played: int
    sound: int
    left_out: dict[str, int]
    """Why a call was not sound -> how many."""
    false_alarms: dict[str, float]
    """Kind of entry in a ledger -> share of the sound calls that have one all the same."""
    failures: dict[str, int]
    """Judge -> calls that it failed to judge; they are left out of its figures."""
    defects: tuple[DefectFinding, ...]
    real: tuple[RealFinding, ...] = ()
    """Measures on real dialogues, where asked for."""

    @property
    def flawed(self) -> tuple[DefectFinding, ...]:
        """Defects that were missed, or that moved a cell that should have stayed."""
        return tuple(d for d in self.defects if d.verdict in ("missed", "leaks"))


def find(defect: Defect, planted: Sequence[Planted], seed: int = 0) -> DefectFinding:
    """What the judges made of `defect`.

    Args:
        defect: what was planted.
        planted: the calls that gave it an occasion.
        seed: fixes the resampling.
    """
    cells = [
        found
        for cell in _in_order({cell for pair in planted for cell in pair.clean})
        if (found := _cell(cell, _role(cell, defect), planted, seed)) is not None
    ]
    missed = tuple(_named(c) for c in cells if c.role == "target" and not _sees(c))
    leaks = tuple(_named(c) for c in cells if c.leaks)
    return DefectFinding(
        defect=defect.name,
        does=defect.does,
        planted=len(planted),
        verdict=_outcome(cells, missed, leaks),
        missed=missed,
        leaks=leaks,
        cells=tuple(cells),
    )


def _outcome(cells: Sequence[CellFinding], missed: Sequence[str], leaks: Sequence[str]) -> Outcome:
    if not cells:
        return "no occasion"
    if missed:
        return "missed"
    if leaks:
        return "leaks"
    return "seen" if any(cell.role == "target" for cell in cells) else "unmoved"


def _role(cell: Cell, defect: Defect) -> Role:
    if cell.name in defect.targets:
        return "target"
    return "may fall" if cell.name in defect.may_move else "should stay"


def _cell(cell: Cell, role: Role, planted: Sequence[Planted], seed: int) -> CellFinding | None:
    """None when too few calls have the cell in both versions."""
    both = [
        (clean, spoilt)
        for pair in planted
        if (clean := pair.clean.get(cell)) is not None
        and (spoilt := pair.spoilt.get(cell)) is not None
    ]
    if len(both) < _FEWEST_PAIRS:
        return None
    before, after = [clean for clean, _ in both], [spoilt for _, spoilt in both]
    moves = [spoilt - clean for clean, spoilt in both]
    apart = paired_separation(before, after, seed) if role == "target" else None
    return CellFinding(
        judge=cell.judge,
        cell=cell.name,
        role=role,
        calls=len(both),
        lost=sum(_is_lost(cell, pair) for pair in planted),
        clean_mean=fmean(before),
        movement=fmean(moves),
        movement_ci95=mean_interval(moves, seed=seed),
        fell=fmean(move < 0 for move in moves),
        auc=apart.auc if apart else None,
        auc_ci95=(apart.low, apart.high) if apart else None,
    )


def _is_lost(cell: Cell, pair: Planted) -> bool:
    return pair.clean.get(cell) is not None and cell in pair.spoilt and pair.spoilt[cell] is None


def _sees(cell: CellFinding) -> bool:
    return cell.auc is not None and cell.auc >= SEEN_FROM


def _named(cell: CellFinding) -> str:
    """The cell, with its judge where the name of the cell does not say it."""
    return cell.cell if "." in cell.cell else f"{cell.judge}: {cell.cell}"


def _in_order(cells: Iterable[Cell]) -> list[Cell]:
    place: Mapping[str, int] = {name: number for number, name in enumerate(CELLS)}
    return sorted(cells, key=lambda cell: (cell.judge, place[cell.name]))
