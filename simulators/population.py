"""Populations: a seeded distribution over personas."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, overload

from pydantic import Field

from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.persona import Persona, Traits
from ai_salesman.conversation.taxonomy import Tier
from ai_salesman.simulators.luck import Luck
from ai_salesman.simulators.persona_needs import check_needs

__all__ = ["Crowd", "Population", "builtin_personas", "draw", "find_persona", "load_persona"]


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

    def with_files(
        self,
        folder: Path,
        needs: Collection[str],
        source: Path | None = None,
        field: str = "population.personas",
    ) -> Population:
        """The population with persona files read in and checked.

        Args:
            folder: where relative paths start.
            needs: what the campaign's sheet offers.
            source: the file that names the personas, for messages.
            field: where it names them.

        Raises:
            UnknownNameError: a name is neither built in nor a YAML file, or a need is unknown.
            InputError: a file cannot be used.
        """
        elsewhere = {need for persona in builtin_personas().values() for need in persona.needs}
        found = []
        for place, given in enumerate(self.personas):
            if isinstance(given, Persona):
                check_needs(given, needs, elsewhere, source, f"{field}.{place}.needs")
                found.append(given)
                continue
            found.append(find_persona(given, folder, source, field))
            if given not in builtin_personas():
                check_needs(found[-1], needs, elsewhere, folder / given)
        return self.model_copy(update={"personas": tuple(found)})


@lru_cache(maxsize=1)
def builtin_personas() -> dict[str, Persona]:
    """The personas that ship with the package, by id."""
    folder = Path(str(resources.files("ai_salesman.simulators"))) / "personas"
    loaded = [load_persona(path) for path in sorted(folder.glob("*.yaml"))]
    return {persona.id: persona for persona in loaded}


def load_persona(path: Path) -> Persona:
    """Read a persona file.

    Raises:
        InputError: names file, line, field and fix.
    """
    return load_yaml_model(path, Persona)


def find_persona(
    name: str, folder: Path = Path(), source: Path | None = None, field: str | None = None
) -> Persona:
    """The built-in persona `name`, or the one in the YAML file of that path.

    Raises:
        UnknownNameError: neither built in nor a YAML file.
        InputError: the file cannot be used.
    """
    if name in builtin_personas():
        return builtin_personas()[name]
    if name.endswith((".yaml", ".yml")):
        return load_persona(folder / name)
    raise UnknownNameError("persona", name, builtin_personas(), source=source, field=field)


class Crowd(Sequence[Persona]):
    """The customers of a campaign by index, each made when asked for: a million take no room."""

    def __init__(self, population: Population, domain: str, count: int, seed: int):
        """
        Args:
            population: whom to call.
            domain: the campaign's trade; used when the population names no domains.
            count: how many customers.
            seed: the campaign's seed.

        Raises:
            UnknownNameError: a persona is neither built in nor a file.
            InputError: nobody fits the population.
        """
        self._population = population
        found = _by_tier(_members(population, domain), population)
        self._by_tier = {tier: _shuffled(members, seed) for tier, members in found.items()}
        self._indices = range(count)
        self._seed = seed

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, index: int) -> Persona: ...
    @overload
    def __getitem__(self, index: slice) -> list[Persona]: ...
    def __getitem__(self, index: int | slice) -> Persona | list[Persona]:
        if isinstance(index, slice):
            return [self._made(i) for i in self._indices[index]]
        return self._made(self._indices[index])

    def _made(self, index: int) -> Persona:
        return _customer(self._population, self._by_tier, index, self._seed)


def draw(population: Population, domain: str, count: int, seed: int) -> list[Persona]:
    """The first `count` customers of a campaign, all at once; see `Crowd`.

    Customer i depends on `seed` and i alone, so asking for more extends the list. Tiers, and
    the personas within a tier, follow one low-discrepancy sequence: even a short list shows
    every tier in its share, and nobody comes again long before the others of the tier came.
    """
    return list(Crowd(population, domain, count, seed))


def _members(population: Population, domain: str) -> list[Persona]:
    if population.personas:
        return [p if isinstance(p, Persona) else find_persona(p) for p in population.personas]
    domains = population.domains or ((domain,) if domain != "any" else ())
    everyone = list(builtin_personas().values())
    return [p for p in everyone if not domains or p.domain in (*domains, "any")]


def _by_tier(members: list[Persona], population: Population) -> dict[Tier, list[Persona]]:
    """Tier -> its personas, wanted tiers only; an empty tier borrows from every trade."""
    wanted = {tier: weight for tier, weight in population.tiers.items() if weight > 0}
    tiers = wanted or dict.fromkeys(sorted({p.tier for p in members}, key=list(Tier).index), 1.0)
    found = {tier: [p for p in members if p.tier is tier] for tier in tiers}
    if not population.personas:
        everyone = builtin_personas().values()
        found = {t: ps or [p for p in everyone if p.tier is t] for t, ps in found.items()}
    found = {tier: personas for tier, personas in found.items() if personas}
    if not found:
        raise InputError("no persona fits; widen personas, domains or tiers", field="population")
    return found


def _shuffled(members: list[Persona], seed: int) -> list[Persona]:
    """The personas of a tier in an order of the seed's own."""
    luck = Luck(seed, "personas")
    return sorted(members, key=lambda persona: (luck.uniform(persona.id), persona.id))


def _customer(
    population: Population, by_tier: dict[Tier, list[Persona]], index: int, seed: int
) -> Persona:
    tier, place = _place(population, list(by_tier), index, seed)
    members = by_tier[tier]
    base = members[min(int(place * len(members)), len(members) - 1)]
    return _varied(base, population.spread, Luck(seed, f"customer {index}"), index)


_GOLDEN = 0.6180339887498949
"""Step of the Kronecker sequence with the smallest discrepancy."""


def _place(population: Population, tiers: list[Tier], index: int, seed: int) -> tuple[Tier, float]:
    """The customer's tier, and where in the tier's share of the sequence it falls, in [0, 1].

    The sequence is as even within a tier's share as it is over all of them, which is what
    spreads the personas.
    """
    weights = [population.tiers.get(tier, 0.0) if population.tiers else 1.0 for tier in tiers]
    point = (Luck(seed, "tiers").uniform("start") + index * _GOLDEN) % 1.0 * sum(weights)
    for tier, weight in zip(tiers, weights, strict=True):
        if point < weight:
            return tier, point / weight
        point -= weight
    return tiers[-1], 1.0


def _varied(persona: Persona, spread: float, luck: Luck, index: int) -> Persona:
    """A person of this kind: traits, reserve and need weights moved a little."""

    def moved(value: float, kind: str) -> float:
        return min(1.0, max(0.0, value + spread * luck.normal(kind)))

    traits = {name: moved(value, name) for name, value in persona.traits.model_dump().items()}
    return persona.model_copy(
        update={
            "id": f"{persona.id}-{index:04d}",
            "traits": Traits(**traits),
            "reserve": max(0.0, persona.reserve * (1 + spread * luck.normal("reserve"))),
            "needs": {
                need: max(0.02, moved(weight, f"need:{need}"))
                for need, weight in persona.needs.items()
            },
        }
    )
