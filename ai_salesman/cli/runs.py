"""`ai-salesman runs`: what is in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ai_salesman.cli.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from ai_salesman.campaigns.store import RunStore

__all__ = ["runs"]


def runs(
    run: Annotated[
        str | None, typer.Argument(help="Show the summary of this run.", metavar="[RUN]")
    ] = None,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
    json: JsonOption = False,
) -> None:
    """List the runs of the store, or show one run's summary.

    Examples:

      ai-salesman runs

      ai-salesman runs last --json
    """
    from ai_salesman.campaigns.store import RunStore

    opened = RunStore(store)
    if run is not None:
        _show_one(opened, run, json)
    elif json:
        import json as encoder

        rows = [info.model_dump(mode="json", exclude={"campaign"}) for info in opened.runs()]
        typer.echo(encoder.dumps(rows, indent=2))
    else:
        _list(opened)


def _show_one(store: RunStore, run: str, as_json: bool) -> None:
    from ai_salesman.campaigns.summary import summarise
    from ai_salesman.cli.summary_view import show_summary

    info = store.info(run)
    summary = summarise(info, store.episodes(info.id))
    if as_json:
        typer.echo(summary.model_dump_json(indent=2))
    else:
        show_summary(summary)


def _list(store: RunStore) -> None:
    from rich.console import Console
    from rich.table import Table

    infos = store.runs()
    table = Table(box=None, header_style="bold")
    # The id is there to be copied, so it is never cut short.
    table.add_column("run", min_width=max((len(info.id) for info in infos), default=0))
    for column in ("salesman", "planner", "customer", "calls", "failed", "started"):
        table.add_column(column)
    for info in infos:
        campaign = info.campaign
        table.add_row(
            info.id,
            campaign.salesman,
            campaign.planner,
            campaign.customer,
            f"{info.completed}/{campaign.episodes}",
            str(info.failed or ""),
            f"{info.started:%Y-%m-%d %H:%M}",
        )
    console = Console()
    if infos:
        console.print(table)
    else:
        console.print(
            "No runs yet. Start one: ai-salesman run examples/campaigns/merchant_ads.yaml"
        )
