"""A comparison as a sales manager reads it: the sentence first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ai_salesman.campaigns.comparison import Comparison
from ai_salesman.campaigns.conclusion import figure, p_words, plain_count
from ai_salesman.campaigns.contest import Contest
from ai_salesman.campaigns.customer_kinds import RankAgreement
from ai_salesman.campaigns.ranking import Ranking
from ai_salesman.campaigns.repeats import Reliability
from ai_salesman.conversation.literal import one_line
from ai_salesman.evaluation.comparison import Difference, Measure

__all__ = ["show_comparison"]

_NAMES = {
    Measure.CONVERSION: "conversion",
    Measure.HONEST: "honest conversion",
    Measure.SCORE: "score (0-10)",
    Measure.REVENUE: "revenue per call",
    Measure.TURNS: "turns",
}


def show_comparison(comparison: Comparison, console: Console | None = None) -> None:
    """Print the comparison."""
    console = console or Console()
    for part in _parts(comparison):
        console.print(part, highlight=False)


def _parts(comparison: Comparison) -> Iterator[Table | Text | Panel]:
    yield Panel(Text(one_line(comparison.conclusion)), title="in short", title_align="left")
    yield _runs(comparison)
    labels = {run.run: run.label for run in comparison.runs}
    for contest in comparison.contests:
        yield from _contest(contest, labels, calls=len(comparison.contests) == 1)
    for ranking in comparison.rankings:
        yield _ranking(ranking)
    for agreement in comparison.customer_kinds:
        yield from _agreement(agreement)
    if comparison.reliability:
        yield _reliability(comparison.reliability)
    yield Text(
        "\nDifferences are against the first run, intervals 95 %, p after Holm's correction "
        "beside the raw one. How to read this: docs/comparing.md",
        "dim",
    )


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(Text(column), justify="left" if place == 0 else "right")
    return table


def _row(table: Table, *cells: str) -> None:
    """Cells as they are: labels and names may hold what looks like markup."""
    table.add_row(*(Text("\n".join(map(one_line, cell.split("\n")))) for cell in cells))


def _runs(comparison: Comparison) -> Table:
    table = _table("\nruns", "run", "", "calls", "failed", "conversion", "honest", "score")
    for run in comparison.runs:
        rates = [
            "-" if rate.rate is None else f"{rate.rate:.0%}"
            for rate in (run.conversion, run.honest_conversion)
        ]
        score = "-" if run.score.mean is None else f"{run.score.mean:.2f}"
        failed = str(run.failed or "")
        _row(table, run.run, run.label, str(run.calls), failed, *rates, score)
    return table


def _contest(contest: Contest, labels: Mapping[str, str], *, calls: bool) -> Iterator[Table | Text]:
    title = f"{labels[contest.challenger]} against {labels[contest.baseline]}"
    yield Text(f"\n{one_line(title)}", "bold")
    yield Text("\n".join(_grounds(contest)), "dim")
    yield _differences(
        "", {_NAMES[measure]: found for measure, found in contest.differences.items()}
    )
    if len(contest.by_tier) > 1:
        yield _differences("\nby tier", contest.by_tier)
    if len(contest.by_segment) > 1:
        yield _differences("\nby line of business", contest.by_segment)
    if contest.calls and calls:
        yield _calls(contest)


def _grounds(contest: Contest) -> Iterator[str]:
    pairing = contest.pairing
    if pairing.paired:
        yield f"Paired: the same {pairing.calls[0]} customers."
    else:
        yield (
            f"NOT paired: different customers, because {pairing.reason}; compared as two "
            f"independent samples of {pairing.calls[0]} and {pairing.calls[1]} calls."
        )
    if pairing.dropped:
        what = "customers" if pairing.paired else "calls"
        yield f"{pairing.dropped} {what} left out: a call failed for technical reasons."
    if pairing.unmatched:
        yield f"{pairing.unmatched} calls left out: only one of the runs has them."
    if contest.record:
        record = contest.record
        yield f"By customer: {record.wins} won, {record.ties} level, {record.losses} lost."
    yield from (f"Note: {note}." for note in contest.notes)


def _differences(title: str, found: Mapping[str, Difference]) -> Table:
    table = _table(
        title,
        "",
        "base-\nline",
        "chal-\nlenger",
        "difference\n(95 %)",
        "p\n(Holm)",
        "effect",
        "won/level\n/lost",
        "calls to\nsettle",
    )
    for name, difference in found.items():
        _row(table, name.replace("_", " "), *_cells(difference))
    return table


def _cells(found: Difference) -> Iterator[str]:
    measure, record = found.measure, found.record
    low, high = found.ci95
    yield figure(found.baseline, measure)
    yield figure(found.challenger, measure)
    interval = f"{_signed(low, measure)}, {_signed(high, measure)}"
    yield f"{_signed(found.difference, measure)}\n({interval})"
    raw, corrected = (
        p_words(p).removeprefix("p ").removeprefix("= ") for p in (found.p, found.p_holm)
    )
    yield f"{raw}\n({corrected}{'*' * found.found})"
    yield "-" if found.effect is None else f"{found.effect:+.2f}"
    yield f"{record.wins}/{record.ties}/{record.losses}" if record else "-"
    if found.difference == 0:
        yield "-"
    else:
        yield "settled" if found.needed is None else plain_count(found.needed)


def _signed(value: float, measure: Measure) -> str:
    """Rates in percentage points."""
    return f"{100 * value + 0.0:+.1f}" if measure.is_rate else f"{value + 0.0:+,.2f}"


def _calls(contest: Contest) -> Table:
    table = _table(
        "\ncalls that differ most (read them with --view)",
        "call",
        "customer",
        "tier",
        "baseline",
        "challenger",
        "score",
        "score",
    )
    for call in contest.calls:
        scores = ["-" if score is None else f"{score:.1f}" for score in call.scores]
        ends = [stop.value.replace("_", " ") for stop in call.stops]
        tier = call.tier.value.replace("_", " ")
        _row(table, str(call.index), f"{call.name} ({call.persona})", tier, *ends, *scores)
    return table


def _ranking(ranking: Ranking) -> Table:
    table = _table(
        f"\nranking by the {ranking.customers} customers that all of them called "
        "(Bradley-Terry, log-odds)",
        "",
        "agent",
        "strength",
        "95 % interval",
        "won",
    )
    for one in ranking.strengths:
        low, high = one.ci95
        interval = f"{low:+.2f} to {high:+.2f}"
        _row(table, str(one.rank), one.agent, f"{one.strength:+.2f}", interval, f"{one.won:.0%}")
    return table


def _agreement(found: RankAgreement) -> Iterator[Table | Text]:
    first, second = found.customers
    table = _table(
        f"\nagents by {found.measure} under two customers", "agent", first, second, "ranks"
    )
    for agent in found.agents:
        means = [figure(mean, found.measure) for mean in agent.means]
        ranks = " and ".join(f"{rank:g}" for rank in agent.ranks)
        _row(table, f"{agent.salesman}, planner {agent.planner}", *means, ranks)
    yield table
    rho = "not defined, one customer puts all level" if found.rho is None else f"{found.rho:+.2f}"
    interval = f" ({found.ci95[0]:+.2f} to {found.ci95[1]:+.2f})" if found.ci95 else ""
    yield Text(f"Spearman's rank correlation {rho}{interval}, {len(found.agents)} agents")


def _reliability(found: tuple[Reliability, ...]) -> Table:
    table = _table("\npass^k: chance that k calls to one persona all sell", "agent", "personas")
    powers = sorted({k for one in found for k in one.pass_power})
    for k in powers:
        table.add_column(Text(f"k = {k}"), justify="right")
    for one in found:
        cells = [
            "-" if (value := one.pass_power[k]).mean is None else f"{value.mean:.0%}"
            for k in powers
        ]
        _row(table, one.agent, str(one.personas), *cells)
    return table
