"""`ai-salesman personas`: who can be called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ai_salesman.cli.options import JsonOption

__all__ = ["app"]

app = typer.Typer(help="Look at personas, check your own.", no_args_is_help=True)


@app.command("list")
def list_personas(json: JsonOption = False) -> None:
    """List the built-in personas.

    Example:

      ai-salesman personas list
    """
    from rich.console import Console
    from rich.table import Table

    from ai_salesman.simulators.population import builtin_personas

    personas = builtin_personas()
    if json:
        for persona in personas.values():
            typer.echo(persona.model_dump_json())
        return
    table = Table("persona", "tier", "domain", "business", "style", "objections", box=None)
    for persona in personas.values():
        objections = ", ".join(o.act.removeprefix("objection_") for o in persona.objections)
        table.add_row(
            persona.id, persona.tier, persona.domain, persona.business, persona.style, objections
        )
    Console().print(table)


@app.command()
def show(
    persona: Annotated[str, typer.Argument(help="Id of a built-in persona, or a YAML file.")],
) -> None:
    """Show one persona, or check a file of your own.

    Example:

      ai-salesman personas show my_customer.yaml
    """
    import yaml

    from ai_salesman.simulators.population import find_persona

    found = find_persona(persona)
    typer.echo(yaml.safe_dump(found.model_dump(mode="json"), sort_keys=False, allow_unicode=True))
    if Path(persona).suffix in (".yaml", ".yml"):
        typer.echo(f"{persona} is a sound persona", err=True)
