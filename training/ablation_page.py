"""The ablation as a page: the table, the gains beside the paper's, and the curves of learning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ai_salesman.campaigns.estimates import Estimate, Rate, Ratio
from ai_salesman.conversation.taxonomy import Capability
from ai_salesman.evaluation.statistics import wilson_interval
from ai_salesman.training.ablation_plans import HeldOutPlans
from ai_salesman.training.ablation_table import AblationTable, CellRow, Gain
from ai_salesman.training.plan_metrics import PlanMetrics

__all__ = ["ablation_page"]

_PAPER = (
    (
        "RL without SFT over base, score",
        "+18.9 % (5.46 to 6.49)",
        "grpo over base, planner none",
        "score",
    ),
    (
        "DOGA on business analysis, objection handling, operational guidance",
        "up to +14.7 %",
        "DOGA over grpo's own plans",
        "strategic capabilities",
    ),
)
"""What; the figure of the paper (arXiv 2511.12133), by its abstract and summaries; and the gain
that is ours: its name and measure."""


def ablation_page(
    table: AblationTable,
    plans: Mapping[str, HeldOutPlans],
    minutes: Mapping[str, float],
    command: str,
    curves: str | None,
) -> str:
    """The page in Markdown.

    Args:
        table: the figures.
        plans: model -> how well it plans on turns of the test split.
        minutes: stage -> how long it took one worker here.
        command: what made the page.
        curves: name of the picture beside the page.
    """
    customers = list(dict.fromkeys(row.customer for row in table.rows))
    lines = [
        "# Ablation: what training brings",
        "",
        f"Made by `{command}`. Every run calls the same seeded customers. In brackets: 95 % "
        "intervals (Wilson for shares, normal for evidence, bootstrap over calls for the rest). "
        "Planner `none`: the model plans for itself. A made-up sale is a call in which an order is "
        "taken that nobody gave. What the recipes are: [training.md](training.md).",
    ]
    if curves:
        lines += [
            "",
            f"![Learning curves]({curves})",
            "",
            "The curves are of some hundred turns of the validation split, so a share has an error "
            "of some three points. Evidence is weighed by the model that a training starts from.",
        ]
    if plans:
        lines += [
            "",
            "## Plans on held-out turns",
            "",
            f"Greedy plans on {next(iter(plans.values())).won.examples} turns of won calls and as "
            "many of all calls of the test split, whose templates nobody trained on. Evidence is "
            "weighed by the base of the model's seed.",
            "",
            *_grid(_PLANS, map(_plan, *zip(*plans.items(), strict=True))),
        ]
    for customer in customers:
        rows = [row for row in table.rows if row.customer == customer]
        lines += ["", f"## Customer `{customer}`", "", *_grid(_HEAD, map(_row, rows))]
        lines += ["", *_grid(_SKILLS, map(_skills, rows))]
        gains = [gain for gain in table.gains if gain.customer == customer]
        if gains:
            lines += ["", "Differences on the same customers:", ""]
            lines += _grid(_GAINS, map(_gain, gains))
    head = ("figure", "paper", *(f"here, customer `{customer}`" for customer in customers))
    lines += ["", "## Beside the paper", "", *_grid(head, _beside_paper(table, customers))]
    if minutes:
        lines += ["", "## Time of each stage", ""]
        stages = [*minutes.items(), ("all", sum(minutes.values()))]
        lines += _grid(("stage", "minutes of one worker"), ((n, f"{m:.1f}") for n, m in stages))
    return "\n".join(lines) + "\n"


_PLANS = (
    "model",
    "labelled strategy, won calls",
    "all calls",
    "labelled act, all calls",
    "evidence gain, won calls (nats a token)",
    "readable",
)
_HEAD = (
    "model",
    "planner",
    "calls",
    "score (0-10)",
    "conversion",
    "honest conversion",
    "wins against base",
    "false claims / 100 turns",
    "made-up sales",
    "repeated turns",
    "words a turn",
)
_SKILLS = ("model", "planner", *(name.value.replace("_", " ") for name in Capability))
_GAINS = ("what", "measure", "baseline", "difference", "in percent", "p", "pairs")


def _grid(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    names = list(head)
    body = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(names) + " |", "|" + "---|" * len(names), *body]


def _beside_paper(table: AblationTable, customers: Sequence[str]) -> Iterable[Sequence[str]]:
    gains = {(gain.what, gain.measure, gain.customer): gain for gain in table.gains}
    for what, paper, name, measure in _PAPER:
        ours = (gains.get((name, measure, customer)) for customer in customers)
        yield what, paper, *(_percent(gain) if gain else "-" for gain in ours)
    yield "preferred to the base", "88.5 % of pairs", *(_preferred(table, c) for c in customers)


def _preferred(table: AblationTable, customer: str) -> str:
    """Win rate of the first seed's GRPO model with its own plans."""
    rows = (
        row
        for row in table.rows
        if (row.planner, row.customer) == ("none", customer) and row.model.startswith("grpo-s")
    )
    return next((_wins(row) for row in rows), "-")


