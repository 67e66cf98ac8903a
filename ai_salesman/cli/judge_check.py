"""`ai-salesman judge-check`: do the judges see what is wrong with a call?"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ai_salesman.cli.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from ai_salesman.campaigns.campaign import Campaign
    from ai_salesman.campaigns.judge_check import StoredCall
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.evaluation.defects.base import Defect
    from ai_salesman.evaluation.judge_check import JudgeCheck

__all__ = ["judge_check"]

_FOLDER = Path("examples/campaigns")
_CONCURRENCY = 32
_EXAMPLES = """
Examples:

  ai-salesman judge-check --out docs

  ai-salesman judge-check --run last --judge conduct --judge llm:openai:gpt-x@http://localhost:8000/v1

  ai-salesman judge-check my.yaml --calls 40 --json
"""
_Split = Literal["dev", "published", "all"]


def judge_check(
    campaign: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Campaign files; the shipped ones by default.", metavar="[CAMPAIGN.yaml]..."
        ),
    ] = None,
    calls: Annotated[int, typer.Option(min=5, help="Sound calls to plant defects in.")] = 120,
    judge: Annotated[
        list[str] | None,
        typer.Option(
            help="outcome, conduct, claims, compliance, llm:<uri>, python:...; repeatable."
        ),
    ] = None,
    run: Annotated[
        list[str] | None, typer.Option(help="Take the calls of this stored run; repeatable.")
    ] = None,
    defect: Annotated[
        list[str] | None, typer.Option(help="Plant this defect only; repeatable.")
    ] = None,
    split: Annotated[
        _Split,
        typer.Option(help="Half of the wordings and shipped campaigns: 'dev' is for mending."),
    ] = "published",
    seed: Annotated[int, typer.Option(help="Fixes calls, places and wordings.")] = 11,
    out: Annotated[
        Path | None, typer.Option(help="Folder for judges.md and judges.svg.", metavar="FOLDER")
    ] = None,
    real: Annotated[
        bool, typer.Option("--real", help="Add real dialogues from the folder REAL_DIALOGUES.")
    ] = False,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
    json: JsonOption = False,
) -> None:
    """Plant defects in sound calls and see whether the judges notice, and notice only those.

    Calls are played by five salesmen, or taken from stored runs. Ends with status 1 when a
    defect was missed or moved a cell that it should not.
    """
    from ai_salesman.campaigns.store import RunStore

    if real:
        from ai_salesman.evaluation.real_dialogues import dialogues_folder

        dialogues_folder()  # says what is missing before anything is played
    opened = RunStore(store)
    chosen = _defects(defect)
    found = _stored(opened, run) if run else _played(opened, campaign, split, calls, seed, json)
    check = _check(found, judge, chosen, split, calls, seed, real, quiet=json)
    if out is not None:
        from ai_salesman.evaluation.judge_check_page import write_page

        write_page(check, out, _command())
    if json:
        typer.echo(check.model_dump_json(indent=2))
    else:
        from ai_salesman.cli.judge_check_view import show_judge_check

        show_judge_check(check, out)
    if check.flawed:
        raise typer.Exit(1)


judge_check.__doc__ = f"{judge_check.__doc__}\n{_EXAMPLES}"


def _command() -> str:
    """The command line as it was given."""
    return shlex.join(["ai-salesman", *(word for word in sys.argv[1:] if word != "--json")])


def _defects(names: list[str] | None) -> dict[str, Defect]:
    from ai_salesman.conversation.errors import UnknownNameError
    from ai_salesman.evaluation.defects.registry import DEFECTS

    for name in names or ():
        if name not in DEFECTS:
            raise UnknownNameError("defect", name, DEFECTS, source="--defect")
    return {name: defect for name, defect in DEFECTS.items() if not names or name in names}


def _stored(store: RunStore, runs: list[str]) -> list[StoredCall]:
    from ai_salesman.campaigns.judge_check import stored_calls

    return stored_calls(store, runs)


def _played(
    store: RunStore, files: list[Path] | None, split: _Split, calls: int, seed: int, quiet: bool
) -> list[StoredCall]:
    """The calls of every campaign and salesman; runs that are stored are not played again."""
    from ai_salesman.campaigns.campaign import load_campaign
    from ai_salesman.campaigns.judge_check import campaigns_to_play, run_to_use, stored_calls

    campaigns = [load_campaign(path) for path in files or _shipped(split)]
    runs = []
    for campaign in campaigns_to_play(campaigns, calls, seed):
        run, finished = run_to_use(store, campaign)
        if not finished:
            _play(store, campaign, run, quiet)
        runs.append(run)
    return stored_calls(store, runs)


def _shipped(split: _Split) -> list[Path]:
    from ai_salesman.campaigns.judge_check import DEV_CAMPAIGNS
    from ai_salesman.conversation.errors import InputError

    halves = {"dev": {True}, "published": {False}, "all": {True, False}}
    found = [
        path
        for path in sorted(_FOLDER.glob("*.yaml"))
        if (path.stem in DEV_CAMPAIGNS) in halves[split]
    ]
    if not found:
        raise InputError(f"no campaigns in {_FOLDER}; name campaign files, or give --run")
    return found


def _play(store: RunStore, campaign: Campaign, run: str, quiet: bool) -> None:
    import asyncio

    from ai_salesman.cli.progress import run_progress
    from ai_salesman.wiring import open_runner

    async def work() -> None:
        with run_progress(campaign, quiet=quiet) as progress:
            async with open_runner(campaign, store, _CONCURRENCY) as runner:
                progress.ready(len(store.done(run)) if store.find(campaign.digest()) else 0)
                await runner.run(run, _CONCURRENCY, progress.played, progress.stored)

    asyncio.run(work())


def _check(
    calls: list[StoredCall],
    judges: list[str] | None,
    defects: dict[str, Defect],
    split: _Split,
    wanted: int,
    seed: int,
    real: bool,
    *,
    quiet: bool,
) -> JudgeCheck:
    import asyncio

    from ai_salesman.campaigns.campaign import EMBEDDED_JUDGES
    from ai_salesman.campaigns.judge_check import Checker
    from ai_salesman.evaluation.real_check import check_real
    from ai_salesman.evaluation.real_dialogues import dialogues_folder
    from ai_salesman.wiring import open_judges

    async def work() -> JudgeCheck:
        names = tuple(judges or EMBEDDED_JUDGES)
        async with open_judges(names, _CONCURRENCY) as (seats, encoder):
            checker = Checker(seats, defects, split, seed)
            with _progress(min(wanted, len(calls)), quiet=quiet) as advance:
                check = await checker.check(calls, wanted, advance)
            if not real:
                return check
            found = await check_real(dialogues_folder(), encoder)
            return check.model_copy(update={"real": found})

    return asyncio.run(work())


@contextmanager
def _progress(calls: int, *, quiet: bool) -> Iterator[Callable[[], None]]:
    """A progress bar on standard error that counts sound calls."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        "planting defects",
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        "sound calls",
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    ) as progress:
        task = progress.add_task("", total=calls)
        yield lambda: progress.advance(task)
