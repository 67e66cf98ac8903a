"""`ai-salesman results`: the table of baselines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_salesman.cli.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from ai_salesman.campaigns.campaign import Campaign
    from ai_salesman.campaigns.results import Contender, Key, Played
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.conversation.episode import Episode

__all__ = ["results"]

DEFAULT_CAMPAIGN = Path("examples/campaigns/merchant_ads.yaml")
PLANNERS = ("none", "static", "doga")
Note = Callable[[int], None]


def results(
    episodes: Annotated[int, typer.Option(min=1, help="Calls of each campaign in each row.")] = 200,
    campaign: Annotated[
        list[Path] | None, typer.Option(help="Campaign file; repeatable.", show_default=False)
    ] = None,
    salesman: Annotated[
        list[str] | None, typer.Option(help="Salesman to add to the baselines; repeatable.")
    ] = None,
    planner: Annotated[
        list[str] | None, typer.Option(help="Planner of the added salesmen; repeatable. [all]")
    ] = None,
    customer: Annotated[list[str] | None, typer.Option(help="Customer; repeatable.")] = None,
    baselines: Annotated[
        bool, typer.Option(help="With nonsense, script and embedded, or the added rows alone.")
    ] = True,
    seed: Annotated[int | None, typer.Option(help="Instead of the campaigns' seeds.")] = None,
    concurrency: Annotated[
        int, typer.Option(min=1, help="Episodes in flight, in whole cohorts.")
    ] = 32,
    out: Annotated[Path | None, typer.Option(help="Markdown file to write.")] = None,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
    json: JsonOption = False,
) -> None:
    """Play every baseline, or what is missing of them, and print one table.

    The same command goes on where it stopped; runs that the store holds are not played again.

    Examples:

      ai-salesman results --episodes 200 --out docs/results.md

      ai-salesman results --salesman openai:my-model@http://localhost:8000/v1 --planner doga
    """
    import sys

    from ai_salesman.campaigns.campaign import load_campaign
    from ai_salesman.campaigns.results import results_of
    from ai_salesman.campaigns.results_table import results_markdown
    from ai_salesman.campaigns.store import RunStore

    changes = {"seed": seed} if seed is not None else {}
    loaded = [load_campaign(p).model_copy(update=changes) for p in campaign or [DEFAULT_CAMPAIGN]]
    who = _contenders(salesman or (), planner or PLANNERS, baselines)
    opened = RunStore(store)
    table: dict[Key, list[Played]] = {}
    total = len(who) * len(customer or ("agenda",)) * len(loaded) * episodes
    with _progress(total, quiet=json) as (note, say):
        for name in customer or ("agenda",):
            for contender in who:
                say(f"{contender.name}, customer {name}")
                table[contender, name] = [
                    _played(one, contender, name, episodes, opened, concurrency, note)
                    for one in loaded
                ]
    found = results_of(table, loaded, episodes)
    text = results_markdown(found, " ".join(["ai-salesman", *sys.argv[1:]]))
    if out is not None:
        _write(out, text)
    typer.echo(found.model_dump_json(indent=2) if json else text)
    if any(row.failed for row in found.rows):
        raise typer.Exit(1)


def _contenders(
    salesmen: Sequence[str], planners: Sequence[str], baselines: bool
) -> list[Contender]:
    from ai_salesman.campaigns.results import BASELINES, NONSENSE, Contender
    from ai_salesman.conversation.errors import InputError

    known = list(BASELINES) if baselines else []
    if NONSENSE in known and not Path(NONSENSE.salesman.partition(":")[2]).exists():
        known.remove(NONSENSE)
        typer.echo("no examples/replies here: the row of nonsense is left out", err=True)
    added = [Contender(salesman=s, planner=p) for s in salesmen for p in planners]
    rows = list(dict.fromkeys([*known, *added]))
    if not rows:
        raise InputError("no rows are left; name a --salesman, or leave out --no-baselines")
    return rows


def _played(
    campaign: Campaign,
    who: Contender,
    customer: str,
    episodes: int,
    store: RunStore,
    concurrency: int,
    note: Note,
) -> Played:
    """The stored run of one cell, played to its end when it is not."""
    from ai_salesman.campaigns.results import Played, seated
    from ai_salesman.campaigns.runner import run_id

    cell = seated(campaign, who, customer, episodes)
    earlier = store.find(cell.digest())
    run = earlier[0] if earlier else run_id(cell)
    done = len(store.done(run)) if earlier else 0
    note(done)
    if done < episodes:
        _play(cell, store, run, concurrency, lambda _: note(1))
    return Played(campaign=campaign, run=run, episodes=list(store.episodes(run)))


def _play(
    campaign: Campaign,
    store: RunStore,
    run: str,
    concurrency: int,
    on_played: Callable[[Episode], None],
) -> None:
    import asyncio

    from ai_salesman.wiring import open_runner

    async def work() -> None:
        async with open_runner(campaign, store, concurrency) as runner:
            await runner.run(run, concurrency, on_played)

    asyncio.run(work())


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[tuple[Note, Callable[[str], None]]]:
    """A bar over all cells: what adds calls to it, and what names the cell."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (BarColumn(bar_width=24), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns,
        TextColumn("{task.description}"),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    ) as progress:
        task = progress.add_task("", total=total)
        yield (
            lambda calls: progress.update(task, advance=calls),
            lambda words: progress.update(task, description=escape(words)),
        )


def _write(out: Path, text: str) -> None:
    from ai_salesman.conversation.errors import InputError

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=out) from error
    typer.echo(f"written to {out}", err=True)
