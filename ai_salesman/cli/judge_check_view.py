"""A check of judges as a table."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from ai_salesman.evaluation.judge_check import CellFinding, JudgeCheck
from ai_salesman.evaluation.judge_check_page import interval

__all__ = ["show_judge_check"]

_STYLES = {"seen": "green", "unmoved": "green", "missed": "red", "leaks": "yellow"}


def show_judge_check(check: JudgeCheck, out: Path | None, console: Console | None = None) -> None:
    """Print what was found."""
    console = console or Console()
    table = Table("defect", "calls", "target cell", "AUC", "95 %", "fall", "verdict", box=None)
    for found in check.defects:
        style = _STYLES.get(found.verdict, "dim")
        first, *rest = found.targets or (None,)
        table.add_row(
            f"[b]{found.defect}[/b]",
            str(found.planted),
            *_cells(first),
            f"[{style}]{found.words}[/{style}]",
        )
        for cell in rest:
            table.add_row("", "", *_cells(cell), "")
    console.print(table)
    good = len(check.defects) - len(check.flawed)
    console.print(
        f"\n{good} of {len(check.defects)} defects as they should be; {check.sound} sound calls "
        f"of {check.played}",
        highlight=False,
    )
    _show_real(check, console)
    if out is not None:
        console.print(f"Written: {out / 'judges.md'}", highlight=False, markup=False)


def _cells(cell: CellFinding | None) -> tuple[str, str, str, str]:
    if cell is None or cell.auc is None:
        return ("none should move", "", "", "")
    return cell.cell, f"{cell.auc:.2f}", interval(cell.auc_ci95), f"{-cell.movement:.1f}"


def _show_real(check: JudgeCheck, console: Console) -> None:
    if not check.real:
        return
    table = Table("data", "measure", "cases", "judge", "95 %", "commonest", "TF-IDF", box=None)
    for found in check.real:
        table.add_row(
            found.data,
            found.measure,
            str(found.cases),
            f"{found.judge:.2f}",
            interval(found.judge_ci95),
            f"{found.majority:.2f}",
            f"{found.baseline:.2f}",
        )
    console.print(table)
