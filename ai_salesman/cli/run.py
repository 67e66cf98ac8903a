"""`ai-salesman run`: play a campaign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_salesman.cli.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from ai_salesman.campaigns.campaign import Campaign
    from ai_salesman.campaigns.store import RunInfo, RunStore

__all__ = ["run"]

_EXAMPLES = """
Examples:

  ai-salesman run examples/campaigns/merchant_ads.yaml

  ai-salesman run my.yaml --salesman openai:gpt-x@http://localhost:8000/v1 --episodes 100

  ai-salesman run my.yaml --planner none --persona my_customer.yaml --json

  ai-salesman run talks.jsonl --protocol salesllm --salesman URI --customer llm:URI --judge llm:URI
"""


def run(
    campaign: Annotated[Path, typer.Argument(help="Campaign file.", metavar="CAMPAIGN.yaml")],
    episodes: Annotated[int | None, typer.Option(min=1, help="How many calls.")] = None,
    seed: Annotated[int | None, typer.Option(help="Fixes customers, luck and sampling.")] = None,
    salesman: Annotated[
        str | None, typer.Option(help="Model URI, 'script', or python:<file.py>:<name>.")
    ] = None,
    planner: Annotated[
        str | None, typer.Option(help="doga, doga:<model uri>, static or none.")
    ] = None,
    customer: Annotated[
        str | None,
        typer.Option(
            help="agenda, learned, learned:decides, llm:<model uri> or python:<file.py>:<name>."
        ),
    ] = None,
    judge: Annotated[
        list[str] | None, typer.Option(help="Judge to use instead of the campaign's; repeatable.")
    ] = None,
    persona: Annotated[
        list[str] | None, typer.Option(help="Persona id or file to call; repeatable.")
    ] = None,
    concurrency: Annotated[
        int, typer.Option(min=1, help="Episodes in flight, in whole cohorts.")
    ] = 32,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
    fresh: Annotated[bool, typer.Option("--fresh", help="Start anew, whatever is stored.")] = False,
    protocol: Annotated[
        str | None, typer.Option(help="'salesllm': CAMPAIGN is a file of its scripts (JSONL).")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="salesllm: most rounds of a script.")] = 20,
    out: Annotated[
        Path | None, typer.Option(help="salesllm: file for the conversations (JSONL).")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Play a campaign: call its customers, judge the calls, store and sum them up.

    The same command goes on with an unfinished run and shows a finished one's summary.
    """
    from ai_salesman.campaigns.campaign import load_campaign
    from ai_salesman.campaigns.store import RunStore

    if protocol is not None:
        from ai_salesman.cli.salesllm import ScriptRun, run_scripts

        parts = ScriptRun(protocol, campaign, salesman, customer, judge, rounds, seed, out)
        run_scripts(parts, concurrency, json)
        return
    changes: dict[str, Any] = {
        "episodes": episodes,
        "seed": seed,
        "salesman": salesman,
        "planner": planner,
        "customer": customer,
        "judges": tuple(judge) if judge else None,
    }
    loaded = load_campaign(campaign)
    given = {name: value for name, value in changes.items() if value is not None}
    if persona:
        given["population"] = loaded.population.model_copy(
            update={"personas": tuple(persona)}
        ).with_files(Path())
    _play(loaded.model_copy(update=given), RunStore(store), concurrency, fresh, json)


run.__doc__ = f"{run.__doc__}\n{_EXAMPLES}"


def _play(
    campaign: Campaign, store: RunStore, concurrency: int, fresh: bool, as_json: bool
) -> None:
    from ai_salesman.campaigns.runner import run_id
    from ai_salesman.campaigns.summary import summarise

    earlier = store.find(campaign.digest())
    name = run_id(campaign, len(earlier)) if fresh or not earlier else earlier[0]
    info = store.info(name) if name in earlier else None
    if info is None or not info.finished:
        info = _work(campaign, store, name, concurrency, quiet=as_json)
    summary = summarise(info, list(store.episodes(info.id)))
    if as_json:
        typer.echo(summary.model_dump_json(indent=2))
    else:
        from ai_salesman.cli.summary_view import show_summary

        show_summary(summary)
    if info.failed:
        raise typer.Exit(1)


def _work(campaign: Campaign, store: RunStore, name: str, concurrency: int, quiet: bool) -> RunInfo:
    import asyncio

    from ai_salesman.cli.progress import run_progress
    from ai_salesman.wiring import open_runner

    async def work() -> RunInfo:
        with run_progress(campaign, quiet=quiet) as progress:
            async with open_runner(campaign, store, concurrency) as runner:
                progress.ready(
                    len(store.done(name)) if name in store.find(campaign.digest()) else 0
                )
                return await runner.run(name, concurrency, progress.played, progress.stored)

    return asyncio.run(work())
