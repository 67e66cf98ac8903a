"""The page about one customer, such as `customer-agenda.md`: what the checks found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ai_salesman.campaigns.customer_check.drawings import draw_figures
from ai_salesman.campaigns.customer_check.results import CheckResult, CustomerCheck, Figure

__all__ = ["page_of", "spoken_number", "verdict", "write_page"]

_SMALL = 0.005
"""Below this two decimals show nothing."""
_FEW = 50
"""Customers below which the page says that it rests on few."""


def write_page(check: CustomerCheck, folder: Path, command: str) -> Path:
    """Write `customer-<name>.md` and its figures into `folder`; the path of the page.

    Raises:
        MissingPartError: matplotlib is not installed.
    """
    stem = "customer-" + re.sub(r"[^a-z0-9]+", "-", check.customer.lower()).strip("-")
    pictures = folder / stem
    pictures.mkdir(parents=True, exist_ok=True)
    drawn = {id: f"{stem}/{name}" for id, name in draw_figures(check, pictures).items()}
    page = folder / f"{stem}.md"
    page.write_text(page_of(check, drawn, command), encoding="utf-8")
    return page


def page_of(check: CustomerCheck, drawn: Mapping[str, str], command: str) -> str:
    """The page as Markdown.

    Args:
        check: what was found.
        drawn: id of a check -> path of its figure, as seen from the page.
        command: the command that made it.
    """
    return "\n".join([*_head(check, command), *_table(check), *_sections(check, drawn)]) + "\n"


def verdict(result: CheckResult) -> str:
    """Passed, failed or skipped, in a word."""
    return {True: "passed", False: "**failed**", None: "skipped"}[result.passed]


def _head(check: CustomerCheck, command: str) -> Iterator[str]:
    campaigns = ", ".join(check.campaigns)
    yield f"# Can the customer `{check.customer}` be believed?\n"
    yield (
        f"{check.episodes} seeded customers in each of {len(check.campaigns)} campaigns "
        f"({campaigns}), all tiers alike, called by `{check.salesman}`, seed {check.seed}. The "
        "same customers are used in every check, so differences are paired. Intervals are at "
        "95 %."
    )
    if check.episodes * len(check.campaigns) < _FEW:
        yield (
            f"\nWith fewer than {_FEW} customers most intervals are wide: a failed check may "
            "pass with more customers, and one that passes has not seen much."
        )
    if check.failed_calls:
        yield f"{check.failed_calls} calls failed for technical reasons and are left out."
    yield f"\n    {command}\n"
    yield (
        "A passed check shows that the customer behaves as its makers meant it to. It does not "
        "show that people behave so.\n"
    )


def _table(check: CustomerCheck) -> Iterator[str]:
    yield "| check | question | result |"
    yield "|---|---|---|"
    for result in check.checks:
        yield f"| {result.name} | {result.question} | {verdict(result)} |"


def _sections(check: CustomerCheck, drawn: Mapping[str, str]) -> Iterator[str]:
    for result in check.checks:
        yield f"\n## {result.name}: {verdict(result).strip('*')}\n"
        yield f"{result.question} Criterion: {result.criterion}"
        if result.figures:
            yield "\n| figure | value | 95 % interval | cases |"
            yield "|---|---|---|---|"
            yield from map(_row, result.figures)
        yield from _curves(result)
        if result.note:
            yield f"\n{result.note}"
        if result.id in drawn:
            yield f"\n![{result.name}]({drawn[result.id]})"


def _row(figure: Figure) -> str:
    interval = (
        f"{spoken_number(figure.ci95[0])} to {spoken_number(figure.ci95[1])}"
        if figure.ci95
        else "-"
    )
    value = "-" if figure.value is None else spoken_number(figure.value)
    return f"| {figure.name} | {value} | {interval} | {figure.of or '-'} |"


def _curves(result: CheckResult) -> Iterator[str]:
    if result.id == "tiers" or not result.curves:
        return
    prices = result.curves[0].points
    yield "\n| share that buys at | " + " | ".join(f"{p.x:g} x" for p in prices) + " |"
    yield "|---" * (len(prices) + 1) + "|"
    for curve in result.curves:
        rates = " | ".join(f"{point.rate:.2f}" for point in curve.points)
        yield f"| {curve.label} ({curve.points[0].of}) | {rates} |"


def spoken_number(value: float) -> str:
    """A figure with two decimals; one that they would hide, with its first digit."""
    if 0 < abs(value) < _SMALL:
        return f"{value:.1g}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
