"""Populations: a seeded distribution over personas."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.taxonomy import Tier

__all__ = ["Population"]


class Population(Strict):
    """Which customers a campaign calls, in which proportions."""

    personas: tuple[str, ...] = ()
    """Ids of built-in personas or paths of persona files; empty: all of `domains`."""
    domains: tuple[str, ...] = ()
    """Persona domains to draw from; 'any' personas always fit. Empty: every domain."""
    tiers: dict[Tier, Annotated[float, Field(ge=0)]] = {}
    """Tier -> weight; empty: every tier alike."""
    spread: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    """Standard deviation of the seeded variation of traits, reserve and need weights."""
