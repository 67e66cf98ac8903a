"""The calls that the checks look at: one campaign, its customers, and what was said to them.

Customers of all tiers are called alike, and their reserve prices are fixed in currency, so
that a scaled price list does not scale what the offer is worth to them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import TypeVar

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.runner import CampaignRunner
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import ModelReplyError
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.models.batching import Cohort
from ai_salesman.simulators.base import Customer, Scene

__all__ = [
    "OpenCalls",
    "Tick",
    "Trial",
    "play_campaign",
    "side_by_side",
    "spoken_words",
    "trial_campaign",
    "with_fixed_reserve",
]

Found = TypeVar("Found")
_AT_ONCE = 16

OpenCalls = Callable[[Campaign], AbstractAsyncContextManager[CampaignRunner]]
"""Makes the parts of a campaign work, with an empty store; `wiring.open_runner` does."""
Tick = Callable[[str], None]
"""Told the name of the check whenever one more call of it has been made."""


@dataclass(frozen=True)
class Trial:
    """One campaign's customers and the calls that were played with them as they are."""

    campaign: Campaign
    customer: Customer
    episodes: tuple[Episode, ...]
    """Without those that a model failed in."""
    failed: int = 0

    @property
    def sheet(self) -> FactSheet:
        """What is sold."""
        return self.campaign.sheet

    def scene(self, episode: Episode) -> Scene:
        """The scene in which the customer of `episode` stood."""
        return Scene.of(self.sheet, episode.persona, episode.seed)


def trial_campaign(
    campaign: Campaign, customer: str, salesman: str, episodes: int, seed: int
) -> Campaign:
    """The campaign as the checks play it: all tiers alike, nobody judged."""
    return campaign.model_copy(
        update={
            "customer": customer,
            "salesman": salesman,
            "episodes": episodes,
            "seed": seed,
            "judges": (),
            "population": campaign.population.model_copy(update={"tiers": {}}),
        }
    )


def with_fixed_reserve(persona: Persona, list_price: float) -> Persona:
    """The same customer with the reserve price in currency, whatever the list price becomes."""
    if persona.reserve_unit == "absolute":
        return persona
    return persona.model_copy(
        update={"reserve": persona.reserve * list_price, "reserve_unit": "absolute"}
    )


async def play_campaign(runner: CampaignRunner, list_price: float, tick: Tick, what: str) -> Trial:
    """Play all calls of a campaign with customers whose reserves were set at `list_price`.

    Raises:
        ModelReplyError: not one call could be played.
    """
    fixed = tuple(with_fixed_reserve(persona, list_price) for persona in runner.personas)
    runner = replace(runner, personas=fixed)
    await runner.run("check", 2 * runner.campaign.cohort, on_played=lambda _: tick(what))
    episodes = tuple(runner.store.episodes("check"))
    played = tuple(e for e in episodes if e.stop is not StopReason.INFRASTRUCTURE_ERROR)
    if not played:
        raise ModelReplyError(f"no call could be played: {episodes[0].error}")
    return Trial(runner.campaign, runner.parts.customer, played, len(episodes) - len(played))


async def side_by_side(works: Sequence[Callable[[], Awaitable[Found]]]) -> list[Found]:
    """Do all of `works`, some at a time, so that they share batches; results in their order."""
    found: list[Found] = []
    for start in range(0, len(works), _AT_ONCE):
        some = works[start : start + _AT_ONCE]
        cohort = Cohort(len(some))
        found += await asyncio.gather(*(_sit(cohort, i, work) for i, work in enumerate(some)))
    return found


async def _sit(cohort: Cohort, place: int, work: Callable[[], Awaitable[Found]]) -> Found:
    async with cohort.member(place):
        return await work()


def spoken_words(episode: Episode) -> tuple[str, ...]:
    """The salesman's turns that the customer answered: a farewell after the end is left out."""
    answered = max((t.index for t in episode.turns if t.speaker is Speaker.CUSTOMER), default=-1)
    return tuple(
        t.text for t in episode.turns if t.speaker is Speaker.SALESMAN and t.index < answered
    )
