"""The summary of a run as a sales manager reads it."""

from __future__ import annotations

from rich.bar import Bar
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ai_salesman.campaigns.estimates import Estimate, Rate
from ai_salesman.campaigns.in_words import OUTCOME_WORDS, in_words
from ai_salesman.campaigns.summary import CLAIM_STATUSES, Health, RunSummary
from ai_salesman.conversation.turn import TokenUse

__all__ = ["show_summary"]


def show_summary(summary: RunSummary, console: Console | None = None) -> None:
    """Print the summary: what it means in sentences, where to read on, then the figures."""
    console = console or Console()
    console.print(Panel(_sentences(summary), title=f"[b]{summary.run}[/b]", title_align="left"))
    console.print(_next_steps(summary))
    console.print(_headline(summary))
    console.print(_beside(_outcomes(summary), _tiers(summary)))
    console.print(_conduct(summary))
    console.print(_honesty(summary))
    console.print(f"\nRead the calls:  [b]ai-salesman view {summary.run}[/b]", highlight=False)


def _sentences(summary: RunSummary) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for remark in in_words(summary):
        style = {True: "green", False: "yellow", None: ""}[remark.good]
        grid.add_row(Text(remark.heading), Text(remark.text, style=style))
    return grid


def _next_steps(summary: RunSummary) -> Text:
    steps = {
        "read the calls": f"view {summary.run}",
        "a page to pass on": f"report {summary.run} --html page.html",
        "against another": f"compare {summary.run} RUN",
    }
    lines = [
        Text.assemble((f"  {what:18}", "dim"), (f"ai-salesman {command}", "bold cyan"))
        for what, command in steps.items()
    ]
    return Text("\n").join([Text("What to do next", "bold"), *lines, Text("")])


def _headline(summary: RunSummary) -> Text:
    counts = summary.episodes
    text = Text.assemble(
        ("The figures", "bold"),
        (
            f"  (salesman {summary.salesman}, planner {summary.planner}, customer "
            f"{summary.customer}, seed {summary.seed}; 95 % intervals in brackets)",
            "dim",
        ),
        f"\n{counts.completed} calls, conversion ",
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
        table.add_row(OUTCOME_WORDS[stop], str(count), Bar(most, 0, count, width=8))
    return table


def _tiers(summary: RunSummary) -> Table:
    table = Table(
        "customer tier", "bought", "95 % interval", box=None, header_style="bold", pad_edge=False
    )
    for tier, rate in summary.by_tier.items():
        table.add_row(tier.replace("_", " "), f"{rate.successes}/{rate.of}", _interval(rate.ci95))
    return table


def _conduct(summary: RunSummary) -> Table:
    return _beside(
        _score_table("capability (0-10)", {k.value: v for k, v in summary.capabilities.items()}),
        _score_table("quality (0-10)", {k.value: v for k, v in summary.metrics.items()}),
    )


def _beside(left: Table, right: Table) -> Table:
    grid = Table.grid(padding=(0, 3))
    grid.add_row(left, right)
    return grid


def _score_table(title: str, cells: dict[str, Estimate]) -> Table:
    table = Table(title, "mean", "", "of", box=None, header_style="bold", pad_edge=False)
    for name, cell in cells.items():
        bar = Bar(10, 0, cell.mean or 0.0, width=6)
        mean = "-" if cell.mean is None else f"{cell.mean:.1f}"
        table.add_row(name.replace("_", " "), mean, bar, str(cell.of))
    return table


def _honesty(summary: RunSummary) -> Table:
    claims = summary.claims
    breaches = summary.compliance.breaches
    pace = summary.throughput.episodes_per_s
    lines = {
        "claims": ", ".join(
            (f"{claims['total']} made", *(f"{claims[s]} {s}" for s in CLAIM_STATUSES))
        ),
        "rules": ", ".join(f"{n} x {r.replace('_', ' ')}" for r, n in breaches.items())
        or "no breach",
        "": _per_turns(summary),
        "margin": _margin_line(summary),
        "simulator": _health_line(summary.health),
        "lost calls": _lost_line(summary.health),
        "judges": f"{summary.judge_failures.count} verdicts missing"
        if summary.judge_failures.count
        else "",
        "time": f"{summary.throughput.wall_s:.0f} s of work"
        + (f", {pace:.2f} calls a second" if pace else ""),
        "models": _cost_line(summary.cost),
    }
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, line in lines.items():
        if line:
            grid.add_row(name, Text(line))
    return grid


def _cost_line(cost: TokenUse) -> str:
    """What language models used; nothing when there were none."""
    if not (cost.tokens_in or cost.tokens_out or cost.cached):
        return ""
    line = f"{cost.tokens_in:,} tokens in, {cost.tokens_out:,} out, {cost.usd:,.4f} USD"
    if cost.unpriced:
        line += f" without {cost.unpriced:,} tokens whose price is not known"
    return line + (f", {cost.cached:,} replies from the cache" if cost.cached else "")


def _margin_line(summary: RunSummary) -> str:
    margin = summary.margin
    line = (
        f"revenue {margin.revenue:,.0f}, discount given {margin.discount_given:,.0f}, "
        f"profit {margin.profit:,.0f}, a call {_mean(margin.profit_per_call)}"
    )
    if margin.minutes_per_sale:
        line += f", {margin.minutes_per_sale} spoken minutes a sale"
    if margin.surplus_share.mean is not None:
        share = margin.surplus_share
        line += f", kept {share.mean:.0%} ({_interval(share.ci95)}) of what buyers would pay"
    if margin.never_buys_share.ratio is not None:
        line += f", {margin.never_buys_share.ratio:.0%} of the minutes on who could never buy"
    return line


def _per_turns(summary: RunSummary) -> str:
    rates = summary.compliance.per_100_turns
    broken = {name: rate.ratio for name, rate in rates.items() if rate.ratio}
    found = ", ".join(f"{ratio:.1f} {n.replace('_', ' ')}" for n, ratio in broken.items())
    return f"per 100 salesman turns: {found}" if found else ""


def _health_line(health: Health) -> str:
    """Was the simulator sound?"""
    if health.healthy_share is None:
        return ""
    sick = ", ".join(
        f"{name.replace('_', ' ')} {rate.successes}"
        for name, rate in health.unhealthy.items()
        if rate.successes
    )
    given = f"; {health.attribution.helped} won with its help" if health.attribution.helped else ""
    return (
        f"{health.healthy_share:.0%} of calls sound"
        + (f" ({sick})" if sick else "")
        + f"; on those score {_mean(health.score_healthy_only)}, "
        f"conversion {_rate(health.conversion_healthy_only)}{given}"
    )


def _lost_line(health: Health) -> str:
    """Whose fault were lost calls?"""
    lost = health.attribution.lost
    if health.healthy_share is None:
        return ""
    return (
        f"{lost['agent']} agent, {lost['simulator']} simulator, "
        f"{lost['customer']} could not buy, {lost['unclear']} unclear"
    )


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
