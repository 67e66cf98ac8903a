"""Live progress of a run: calls played and judged, running conversion with its interval."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.evaluation.statistics import wilson_interval

__all__ = ["RunProgress", "run_progress"]


class RunProgress:
    """Counts episodes as they end."""

    def __init__(self, progress: Progress, episodes: int):
        self._progress = progress
        self._task = progress.add_task("loading models", total=episodes)
        self._played = self._won = self._failed = self._stored = 0

    def ready(self, already_done: int) -> None:
        """Models are loaded; `already_done` episodes were stored before."""
        note = f" ({already_done} stored before)" if already_done else ""
        self._progress.update(self._task, description=f"calling{note}", completed=already_done)

    def played(self, episode: Episode) -> None:
        """A call has ended."""
        if episode.stop is StopReason.INFRASTRUCTURE_ERROR:
            self._failed += 1
        else:
            self._played += 1
            self._won += episode.stop is StopReason.AGREED
        self._progress.update(self._task, advance=1, description=self._line())

    def stored(self, _episode: Episode) -> None:
        """A call is judged and stored."""
        self._stored += 1
        self._progress.update(self._task, description=self._line())

    def _line(self) -> str:
        parts = [f"judged {self._stored}"]
        if self._played:
            low, high = wilson_interval(self._won, self._played)
            parts.append(
                f"conversion {self._won / self._played:.0%} [dim](95 % {low:.0%}-{high:.0%})[/dim]"
            )
        if self._failed:
            parts.append(f"[red]{self._failed} failed[/red]")
        return ", ".join(parts)


@contextmanager
def run_progress(campaign: Campaign, *, quiet: bool) -> Iterator[RunProgress]:
    """A progress bar on standard error, so that standard output holds results only."""
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn(f"[bold]{campaign.name}[/bold]"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    ) as progress:
        yield RunProgress(progress, campaign.episodes)
