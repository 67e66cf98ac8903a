"""What judges did and said, as tables."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ai_salesman.campaigns.duels import Duels, WinRate
from ai_salesman.campaigns.estimates import Estimate, Rate
from ai_salesman.campaigns.rejudge import Rejudged
from ai_salesman.conversation.literal import one_line
from ai_salesman.evaluation.alpha import Alpha
from ai_salesman.evaluation.panel import PanelAgreement

__all__ = ["add_row", "alpha_words", "plain_table", "show_duels", "show_rejudged", "win_words"]

_SHOWN = 8


def plain_table(title: str, *columns: str) -> Table:
    """A table without lines; the first column is words, the others are figures."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(Text(column), justify="left" if place == 0 else "right")
    return table


def add_row(table: Table, *cells: str) -> None:
    """Cells as they are: names may hold what looks like markup."""
    table.add_row(*(Text(one_line(cell)) for cell in cells))


def alpha_words(alpha: Alpha | None) -> str:
    """Alpha with its interval; '-' where there is none."""
    if alpha is None or alpha.alpha is None:
        return "-"
    bounds = f" ({alpha.ci95[0]:.2f} to {alpha.ci95[1]:.2f})" if alpha.ci95 else ""
    return f"{alpha.alpha:.2f}{bounds}"


def win_words(won: WinRate) -> str:
    """The record, and the rate with its interval."""
    record = won.record
    words = f"{record.wins} wins, {record.ties} ties, {record.losses} losses"
    if won.rate is None or won.ci95 is None:
        return words
    low, high = won.ci95
    return f"{words}: win rate {won.rate:.0%} ({low:.0%}-{high:.0%}), ties count half"


def show_rejudged(judged: Rejudged, console: Console | None = None) -> None:
    """Print what each judge did, the run's score after it, and how far judges agree."""
    console = console or Console()
    table = plain_table(f"run {judged.run}", "judge", "judged", "before", "failed", "")
    for name, work in judged.work.items():
        causes = ", ".join(f"{count} {cause}" for cause, count in work.causes.items())
        causes += f"; {work.kept} keep the earlier verdict" if work.kept else ""
        add_row(table, name, str(work.judged), str(work.skipped), str(work.failed or ""), causes)
    console.print(table, highlight=False)
    summary = judged.summary
    console.print(
        f"\nscore {_mean(summary.score)} of 10 on {summary.score.of} of {judged.calls} calls, "
        f"honest conversion {_rate(summary.honest_conversion)}",
        highlight=False,
    )
    if summary.judge_failures.count:
        console.print(
            f"{summary.judge_failures.count} verdicts are missing and scored nowhere; "
            "the same command asks for them again",
            style="red",
            highlight=False,
        )
    if judged.panel is not None:
        _show_panel(judged.panel, console)


def _show_panel(panel: PanelAgreement, console: Console) -> None:
    table = plain_table(
        f"\nagreement of {len(panel.judges)} judges (Krippendorff's alpha)",
        "",
        "by score",
        "by rank",
        "calls",
        "spread",
    )
    if panel.intent.units:
        add_row(table, "intent", alpha_words(panel.intent), "", str(panel.intent.units), "")
    for name, cell in panel.cells.items():
        add_row(
            table,
            name.replace("_", " "),
            alpha_words(cell.interval),
            alpha_words(cell.ordinal),
            str(cell.interval.units),
            "-" if cell.spread is None else f"{cell.spread:.1f}",
        )
    console.print(table, highlight=False)
    console.print(
        "1 is full agreement, 0 what chance gives. Intent is nominal. Spread: highest less lowest "
        "score.",
        style="dim",
        highlight=False,
    )


def show_duels(duels: Duels, console: Console | None = None) -> None:
    """Print who leads, whether the judge can be trusted, and the clearest pairs."""
    console = console or Console()
    judged = duels.challenger.record.wins + duels.challenger.record.ties
    judged += duels.challenger.record.losses
    lines = [
        f"{duels.b} against {duels.a}, judged by {duels.judge} on {judged} of {duels.pairs} pairs",
        win_words(duels.challenger),
        *_trust(duels),
    ]
    for line in lines:
        console.print(Text(one_line(line)), highlight=False)
    if duels.failures:
        causes = ", ".join(f"{count} {cause}" for cause, count in duels.failures.items())
        console.print(
            Text(f"no verdict: {causes}; scored nowhere, the same command asks again", "red")
        )
    table = plain_table("\nclearest pairs", "customer", "call", "better", "lead")
    for duel in sorted(duels.duels, key=lambda duel: -abs(duel.lead))[:_SHOWN]:
        better = {"a": duels.a, "b": duels.b, "tie": "neither"}[duel.winner]
        add_row(
            table, f"{duel.customer} ({duel.tier})", str(duel.index), better, f"{duel.lead:+.1f}"
        )
    console.print(table, highlight=False)


def _trust(duels: Duels) -> list[str]:
    """Can the judge be trusted?"""
    bias = duels.position_bias
    lines = [
        f"same in both orders: {_rate(duels.consistent)} of votes",
        f"position bias: {bias.flipped.successes} of {bias.flipped.of} votes went with the place "
        f"({bias.first} first, {bias.second} second); they count as ties",
        f"quotes: {duels.quotes}, and {duels.dropped_quotes} dropped as not in the call",
    ]
    if duels.self_agreement is not None:
        lines.append(f"agrees with itself in {duels.self_agreement:.0%} of pairs of votes")
    return lines


def _rate(rate: Rate) -> str:
    if rate.rate is None or rate.ci95 is None:
        return "-"
    return f"{rate.rate:.0%} ({rate.ci95[0]:.0%}-{rate.ci95[1]:.0%})"


def _mean(estimate: Estimate) -> str:
    if estimate.mean is None or estimate.ci95 is None:
        return "none"
    return f"{estimate.mean:.2f} ({estimate.ci95[0]:.2f}-{estimate.ci95[1]:.2f})"