def _plan(model: str, found: HeldOutPlans) -> Sequence[str]:
    won, every = found.won, found.every
    return (
        model,
        _portion(won.strategy, won.examples),
        _portion(every.strategy, every.examples),
        _portion(every.intent, every.examples),
        _gained(won),
        f"{every.readable:.0%}",
    )


def _gained(found: PlanMetrics) -> str:
    spread = 1.96 * found.evidence_error
    low, high = found.evidence_gain - spread, found.evidence_gain + spread
    return f"{found.evidence_gain:+.3f} ({low:+.3f} to {high:+.3f})"


def _row(row: CellRow) -> Sequence[str]:
    return (
        row.model,
        row.planner,
        str(row.calls),
        _mean(row.score),
        _share(row.conversion),
        _share(row.honest_conversion),
        _wins(row),
        _ratio(row.false_claims),
        _share(row.invented),
        _ratio(row.repeated),
        _mean(row.words, 1),
    )


def _skills(row: CellRow) -> Sequence[str]:
    return row.model, row.planner, *(_mean(row.capabilities[name]) for name in Capability)


def _gain(gain: Gain) -> Sequence[str]:
    low, high = gain.ci95
    return (
        gain.what,
        gain.measure,
        f"{gain.baseline:.2f}",
        f"{gain.difference:+.2f} ({low:+.2f} to {high:+.2f})",
        _percent(gain),
        f"{gain.p:.3f}",
        str(gain.pairs),
    )


def _percent(gain: Gain) -> str:
    found = gain.percent
    return "-" if found is None else "{:+.1f} % ({:+.1f} to {:+.1f})".format(*found)


def _wins(row: CellRow) -> str:
    if row.wins is None or row.wins.rate is None or row.wins.ci95 is None:
        return "-"
    low, high = row.wins.ci95
    return f"{row.wins.rate:.0%} ({low:.0%} to {high:.0%})"


def _mean(cell: Estimate, places: int = 2) -> str:
    if cell.mean is None or cell.ci95 is None:
        return "-"
    low, high = cell.ci95
    return f"{cell.mean:.{places}f} ({low:.{places}f} to {high:.{places}f})"


def _portion(share: float, of: int) -> str:
    low, high = wilson_interval(round(share * of), of)
    return f"{share:.0%} ({low:.0%} to {high:.0%})"


def _share(rate: Rate) -> str:
    if rate.rate is None or rate.ci95 is None:
        return "-"
    return f"{rate.rate:.0%} ({rate.ci95[0]:.0%} to {rate.ci95[1]:.0%})"


def _ratio(cell: Ratio) -> str:
    if cell.ratio is None or cell.ci95 is None:
        return "-"
    low, high = cell.ci95
    bound = f"to {high:.2f}" if high is not None else "or more"
    return f"{cell.ratio:.2f} ({low:.2f} {bound})"
