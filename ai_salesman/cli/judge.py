"""`ai-salesman judge`: judge stored calls again, by further judges, or two runs pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from ai_salesman.cli.options import JsonOption, StoreOption

__all__ = ["judge", "judging_progress"]

_EXAMPLES = """
Examples:

  ai-salesman judge last --judge llm:openai:gpt-x@http://localhost:8000/v1 --votes 3

  ai-salesman judge last --judge conduct --all

  ai-salesman judge merchant_ads-1a2b merchant_ads-3c4d --pairwise score

  ai-salesman judge merchant_ads-1a2b merchant_ads-3c4d --pairwise openai:gpt-x --limit 50
"""


def judge(
    runs: Annotated[
        list[str],
        typer.Argument(
            help="Run id, the beginning of one, or 'last'; two of them with --pairwise.",
            metavar="RUN [RUN]",
        ),
    ],
    judge: Annotated[
        list[str] | None,
        typer.Option(
            help="outcome, conduct, claims, compliance, llm:<uri>, python:...; repeatable."
        ),
    ] = None,
    pairwise: Annotated[
        str | None,
        typer.Option(help="Compare two runs by 'score' (no model needed) or any model URI."),
    ] = None,
    votes: Annotated[int, typer.Option(min=1, help="Votes of a language model.")] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="Pairwise: the first pairs.")] = None,
    again: Annotated[
        bool, typer.Option("--all", help="Also what was judged before by the same judge.")
    ] = False,
    concurrency: Annotated[int, typer.Option(min=1, help="Calls, or pairs, in flight.")] = 16,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
    json: JsonOption = False,
) -> None:
    """Judge stored calls: score and health follow, nothing is played again.

    What is judged is stored at once; the same command goes on where it stopped, and asks again
    where a judge failed. Ends with status 1 when verdicts are missing.
    """
    from ai_salesman.conversation.errors import InputError

    if pairwise is not None and not judge and len(runs) == 2:
        _judge_pairs(runs, pairwise, votes, limit, again, concurrency, store, json)
    elif judge and pairwise is None and len(runs) == 1:
        if limit is not None:
            raise InputError("--limit is for --pairwise; leave it out", source="--limit")
        _judge_run(runs[0], judge, votes, again, concurrency, store, json)
    else:
        raise InputError(
            "judge one RUN with --judge, or two with --pairwise; "
            f"found {len(runs)} with {_given(judge, pairwise)}"
        )


judge.__doc__ = f"{judge.__doc__}\n{_EXAMPLES}"


def _given(judge: list[str] | None, pairwise: str | None) -> str:
    given = [name for name, value in (("--judge", judge), ("--pairwise", pairwise)) if value]
    return " and ".join(given) or "neither"


def _judge_run(
    run: str,
    judges: list[str],
    votes: int,
    again: bool,
    concurrency: int,
    store: str,
    as_json: bool,
) -> None:
    from ai_salesman.judging import judge_run

    with judging_progress("judging", quiet=as_json) as done:
        judged = judge_run(
            run,
            judges,
            votes=votes,
            again=again,
            store=store,
            concurrency=concurrency,
            on_call=done,
        )
    if as_json:
        typer.echo(judged.model_dump_json(indent=2))
    else:
        from ai_salesman.cli.judge_view import show_rejudged

        show_rejudged(judged)
    if any(work.failed for work in judged.work.values()):
        raise typer.Exit(1)


def _judge_pairs(
    runs: list[str],
    judge: str,
    votes: int,
    limit: int | None,
    again: bool,
    concurrency: int,
    store: str,
    as_json: bool,
) -> None:
    from ai_salesman.judging import judge_pairs

    with judging_progress("comparing", quiet=as_json) as done:
        duels = judge_pairs(
            runs[0],
            runs[1],
            judge,
            votes=votes,
            limit=limit,
            again=again,
            store=store,
            concurrency=concurrency,
            on_pair=done,
        )
    if as_json:
        typer.echo(duels.model_dump_json(indent=2))
    else:
        from ai_salesman.cli.judge_view import show_duels

        show_duels(duels)
    if duels.failures:
        raise typer.Exit(1)


@contextmanager
def judging_progress(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; what it yields is told how many of how many are done."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    ) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
