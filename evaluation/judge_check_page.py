"""The page `judges.md`: what a check of judges found, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ai_salesman.evaluation.defects.registry import DEFECTS
from ai_salesman.evaluation.heat_map import draw_heat_map
from ai_salesman.evaluation.judge_check import (
    MOST_MOVEMENT,
    SEEN_FROM,
    CellFinding,
    DefectFinding,
    JudgeCheck,
)

__all__ = ["interval", "page_of", "write_page"]

PAGE, PICTURE = "judges.md", "judges.svg"


def write_page(check: JudgeCheck, folder: Path, command: str) -> Path:
    """Write the page and its heat map into `folder`; the path of the page.

    Args:
        check: what was found.
        folder: made when it is missing.
        command: the command that made it.

    Raises:
        MissingPartError: matplotlib is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draw_heat_map(check, folder / PICTURE)
    page = folder / PAGE
    page.write_text("\n".join(page_of(check, command)) + "\n", encoding="utf-8")
    return page


def page_of(check: JudgeCheck, command: str) -> Iterator[str]:
    """The lines of the page."""
    yield from _head(check, command)
    yield from _table(check)
    yield f"\n![Mean movement of every cell by every defect]({PICTURE})\n"
    yield (
        "Colour: mean movement of a cell in points of 10, red fell, blue rose. Figures: AUC, on "
        "the cells that should fall.\n"
    )
    yield from _targets(check)
    yield from _allowed(check)
    if check.real:
        yield from _real(check)


def interval(ends: tuple[float, float] | None, digits: int = 2) -> str:
    """Both ends of an interval."""
    return "-" if ends is None else f"{ends[0]:.{digits}f} to {ends[1]:.{digits}f}"


def _head(check: JudgeCheck, command: str) -> Iterator[str]:
    yield "# Do the judges see what is wrong with a call?\n"
    yield (
        f"{check.sound} sound calls, each judged as it was and once more with each of "
        f"{len(check.defects)} defects planted in it. Judges: {', '.join(check.judges)}. "
        f"Campaigns: {', '.join(check.campaigns)}. Salesmen: {_counted(check.salesmen)}. "
        f"Seed {check.seed}, surface forms: {check.split}. Intervals are at 95 %, from resampling "
        "whole calls.\n"
    )
    yield f"    {command}\n"
    left_out = sum(check.left_out.values())
    yield (
        f"Of {check.played} calls looked at, {left_out} were left out as not sound"
        + (f" ({_counted(check.left_out)})." if left_out else ".")
        + " What is sound is said by no judge but by the record of a call: its words passed "
        "the claims guard, its customer was healthy, and its plan took up most doubts and sold "
        "nothing right after a no."
        + (f" Judges that failed: {_counted(check.failures)}." if check.failures else "")
        + "\n"
    )
    alarms = [f"{name} {share:.0%}" for name, share in check.false_alarms.items() if share]
    if alarms:
        yield f"Share of the sound calls that are flagged all the same: {', '.join(alarms)}.\n"
    yield (
        f"A defect is *seen* when each target cell tells sound from defective calls (AUC at least "
        f"{SEEN_FROM}) and no other cell moves by more than {MOST_MOVEMENT} points of 10 on "
        "average, save those that may rightly fall with it. The AUC compares all sound with all "
        "defective calls, not each call with itself, so a cell that differs much from call to "
        "call needs a deep fall.\n"
    )


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _table(check: JudgeCheck) -> Iterator[str]:
    yield "| defect | calls | target cells: AUC (95 %), mean fall | largest bystander | verdict |"
    yield "|---|---|---|---|---|"
    for found in check.defects:
        targets = "<br>".join(_target(cell) for cell in found.targets) or "none should move"
        verdict = found.words if found.verdict in ("seen", "unmoved") else f"**{found.words}**"
        yield (
            f"| {found.defect} | {found.planted} | {targets} | {_bystander(found)} | {verdict} |"
        )


def _target(cell: CellFinding) -> str:
    auc = "-" if cell.auc is None else f"{cell.auc:.2f}"
    return f"{cell.cell} {auc} ({interval(cell.auc_ci95)}), {-cell.movement:+.1f}"


def _bystander(found: DefectFinding) -> str:
    cell = found.bystander
    return "-" if cell is None else f"{cell.cell} {cell.movement:+.2f}"


def _targets(check: JudgeCheck) -> Iterator[str]:
    yield "## What is planted\n"
    for found in check.defects:
        yield f"- **{found.defect}**: {found.does}."


def _allowed(check: JudgeCheck) -> Iterator[str]:
    yield "\n## Cells that may rightly fall too\n"
    yield "| defect | cell | moved | because |"
    yield "|---|---|---|---|"
    for found in check.defects:
        defect = DEFECTS.get(found.defect)
        moved = [cell for cell in found.cells if cell.role == "may fall"]
        for cell in moved:
            if defect is not None and abs(cell.movement) > MOST_MOVEMENT:
                reason = defect.may_move[cell.cell]
                yield f"| {found.defect} | {cell.cell} | {cell.movement:+.2f} | {reason} |"


def _real(check: JudgeCheck) -> Iterator[str]:
    yield "\n## Real dialogues\n"
    yield (
        "Dialogues of real people, read in place and not part of this package. The judge was "
        "trained on none of them; the baseline, a logistic regression on TF-IDF, is trained on "
        "the same data by cross-validation.\n"
    )
    yield "| data | question | measure | cases | judge (95 %) | commonest answer | TF-IDF (95 %) |"
    yield "|---|---|---|---|---|---|---|"
    for found in check.real:
        yield (
            f"| {found.data} | {found.question} | {found.measure} | {found.cases} "
            f"| {found.judge:.2f} ({interval(found.judge_ci95)}) | {found.majority:.2f} "
            f"| {found.baseline:.2f} ({interval(found.baseline_ci95)}) |"
        )
    yield ""
    yield from dict.fromkeys(f"- {found.data}: {found.note}." for found in check.real)
