"""What a stage shows while it runs: a bar for people, a line of JSON for each log step."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from transformers import TrainerCallback

__all__ = ["LogFile", "Measuring", "StageBar"]


class StageBar(TrainerCallback):
    """A bar on standard error with the figure that matters most."""

    def __init__(self, name: str, figure: str, shown: bool):
        self._figure = figure
        self._bar = Progress(
            TextColumn(name),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figure]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not shown,
        )
        self._task = self._bar.add_task(name, total=None, figure="")

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        """Show the bar."""
        self._bar.start()
        self._bar.update(self._task, total=state.max_steps, completed=state.global_step)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        """One step further."""
        self._bar.update(self._task, completed=state.global_step)

    def on_log(self, args: Any, state: Any, control: Any, **told: Any) -> None:  # noqa: ARG002
        """The newest figure."""
        figure = told["logs"].get(self._figure)
        if figure is not None:
            self._bar.update(self._task, figure=f"{self._figure} {figure:.3f}")

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        """Leave the finished bar on the screen."""
        self._bar.stop()


class LogFile(TrainerCallback):
    """Appends every log line, with its step, to a file."""

    def __init__(self, path: Path):
        self._path = path

    def on_log(self, args: Any, state: Any, control: Any, **told: Any) -> None:  # noqa: ARG002
        """Write one line."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": state.global_step, **told["logs"]}) + "\n")


class Measuring(TrainerCallback):
    """Measures on held-out data before the first step, every so often, and at the end.

    Args:
        measure: returns figures by name.
        every: steps between.
        log: file that they are appended to, under `held_out/<name>`.
    """

    def __init__(self, measure: Callable[[], dict[str, float]], every: int, log: Path):
        self._measure, self._every, self._log = measure, every, log

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        """Where it starts."""
        if state.global_step == 0:
            self._append(0)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        """Now and then."""
        step = state.global_step
        if step % self._every == 0 or step == state.max_steps:
            self._append(step)

    def _append(self, step: int) -> None:
        figures = {f"held_out/{name}": value for name, value in self._measure().items()}
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, **figures}) + "\n")
