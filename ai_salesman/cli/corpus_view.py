"""Show what became of a corpus: personal data replaced, labels read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ai_salesman.corpus.redaction import RedactionReport
    from ai_salesman.training.label_check import LabelCheck
    from ai_salesman.training.labelling import LabelCounts

__all__ = ["reading_progress", "show_check", "show_labels", "show_redaction"]


@contextmanager
def reading_progress(doing: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar on standard error; yields what is to be called with how many are done."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task(doing, total=total)
        yield lambda done: progress.update(task, completed=done)


def show_redaction(report: RedactionReport) -> None:
    """Counts for people."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print(
        f"{report.dialogues} dialogues, {report.dialogues_changed} changed; "
        f"{report.turns} turns, {report.turns_changed} changed"
    )
    for kind, count in report.replaced.items():
        console.print(f"  [{kind.upper()}] {count}")
    console.print(f"corpus: {report.out}")


def show_labels(counts: Mapping[str, LabelCounts], check: LabelCheck, least: float) -> None:
    """Counts for people, with the accuracy that is known of such labels."""
    from rich.console import Console
    from rich.table import Table

    table = Table("label", "known before", "read", "withheld")
    for kind, count in counts.items():
        table.add_row(kind, f"{count.known:,}", f"{count.read:,}", f"{count.withheld:,}")
    Console().print(table)
    measured = max(row.least for row in check.rows if row.least <= least)
    show_check(check, only=measured)


def show_check(check: LabelCheck, only: float | None = None) -> None:
    """How often the readers are right; at one threshold, or at all."""
    from rich.console import Console
    from rich.table import Table

    table = Table("label", "at least", "known", "labelled", "of these right")
    for row in check.rows:
        if only in (None, row.least):
            right = "-" if row.accuracy is None else f"{row.accuracy:.1%}"
            table.add_row(row.kind, f"{row.least:g}", f"{row.known:,}", f"{row.covered:.1%}", right)
    table.title = f"measured on {check.dialogues} dialogues whose labels are known"
    Console().print(table)
