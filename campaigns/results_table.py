"""The table of baselines as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from ai_salesman.campaigns.estimates import Estimate, Rate, Ratio
from ai_salesman.campaigns.results import REFERENCE, Gap, Results, ResultsRow

__all__ = ["results_markdown"]

_HEAD = (
    "salesman + planner",
    "calls",
    "conversion",
    "honest conversion",
    "score (0-10)",
    "healthy",
    "claims supported",
    "false claims / 100 turns",
    "profit a call",
    "minutes a sale",
)


def results_markdown(results: Results, command: str) -> str:
    """A page with a table for each customer, the paired differences and the agreement."""
    customers = list(dict.fromkeys(row.customer for row in results.rows))
    seeds = ", ".join(map(str, results.seed))
    lines = [
        "# Baselines",
        "",
        f"Made by `{command}`. Campaigns: {', '.join(results.campaigns)} (seed {seeds}), "
        f"{results.episodes} calls of each in every row, the same customers and luck in every "
        "row. In brackets: 95 % intervals (Wilson for shares, bootstrap over calls for the rest).",
    ]
    for customer in customers:
        rows = [row for row in results.rows if row.customer == customer]
        lines += ["", f"## Customer `{customer}`", "", *_table(_HEAD, map(_row, rows))]
        gaps = [gap for gap in results.gaps if gap.customer == customer]
        if gaps:
            lines += ["", f"Difference from `{REFERENCE.name}`, call by call:", ""]
            head = ("salesman + planner", "measure", "difference", "p (Holm)", "pairs")
            lines += _table(head, map(_gap, gaps))
    if results.agreement:
        lines += ["", "## Do the customers rank alike?", ""]
        lines += _table(
            ("customers: measure", "Spearman's rho"),
            ((n, "-" if rho is None else f"{rho:.2f}") for n, rho in results.agreement.items()),
        )
    return "\n".join(lines) + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    names = list(head)
    body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names), *body]


def _row(row: ResultsRow) -> tuple[str, ...]:
    failed = f" ({row.failed} failed)" if row.failed else ""
    return (
        f"`{row.contender.salesman}` + {row.contender.planner}",
        f"{row.calls}{failed}",
        _rate(row.conversion),
        _rate(row.honest_conversion),
        _mean(row.score, 2),
        _rate(row.healthy),
        _ratio(row.supported, 3),
        _ratio(row.false_claims, 2),
        _mean(row.profit_per_call, 1),
        _ratio(row.minutes_per_sale, 1),
    )


def _gap(gap: Gap) -> tuple[str, ...]:
    low, high = gap.ci95
    if gap.measure == "conversion":
        words = f"{100 * gap.difference:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"
    else:
        words = f"{gap.difference:+.2f} ({low:+.2f} to {high:+.2f})"
    name = f"`{gap.contender.salesman}` + {gap.contender.planner}"
    return name, gap.measure, words, f"{gap.p_adjusted:.3f}", str(gap.pairs)


def _rate(rate: Rate) -> str:
    if rate.rate is None or rate.ci95 is None:
        return "-"
    return f"{rate.rate:.1%} ({rate.ci95[0]:.1%} to {rate.ci95[1]:.1%})"


def _mean(cell: Estimate, places: int) -> str:
    if cell.mean is None or cell.ci95 is None:
        return "-"
    return f"{cell.mean:.{places}f} ({cell.ci95[0]:.{places}f} to {cell.ci95[1]:.{places}f})"


def _ratio(cell: Ratio, places: int) -> str:
    if cell.ratio is None or cell.ci95 is None:
        return "-"
    low, high = cell.ci95
    bound = f"to {high:.{places}f}" if high is not None else "or more"
    return f"{cell.ratio:.{places}f} ({low:.{places}f} {bound})"
