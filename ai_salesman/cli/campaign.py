"""`ai-salesman campaign`: check campaign files, make them from listings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="Check campaign files, make them from listings.", no_args_is_help=True)


@app.command()
def check(
    campaign: Annotated[Path, typer.Argument(help="Campaign file.", metavar="CAMPAIGN.yaml")],
) -> None:
    """Check a campaign file with its packs and personas, without running it.

    Example:

      ai-salesman campaign check my.yaml
    """
    from ai_salesman.campaigns.campaign import load_campaign
    from ai_salesman.scripts_library.packs import load_scripts
    from ai_salesman.simulators.population import draw

    loaded = load_campaign(campaign)
    scripts = load_scripts(pack for pack in loaded.packs if not isinstance(pack, str))
    draw(loaded.population, loaded.domain, 1, loaded.seed)
    sheet = loaded.sheet
    for caution in loaded.cautions():
        typer.echo(f"note: {caution}", err=True)
    typer.echo(
        f"{campaign} is sound: {sheet.product} of {sheet.company}, {len(sheet.facts)} facts, "
        f"{len(sheet.needs)} needs, {len(sheet.forbidden)} forbidden claims, {len(scripts)} scripts"
    )


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="Campaign file to write.", metavar="FILE.yaml")],
    like: Annotated[str, typer.Option(help="Name of the example to begin with.")] = "merchant_ads",
) -> None:
    """Begin a campaign of your own: a copy of an example, in which every block is explained.

    Example:

      ai-salesman campaign new my.yaml --like solar_panels
    """
    from ai_salesman.campaigns.examples import example_campaign
    from ai_salesman.conversation.errors import InputError

    text = example_campaign(like).read_text(encoding="utf-8")
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise InputError("is there already; choose another name", source=file) from error
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=file) from error
    typer.echo(f"{file}: change it, then: ai-salesman campaign check {file}", err=True)


@app.command("from-listing")
def from_listing(
    listings: Annotated[Path, typer.Argument(help="JSONL file, one listing a line.")],
    line: Annotated[int, typer.Option(min=1, help="Which line of the file.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Campaign file to write; standard output by default.")
    ] = None,
    stretch: Annotated[
        float,
        typer.Option(
            min=0,
            max=1,
            help="Part of the way to the list price that the buyer would go.",
        ),
    ] = 0.0,
) -> None:
    """Make a campaign from a second-hand listing: title, description, list and target prices.

    The buyer's target price becomes the persona's reserve price. Real buyers pay more than their
    target; --stretch 0.71 is what they show (docs/listings.md).

    Example:

      ai-salesman campaign from-listing listings.jsonl --line 7 --out bike.yaml
    """
    from itertools import islice

    import yaml

    from ai_salesman.campaigns.listing import campaign_from_listing, read_listings
    from ai_salesman.conversation.errors import InputError

    found = next(islice(read_listings(listings), line - 1, None), None)
    if found is None:
        raise InputError(f"has no line {line}", source=listings)
    campaign = campaign_from_listing(found, stretch)
    text = yaml.safe_dump(campaign.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=out) from error
    typer.echo(f"{out}: run it with: ai-salesman run {out}", err=True)
