"""The progress line of a training run: step, loss, time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["loss_progress"]

_MEMORY = 0.95
"""The loss shown is a moving average: the share of it that is kept each step."""


@contextmanager
def loss_progress(steps: int, done: int, *, shown: bool) -> Iterator[Callable[[float], None]]:
    """A bar on standard error; call what it gives with the loss of each step."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]:.3f}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    average: float | None = None
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bar:
        task = bar.add_task("training", total=steps, completed=done, loss=float("nan"))

        def report(loss: float) -> None:
            nonlocal average
            average = loss if average is None else _MEMORY * average + (1 - _MEMORY) * loss
            bar.update(task, advance=1, loss=average)

        yield report
