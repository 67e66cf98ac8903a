"""`ai-salesman scripts`: look into the script library; `cli.mining` makes it grow."""

from __future__ import annotations

from typing import Annotated

import typer

from ai_salesman.cli.mining import coverage, mine, uplift
from ai_salesman.cli.options import JsonOption, PackOption

__all__ = ["app"]

app = typer.Typer(
    help="Look into the script library, and mine scripts for it.", no_args_is_help=True
)

app.command("mine")(mine)
app.command("coverage")(coverage)
app.command("uplift")(uplift)


@app.command("list")
def list_scripts(
    stage: Annotated[str | None, typer.Option(help="Only this stage.")] = None,
    intent: Annotated[str | None, typer.Option(help="Only this customer act.")] = None,
    pack: PackOption = None,
    json: JsonOption = False,
) -> None:
    """List scripts.

    Example:

      ai-salesman scripts list --intent objection_price
    """
    from ai_salesman.conversation.errors import UnknownNameError
    from ai_salesman.conversation.taxonomy import CustomerAct, Stage
    from ai_salesman.scripts_library.packs import load_scripts

    for kind, value, names in (
        ("stage", stage, list(Stage)),
        ("intent", intent, list(CustomerAct)),
    ):
        if value is not None and value not in names:
            raise UnknownNameError(kind, value, map(str, names), source=f"--{kind}")
    found = [
        script
        for script in load_scripts(pack or ())
        if stage in (None, script.stage) and intent in (None, script.intent)
    ]
    for script in found:
        if json:
            typer.echo(script.model_dump_json())
        else:
            typer.secho(f"{script.id}  ({script.intent})", bold=True)
            typer.echo(f"    {script.text}")
    typer.echo(f"{len(found)} scripts", err=True)


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="What the customer says.")],
    count: Annotated[int, typer.Option(min=1, help="How many scripts.")] = 5,
    pack: PackOption = None,
) -> None:
    """Find the scripts nearest to what a customer says.

    Example:

      ai-salesman scripts search "that is more than we can spend"
    """
    from ai_salesman.conversation.errors import InputError
    from ai_salesman.models.encoder import embedded_encoder
    from ai_salesman.scripts_library.index import open_index
    from ai_salesman.scripts_library.packs import load_scripts
    from ai_salesman.wiring import cache_folder

    if not words.strip():
        raise InputError("nothing to search for; write what a customer says")
    scripts = {script.id: script for script in load_scripts(pack or ())}
    encoder = embedded_encoder()
    index = open_index(list(scripts.values()), encoder, cache_folder() / "scripts")
    for name, cosine in index.nearest(encoder.encode_now([f"customer: {words}"]), count)[0]:
        typer.secho(f"{cosine:.2f}  {name}  ({scripts[name].strategy})", bold=True)
        typer.echo(f"      {scripts[name].text}")


@app.command()
def check(pack: PackOption = None, json: JsonOption = False) -> None:
    """Check the library: unknown facts, double ids, gaps, paraphrase twins.

    Example:

      ai-salesman scripts check --pack my_pack.yaml
    """
    from ai_salesman.models.encoder import embedded_encoder
    from ai_salesman.scripts_library.packs import check_library, load_scripts

    scripts = load_scripts(pack or ())
    vectors = embedded_encoder().encode_now([script.text for script in scripts])
    report = check_library(scripts, vectors)
    if json:
        import dataclasses
        import json as encoder

        typer.echo(encoder.dumps(dataclasses.asdict(report), indent=2))
    else:
        typer.echo(f"{report.scripts} scripts")
        for stage, number in report.by_stage.items():
            typer.echo(f"  {stage:22} {number}")
        typer.echo(f"without a script: {', '.join(report.gaps) or 'nothing'}")
        typer.echo(f"paraphrase twins: {len(report.twins)}")
        for first, second, cosine in report.twins:
            typer.echo(f"  {first} ~ {second} ({cosine:.3f})")
    if report.twins or report.gaps:
        raise typer.Exit(1)
