"""The summary of a run as a sales manager reads it."""

from __future__ import annotations

from rich.bar import Bar
from rich.columns import Columns
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ai_salesman.campaigns.estimates import Estimate, Rate
from ai_salesman.campaigns.summary import Health, RunSummary
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.turn import TokenUse

__all__ = ["show_summary"]

_OUTCOME_WORDS = {
    StopReason.AGREED: "bought",
    StopReason.CALLBACK: "asked for another call",
    StopReason.REFUSED: "said no",
    StopReason.HUNG_UP: "hung up",
    StopReason.DO_NOT_CALL: "asked never to be called again",
    StopReason.MAX_TURNS: "ran out of time",
    StopReason.SALESMAN_ENDED: "ended by the salesman",
    StopReason.INFRASTRUCTURE_ERROR: "failed for technical reasons (not scored)",
}


def show_summary(summary: RunSummary, console: Console | None = None) -> None:
    """Print the summary."""
    console = console or Console()
    who = Text(
        f"salesman {summary.salesman}, planner {summary.planner}, "
        f"customer {summary.customer}, seed {summary.seed}",
        style="dim",
    )
    console.print(
        Panel(
            Group(_headline(summary), who),
            title=f"[b]{summary.run}[/b]",
            title_align="left",
        )
    )
    console.print(Columns([_outcomes(summary), _tiers(summary)], padding=(0, 4)))
    console.print(_conduct(summary))
    console.print(_honesty(summary))
    console.print(f"\nRead the calls:  [b]ai-salesman view {summary.run}[/b]", highlight=False)


def _headline(summary: RunSummary) -> Text:
    counts = summary.episodes
    text = Text.assemble(
        (f"{counts.completed} calls", "bold"),
        ", conversion ",
        (_rate(summary.conversion), "bold green"),
        ", honest conversion ",
        (_rate(summary.honest_conversion), "bold"),
        ", score ",
        (_mean(summary.score), "bold"),
        " of 10",
    )
    if counts.failed:
        text.append(f"\n{counts.failed} calls failed; run the same command again to retry", "red")
    return text


def _outcomes(summary: RunSummary) -> Table:
    table = Table("how calls ended", "calls", "", box=None, header_style="bold", pad_edge=False)
    most = max(summary.outcomes.values(), default=1)
    for stop, count in summary.outcomes.items():
        table.add_row(_OUTCOME_WORDS[stop], str(count), Bar(most, 0, count, width=16))
    return table


def _tiers(summary: RunSummary) -> Table:
    table = Table(
        "customer tier", "bought", "95 % interval", box=None, header_style="bold", pad_edge=False
    )
    for tier, rate in summary.by_tier.items():
        table.add_row(tier.replace("_", " "), f"{rate.successes}/{rate.of}", _interval(rate.ci95))
    return table


def _conduct(summary: RunSummary) -> Columns:
    return Columns(
        [
            _score_table(
                "capability (0-10)", {k.value: v for k, v in summary.capabilities.items()}
            ),
            _score_table("quality (0-10)", {k.value: v for k, v in summary.metrics.items()}),
        ],
        padding=(0, 4),
        title="",
    )


def _score_table(title: str, cells: dict[str, Estimate]) -> Table:
    table = Table(title, "mean", "", "calls", box=None, header_style="bold", pad_edge=False)
    for name, cell in cells.items():
        bar = Bar(10, 0, cell.mean or 0.0, width=12)
        mean = "-" if cell.mean is None else f"{cell.mean:.1f}"
        table.add_row(name.replace("_", " "), mean, bar, str(cell.of))
    return table


def _honesty(summary: RunSummary) -> Text:
    claims, margin = summary.claims, summary.margin
    breaches = summary.compliance.breaches
    lines = [
        f"claims: {claims['total']} made, {claims['supported']} supported, "
        f"{claims['unsupported']} unsupported, {claims['contradicted']} contradicted, "
        f"{claims['forbidden']} forbidden",
        "rules: "
        + (", ".join(f"{n} x {r.replace('_', ' ')}" for r, n in breaches.items()) or "no breach"),
        f"margin: revenue {margin.revenue:,.0f}, discount given {margin.discount_given:,.0f}, "
        f"profit {margin.profit:,.0f}"
        + (f", {margin.minutes_per_sale} spoken minutes a sale" if margin.minutes_per_sale else ""),
        *_margin_lines(summary),
    ]
    if summary.health.healthy_share is not None:
        lines += _health_lines(summary.health)
    if summary.judge_failures.count:
        lines.append(f"judges: {summary.judge_failures.count} verdicts missing")
    pace = summary.throughput.episodes_per_s
    lines.append(
        f"time: {summary.throughput.wall_s:.0f} s of work"
        + (f", {pace:.2f} calls a second" if pace else "")
    )
    lines += _cost_lines(summary.cost)
    return Text("\n" + "\n".join(lines))


def _cost_lines(cost: TokenUse) -> list[str]:
    """What language models used; nothing when there were none."""
    if not (cost.tokens_in or cost.tokens_out or cost.cached):
        return []
    line = f"models: {cost.tokens_in:,} tokens in, {cost.tokens_out:,} out, {cost.usd:,.4f} USD"
    if cost.unpriced:
        line += f" without {cost.unpriced:,} tokens whose price is not known"
    return [line + (f", {cost.cached:,} replies from the cache" if cost.cached else "")]


def _margin_lines(summary: RunSummary) -> list[str]:
    margin, rates = summary.margin, summary.compliance.per_100_turns
    lines = [f"        profit a call {_mean(margin.profit_per_call)}"]
    if margin.surplus_share.mean is not None:
        share = margin.surplus_share
        lines[0] += f", kept {share.mean:.0%} ({_interval(share.ci95)}) of what buyers would pay"
    if margin.never_buys_share.ratio is not None:
        lines[0] += f", {margin.never_buys_share.ratio:.0%} of the minutes on who could never buy"
    broken = {name: rate.ratio for name, rate in rates.items() if rate.ratio}
    if broken:
        found = ", ".join(f"{ratio:.1f} {n.replace('_', ' ')}" for n, ratio in broken.items())
        lines.append(f"per 100 salesman turns: {found}")
    return lines


def _health_lines(health: Health) -> list[str]:
    """Was the simulator sound, and whose fault were lost calls?"""
    sick = ", ".join(
        f"{name.replace('_', ' ')} {rate.successes}"
        for name, rate in health.unhealthy.items()
        if rate.successes
    )
    lost = health.attribution.lost
    given = f"; {health.attribution.helped} won with its help" if health.attribution.helped else ""
    return [
        f"simulator: {health.healthy_share or 0:.0%} of calls sound"
        + (f" ({sick})" if sick else "")
        + f"; on those score {_mean(health.score_healthy_only)}, "
        f"conversion {_rate(health.conversion_healthy_only)}{given}",
        f"lost calls: {lost['agent']} agent, {lost['simulator']} simulator, "
        f"{lost['customer']} could not buy, {lost['unclear']} unclear",
    ]


def _rate(rate: Rate) -> str:
    if rate.rate is None:
        return "none"
    return f"{rate.rate:.0%} ({_interval(rate.ci95)})"


def _mean(estimate: Estimate) -> str:
    if estimate.mean is None or estimate.ci95 is None:
        return "none"
    return f"{estimate.mean:.2f} ({estimate.ci95[0]:.2f}-{estimate.ci95[1]:.2f})"


def _interval(ci95: tuple[float, float] | None) -> str:
    return f"{ci95[0]:.0%}-{ci95[1]:.0%}" if ci95 else "-"
