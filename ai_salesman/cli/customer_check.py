"""`ai-salesman customer-check`: can a simulated customer be believed?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_salesman.cli.options import JsonOption

if TYPE_CHECKING:
    from ai_salesman.campaigns.campaign import Campaign
    from ai_salesman.campaigns.customer_check.results import CustomerCheck, Figure
    from ai_salesman.campaigns.customer_check.trials import Tick

__all__ = ["customer_check"]

_CAMPAIGNS = (
    Path("examples/campaigns/merchant_ads.yaml"),
    Path("examples/campaigns/health_insurance.yaml"),
)
_EXAMPLES = """
Examples:

  ai-salesman customer-check agenda

  ai-salesman customer-check python:my_customer.py:Mine --episodes 30 --out checked

  ai-salesman customer-check llm:openai:gpt-x@http://localhost:8000/v1 --campaign my.yaml --json
"""


def customer_check(
    customer: Annotated[
        str,
        typer.Argument(
            help="agenda, learned, learned:decides, llm:<model uri> or python:<file.py>:<name>.",
            metavar="[CUSTOMER]",
        ),
    ] = "agenda",
    campaign: Annotated[
        list[Path] | None, typer.Option(help="Campaign file; repeatable.", metavar="FILE")
    ] = None,
    episodes: Annotated[int, typer.Option(min=4, help="Customers per campaign.")] = 60,
    seed: Annotated[int, typer.Option(help="Fixes customers, luck and resampling.")] = 1,
    salesman: Annotated[str, typer.Option(help="Who calls: 'script', or a model URI.")] = "script",
    out: Annotated[
        Path | None, typer.Option(help="Folder for the page and its figures.", metavar="FOLDER")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check a simulated customer: does it react to words, mind the price, keep its secrets?

    Nine checks on the same seeded customers; each has a criterion, and figures with 95 %
    intervals. Ends with status 1 when a check was not passed.
    """
    from ai_salesman.campaigns.campaign import load_campaign

    files = tuple(campaign or _CAMPAIGNS)
    loaded = [load_campaign(path) for path in files]
    total = len(loaded) * episodes
    with _progress(total, quiet=json) as tick:
        found = _check(customer, loaded, salesman, episodes, seed, tick)
    page = None
    if out is not None:
        from ai_salesman.campaigns.customer_check.page import write_page

        named = "".join(f" --campaign {path}" for path in campaign or ())
        command = (
            f"ai-salesman customer-check {customer}{named} --episodes {episodes} --seed {seed} "
            f"--salesman {salesman} --out {out}"
        )
        page = write_page(found, out, command)
    if json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _show(found, page)
    if found.failures:
        raise typer.Exit(1)


customer_check.__doc__ = f"{customer_check.__doc__}\n{_EXAMPLES}"


def _check(
    customer: str,
    campaigns: list[Campaign],
    salesman: str,
    episodes: int,
    seed: int,
    tick: Tick,
) -> CustomerCheck:
    import asyncio

    from ai_salesman.campaigns.customer_check.checking import check_customer
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.wiring import open_runner

    return asyncio.run(
        check_customer(
            customer,
            campaigns,
            lambda one: open_runner(one, RunStore("sqlite://"), 2 * one.cohort),
            salesman=salesman,
            episodes=episodes,
            seed=seed,
            tick=tick,
        )
    )


@contextmanager
def _progress(customers: int, *, quiet: bool) -> Iterator[Tick]:
    """A progress bar on standard error that counts calls."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from ai_salesman.campaigns.customer_check.checking import CALLS_PER_EPISODE

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("calls"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    ) as progress:
        task = progress.add_task("loading models", total=customers * CALLS_PER_EPISODE)
        yield lambda what: progress.update(task, advance=1, description=what)


def _show(check: CustomerCheck, page: Path | None) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    table = Table("check", "result", "figure", "value", "95 % interval", "cases", box=None)
    word = {True: "[green]passed[/green]", False: "[red]failed[/red]", None: "skipped"}
    for result in check.checks:
        first, *rest = result.figures or (None,)
        table.add_row(f"[b]{result.name}[/b]", word[result.passed], *_cells(first))
        for figure in rest:
            table.add_row("", "", *_cells(figure))
    console.print(table)
    for result in check.checks:
        if result.passed is not True:
            said = result.note if result.passed is None else result.criterion
            console.print(f"{result.name}, {word[result.passed]}: {escape(said)}", highlight=False)
    failed = f", {check.failed_calls} calls failed" if check.failed_calls else ""
    console.print(
        f"\n{escape(check.customer)}: {sum(c.passed is True for c in check.checks)} of "
        f"{sum(c.passed is not None for c in check.checks)} checks passed{failed}",
        highlight=False,
    )
    if page is not None:
        console.print(f"Written: {page}", highlight=False, markup=False)


def _cells(figure: Figure | None) -> tuple[str, str, str, str]:
    if figure is None:
        return ("", "", "", "")
    from ai_salesman.campaigns.customer_check.page import spoken_number

    value = "-" if figure.value is None else spoken_number(figure.value)
    ends = [spoken_number(end) for end in figure.ci95 or ()]
    interval = " to ".join(ends) or "-"
    return figure.name, value, interval, str(figure.of or "-")
