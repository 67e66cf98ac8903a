"""Populations: a seeded distribution over personas."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import Tier

__all__ = ["Population"]


class Population(Strict):
    """Which customers a campaign calls, in which proportions."""

    personas: tuple[Persona | str, ...] = ()
    """Ids of built-in personas, paths of persona files, or personas in place; empty: all of
    `domains`."""
    domains: tuple[str, ...] = ()
    """Persona domains to draw from; 'any' personas always fit. Empty: every domain."""
    tiers: dict[Tier, Annotated[float, Field(ge=0)]] = {}
    """Tier -> weight; empty: every tier alike."""
    spread: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    """Standard deviation of the seeded variation of traits, reserve and need weights."""

    def with_files(self, folder: Path) -> Population:
        """This population with each persona file, relative to `folder`, read into its place.

        Raises:
            InputError: a persona file is missing or broken.
        """
        return self.model_copy(
            update={
                "personas": tuple(
                    load_yaml_model(folder / persona, Persona)
                    if isinstance(persona, str) and persona.endswith((".yaml", ".yml"))
                    else persona
                    for persona in self.personas
                )
            }
        )
