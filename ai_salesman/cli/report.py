"""`ai-salesman report`: a run as one page to pass on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ai_salesman.cli.options import JsonOption, RunArgument, StoreOption

__all__ = ["report"]


def report(
    run: RunArgument = "last",
    html: Annotated[
        Path | None, typer.Option(help="HTML file to write.", metavar="FILE", show_default=False)
    ] = None,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
    json: JsonOption = False,
) -> None:
    """Write a run as one HTML file that needs nothing else: figures, plots, the calls to read.

    Without --html and --json the file is named after the run and written here.

    Examples:

      ai-salesman report last --html report.html

      ai-salesman report merchant_ads-1a2b --json
    """
    from rich.console import Console

    from ai_salesman.campaigns.report.contents import report_of
    from ai_salesman.campaigns.store import RunStore

    opened = RunStore(store)
    known = opened.info(run).id
    with Console(stderr=True).status("reading calls"):
        found = report_of(opened, known)
    if html is not None or not json:
        from ai_salesman.campaigns.report.page import write_page

        file = html or Path(f"{known}.html")
        write_page(found, opened, file)
        typer.echo(f"{file}: open it in a browser, print it, or send it on", err=True)
    if json:
        typer.echo(found.model_dump_json(indent=2))
