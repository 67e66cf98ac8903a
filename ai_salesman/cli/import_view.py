"""Show the progress of an import and its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ai_salesman.corpus.import_report import ImportReport

__all__ = ["import_progress", "show_report"]


@contextmanager
def import_progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error for the dialogues of the file that is read."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    hidden = quiet or not console.is_terminal
    with Progress(console=console, disable=hidden, transient=True) as progress:
        task = progress.add_task("reading", total=None)

        def told(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of, description="importing")

        yield told


def show_report(report: ImportReport) -> None:
    """The report for people."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print(f"dialogues: {report.read} read, {report.dropped} dropped; files: {report.files}")
    turns = f"{report.salesman_turns} of the salesman, {report.customer_turns} of the customer"
    console.print(f"  turns      {turns}; {report.joined} joined with the one before")
    for name in ("kinds", "outcomes", "splits", "left_out"):
        counts: dict[str, int] = getattr(report, name)
        if counts:
            listed = ", ".join(f"{what} {count}" for what, count in counts.items())
            console.print(f"  {name.replace('_', ' '):10} {listed}")
    if report.reasons:
        console.print("dropped:")
    for reason in report.reasons:
        console.print(f"  {reason.count:>6}  {reason.reason}")
        for place in reason.places:
            console.print(f"          {place}")
    console.print(f"corpus: {report.out}")
