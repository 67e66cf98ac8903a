"""`ai-salesman branch`: replay a call from one turn on, with another choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ai_salesman.cli.options import JsonOption, RunArgument, StoreOption

if TYPE_CHECKING:
    from ai_salesman.campaigns.branch_choice import Choice
    from ai_salesman.campaigns.branch_point import BranchPoint
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.conversation.taxonomy import Strategy

__all__ = ["branch"]


def branch(
    run: RunArgument,
    episode: Annotated[int, typer.Argument(min=0, help="Call, as `view` numbers it.")],
    turn: Annotated[
        int, typer.Option(min=0, help="Salesman turn to replay from, as `view` numbers it.")
    ],
    strategy: Annotated[
        str | None, typer.Option(help="Follow this strategy at the turn, such as state_price.")
    ] = None,
    say: Annotated[str | None, typer.Option(help="Say this at the turn, word for word.")] = None,
    n: Annotated[int, typer.Option("--n", min=1, help="Branches of each choice.")] = 20,
    concurrency: Annotated[
        int, typer.Option(min=1, help="Branches in flight, in whole cohorts.")
    ] = 32,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
    json: JsonOption = False,
) -> None:
    """Replay a call from one salesman turn on, with another choice, and show the difference.

    What was said before the turn is not played again. Without --strategy and --say the recorded
    turn is kept and only the luck after it differs. With both, the words are given and the
    planner remembers them as that strategy.

    Examples:

      ai-salesman branch last 7 --turn 6 --strategy state_price

      ai-salesman branch last 7 --turn 6 --say "It is $199 a month. Shall we start on Monday?"

      ai-salesman branch last 7 --turn 6 --n 50 --json
    """
    from ai_salesman.campaigns.branch_choice import Choice
    from ai_salesman.campaigns.branch_point import find_branch_point
    from ai_salesman.campaigns.branch_report import branch_report
    from ai_salesman.campaigns.store import RunStore

    choice = Choice(strategy=_strategy(strategy), say=say)
    opened = RunStore(store)
    point = find_branch_point(opened, run, episode, turn)
    _play(opened, point, choice, n, concurrency, quiet=json)
    report = branch_report(opened, point, choice, n)
    if json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        from ai_salesman.cli.branch_view import show_branch

        show_branch(report, opened)
    if report.original.failed or (report.other and report.other.failed):
        raise typer.Exit(1)


def _strategy(name: str | None) -> Strategy | None:
    from ai_salesman.conversation.errors import UnknownNameError
    from ai_salesman.conversation.taxonomy import Strategy

    if name is None:
        return None
    if name not in list(Strategy):
        raise UnknownNameError("strategy", name, map(str, Strategy), source="--strategy")
    return Strategy(name)


def _play(
    store: RunStore, point: BranchPoint, choice: Choice, count: int, concurrency: int, quiet: bool
) -> None:
    """Play what is missing of both arms; models are loaded only when something is."""
    import asyncio

    from ai_salesman.campaigns.branch_choice import AS_RECORDED
    from ai_salesman.campaigns.branching import Brancher
    from ai_salesman.cli.progress import run_progress
    from ai_salesman.wiring import open_runner

    arms = list(dict.fromkeys([AS_RECORDED, choice]))
    runs = [point.run_of(arm.label, count) for arm in arms]
    done = sum(len(store.done(run)) for run in runs)
    if done >= count * len(arms):
        return

    async def work() -> None:
        counted = point.campaign_of("branches", count * len(arms))
        with run_progress(counted, quiet=quiet) as progress:
            async with open_runner(point.campaign, store, concurrency) as runner:
                progress.ready(done)
                brancher = Brancher(runner, point)
                for arm in arms:
                    await brancher.play(arm, count, concurrency, progress.played)

    asyncio.run(work())
