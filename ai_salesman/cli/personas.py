"""`ai-salesman personas`: who can be called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_salesman.cli.options import JsonOption

if TYPE_CHECKING:
    from ai_salesman.conversation.persona import Persona

__all__ = ["app"]

app = typer.Typer(help="Look at personas, check your own.", no_args_is_help=True)


@app.command("list")
def list_personas(json: JsonOption = False) -> None:
    """List the built-in personas, by trade and tier.

    Example:

      ai-salesman personas list
    """
    from rich.console import Console
    from rich.table import Table

    from ai_salesman.conversation.taxonomy import Tier
    from ai_salesman.simulators.population import builtin_personas

    personas = builtin_personas()
    if json:
        for persona in personas.values():
            typer.echo(persona.model_dump_json())
        return
    table = Table("persona", "domain", "tier", "style", "objections", box=None)
    table.columns[0].no_wrap = True  # an id is there to be copied
    tiers = list(Tier)
    for persona in sorted(personas.values(), key=lambda p: (p.domain, tiers.index(p.tier), p.id)):
        objections = ", ".join(o.act.removeprefix("objection_") for o in persona.objections)
        table.add_row(persona.id, persona.domain, persona.tier, persona.style, objections)
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
        typer.echo(f"{persona} is a sound persona{_strange_needs(found)}", err=True)


def _strange_needs(persona: Persona) -> str:
    """What to look at when it wants something that no persona of ours does."""
    from ai_salesman.conversation.errors import nearest
    from ai_salesman.simulators.population import builtin_personas

    known = {need for other in builtin_personas().values() for need in other.needs}
    strange = [need for need in persona.needs if need not in known]
    if not strange:
        return ""
    near = nearest(strange[0], known)
    hint = f" (did you mean {near!r}?)" if near else ""
    return f" for a campaign that has the need {strange[0]!r}{hint}"
