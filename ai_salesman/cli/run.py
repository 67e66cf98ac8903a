"""`ai-salesman run`: play a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_salesman.cli.engine import (
    AddressOption,
    EngineOption,
    WorkersOption,
    refuse_workers,
    workplace_of,
)
from ai_salesman.cli.options import JsonOption, StoreOption
from ai_salesman.cli.thrift import (
    CacheOption,
    MaxCostOption,
    MaxTokensOption,
    PricesOption,
    naming_the_way_on,
    refuse,
    thrift_of,
)

if TYPE_CHECKING:
    from ai_salesman.campaigns.campaign import Campaign
    from ai_salesman.campaigns.engine import Workplace
    from ai_salesman.campaigns.resume import Start
    from ai_salesman.campaigns.store import RunInfo, RunStore
    from ai_salesman.models.thrift import Thrift

__all__ = ["run"]

_EXAMPLES = """
Examples:

  ai-salesman run examples/campaigns/merchant_ads.yaml

  ai-salesman run my.yaml --salesman openai:gpt-x@http://localhost:8000/v1 --episodes 100

  ai-salesman run my.yaml --planner none --persona my_customer.yaml --json

  ai-salesman run my.yaml --salesman openai:gpt-x --cache replies.db --max-cost 5

  ai-salesman run my.yaml --episodes 1000 --workers 8

  ai-salesman run my.yaml --episodes 100000 --engine ray --address auto --store postgresql://...

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
    engine: EngineOption = "local",
    workers: WorkersOption = None,
    address: AddressOption = None,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
    cache: CacheOption = "off",
    max_cost: MaxCostOption = None,
    max_tokens_total: MaxTokensOption = None,
    prices: PricesOption = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start anew, whatever is stored.")] = False,
    fork: Annotated[
        bool,
        typer.Option("--fork", help="The file has changed during a run: begin another beside it."),
    ] = False,
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

    The same command goes on with an unfinished run and shows a finished one's summary. More
    --episodes go on from the stored ones.
    """
    from ai_salesman.campaigns.campaign import load_campaign
    from ai_salesman.campaigns.resume import start_of
    from ai_salesman.campaigns.store import RunStore

    thrift = thrift_of(cache, max_cost, max_tokens_total, prices)
    workplace = workplace_of(engine, workers, address)
    if protocol is not None:
        refuse(thrift, "--protocol")
        refuse_workers(workplace, "--protocol")
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
        ).with_files(Path(), loaded.sheet.needs, field="--persona")
    options = {name: value for name, value in changes.items() if value is not None}
    options |= {"persona": persona} if persona else {}
    campaign_given = loaded.model_copy(update=given)
    opened = RunStore(store)
    start = start_of(opened, campaign_given, options, source=campaign, fresh=fresh, fork=fork)
    _play(campaign_given, opened, start, options, concurrency, json, thrift, workplace)


run.__doc__ = f"{run.__doc__}\n{_EXAMPLES}"


def _play(
    campaign: Campaign,
    store: RunStore,
    start: Start,
    options: Mapping[str, Any],
    concurrency: int,
    as_json: bool,
    thrift: Thrift,
    workplace: Workplace,
) -> None:
    from ai_salesman.campaigns.summary import summarise

    for note in (*start.notes(), *campaign.cautions()):
        typer.echo(f"ai-salesman: {note}", err=True)
    info = start.known
    if info is None or not info.finished:
        with naming_the_way_on():
            info = _work(
                campaign, store, start, options, concurrency, thrift, workplace, quiet=as_json
            )
    summary = summarise(info, store.episodes(info.id))
    if as_json:
        typer.echo(summary.model_dump_json(indent=2))
    else:
        from ai_salesman.cli.summary_view import show_summary

        show_summary(summary)
    if info.failed:
        raise typer.Exit(1)


def _work(
    campaign: Campaign,
    store: RunStore,
    start: Start,
    options: Mapping[str, Any],
    concurrency: int,
    thrift: Thrift,
    workplace: Workplace,
    *,
    quiet: bool,
) -> RunInfo:
    import asyncio

    from ai_salesman.cli.progress import run_progress
    from ai_salesman.engines import open_sitting

    async def work() -> RunInfo:
        with run_progress(campaign, quiet=quiet) as progress:
            async with open_sitting(campaign, store, concurrency, thrift, workplace) as sitting:
                extends = start.extends.id if start.extends else None
                store.begin(start.run, campaign, options, extends)
                progress.ready(len(store.done(start.run)))
                return await sitting.play(start.run, progress.played, progress.stored)

    return asyncio.run(work())
