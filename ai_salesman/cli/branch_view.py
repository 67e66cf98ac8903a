"""A branch as a sales manager reads it: two arms side by side, one sentence, two examples."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ai_salesman.campaigns.branch_report import Arm, BranchReport
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import Speaker

__all__ = ["show_branch"]


def show_branch(report: BranchReport, store: RunStore, console: Console | None = None) -> None:
    """Print the comparison, then one continuation of each arm."""
    console = console or Console()
    arms = [report.original, *([report.other] if report.other else [])]
    console.print(Text(report.sentence, style="bold"))
    console.print(_table(arms))
    for line in _remarks(report, arms):
        console.print(Text(line, style="dim"))
    for arm in arms:
        found = [e for e in store.episodes(arm.run) if e.index == report.example]
        for episode in found:
            console.print(_example(arm, episode, report.turn))
    runs = "   ".join(f"ai-salesman view {arm.run}" for arm in arms)
    console.print(f"\nRead all branches:  [b]{runs}[/b]", highlight=False, soft_wrap=True)


def _table(arms: Sequence[Arm]) -> Table:
    table = Table("", *(arm.choice for arm in arms), box=None, header_style="bold")
    stops = dict.fromkeys(stop for arm in arms for stop in arm.outcomes)
    for stop in stops:
        cells = (str(arm.outcomes.get(stop, 0)) for arm in arms)
        table.add_row(stop.value.replace("_", " "), *cells)
    table.add_row("conversion", *(_rate(arm) for arm in arms), style="bold")
    table.add_row("score (0-10)", *(_mean(arm.score.mean, arm.score.ci95) for arm in arms))
    table.add_row(
        "customer's utility", *(_mean(arm.utility.mean, arm.utility.ci95) for arm in arms)
    )
    return table


def _rate(arm: Arm) -> str:
    rate = arm.conversion
    if rate.rate is None or rate.ci95 is None:
        return "none"
    return f"{rate.successes}/{rate.of} {rate.rate:.0%} ({rate.ci95[0]:.0%}-{rate.ci95[1]:.0%})"


def _mean(mean: float | None, ci95: tuple[float, float] | None) -> str:
    if mean is None or ci95 is None:
        return "none"
    return f"{mean:.2f} ({ci95[0]:.2f} to {ci95[1]:.2f})"


def _remarks(report: BranchReport, arms: Sequence[Arm]) -> list[str]:
    lines = [f"The recorded call ended: {report.recorded_stop.value.replace('_', ' ')}."]
    if report.recalled.startswith("differs"):
        lines.append(
            f"The customer's mind before turn {report.turn} is approximate: its own words "
            f"{report.recalled.replace('differs', 'differ')}, so another version played the call."
        )
    for arm in arms:
        lines += [f"The claims guard would have stopped this: {p}." for p in arm.problems]
    return lines


def _example(arm: Arm, episode: Episode, turn: int) -> Text:
    text = Text(f"\n{arm.choice}, branch {episode.index}: {episode.stop.value}\n", style="")
    text.stylize("bold")
    for spoken in episode.turns:
        if spoken.index >= turn:
            mine = spoken.speaker is Speaker.SALESMAN
            text.append(f"{spoken.index:>3} ", style="dim")
            text.append("Salesman: " if mine else "Customer: ", style="cyan" if mine else "green")
            text.append(f"{spoken.text}\n")
    return text
