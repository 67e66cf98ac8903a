"""The heat map of a check of judges: defects by cells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.errors import MissingPartError
from ai_salesman.evaluation.cells import CELLS
from ai_salesman.evaluation.judge_check import CellFinding, JudgeCheck

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_heat_map"]

_DEEPEST = 6.0
"""Points at which the colour is full."""
_INCHES = (0.62, 0.38)
"""Width and height of one cell."""

Column = tuple[str, str]


def draw_heat_map(check: JudgeCheck, path: Path) -> None:
    """Draw mean movements as colours, and the AUC on target cells.

    Args:
        check: what was found.
        path: ends in .svg or .png.

    Raises:
        MissingPartError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingPartError("matplotlib draws the heat map; pip install matplotlib") from error
    columns = _columns(check)
    rows = len(check.defects)
    size = (3.2 + _INCHES[0] * len(columns), 2.6 + _INCHES[1] * rows)
    # A fixed salt and no date: the same check draws the same file.
    with mpl.rc_context({"svg.hashsalt": "judges", "svg.fonttype": "none"}):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        image = axes.imshow(
            _moves(check, columns), cmap="RdBu", vmin=-_DEEPEST, vmax=_DEEPEST, aspect="auto"
        )
        _label(axes, check, columns)
        _write_aucs(axes, check, columns)
        figure.colorbar(image, ax=axes, label="mean movement, points of 10", shrink=0.7)
        metadata = {"Date": None} if path.suffix == ".svg" else None
        figure.savefig(path, metadata=metadata, dpi=110)


def _columns(check: JudgeCheck) -> list[Column]:
    """Judge and cell, judge by judge in the order of tables."""
    found = {(c.judge, c.cell) for defect in check.defects for c in defect.cells}
    return sorted(found, key=lambda column: (CELLS.index(column[1]), column[0]))


def _moves(check: JudgeCheck, columns: list[Column]) -> NDArray[np.float64]:
    moves = np.full((len(check.defects), len(columns)), np.nan)
    for row, defect in enumerate(check.defects):
        for cell in defect.cells:
            moves[row, columns.index((cell.judge, cell.cell))] = cell.movement
    return moves


def _label(axes: Axes, check: JudgeCheck, columns: list[Column]) -> None:
    names = [cell for _, cell in columns]
    several = len(set(names)) < len(names)
    shown = [f"{cell} ({judge})" if several else cell for judge, cell in columns]
    ticks = [s.replace("_", " ") for s in shown]
    axes.set_xticks(range(len(columns)), ticks, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(check.defects)), [d.defect.replace("_", " ") for d in check.defects])
    axes.set_title(f"Planted defects in {check.sound} sound calls", loc="left")


def _write_aucs(axes: Axes, check: JudgeCheck, columns: list[Column]) -> None:
    for row, defect in enumerate(check.defects):
        for cell in defect.targets:
            axes.text(
                columns.index((cell.judge, cell.cell)),
                row,
                "-" if cell.auc is None else f"{cell.auc:.2f}",
                ha="center",
                va="center",
                fontsize=8,
                color=_ink(cell),
            )


def _ink(cell: CellFinding) -> str:
    return "white" if abs(cell.movement) > 0.6 * _DEEPEST else "black"
