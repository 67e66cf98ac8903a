"""Personas: who the simulated customer is, what it wants, and how it talks."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.taxonomy import CustomerAct, Style, Tier

__all__ = ["Objection", "Persona", "Remedy", "Traits"]

Unit = Annotated[float, Field(ge=0, le=1)]

Remedy = Literal[
    "guarantee",
    "discount",
    "proof",
    "term",
    "feature",
    "process",
    "empathy",
    "callback",
    "price",
]
"""What can answer a doubt: a kind of fact, kind words, or a later call."""

OBJECTIONS = frozenset(act for act in CustomerAct if act.value.startswith("objection_"))


class Traits(Strict):
    """Character, each in [0, 1]."""

    trust: Unit = 0.5
    """Trust in a stranger on the telephone at the start."""
    patience: Unit = 0.6
    """Patience at the start."""
    price_sensitivity: Unit = 0.5
    """How much a unit of price outweighs a unit of value."""
    talkativeness: Unit = 0.5
    """How readily it tells things unasked."""
    openness: Unit = 0.5
    """Interest in something new at the start."""


class Objection(Strict):
    """A doubt that the customer carries into the call."""

    act: CustomerAct
    strength: Unit = 0.5
    resolved_by: tuple[Remedy, ...] = ()
    """What can resolve it. Empty means the act's usual remedies."""

    @model_validator(mode="after")
    def _is_objection(self) -> Self:
        if self.act not in OBJECTIONS:
            names = ", ".join(sorted(OBJECTIONS))
            raise ValueError(f"act {self.act.value!r} is not an objection; one of {names}")
        return self


class Persona(Strict):
    """One simulated customer. Everything but `lead` is hidden from the salesman."""

    id: str
    name: str
    """Salutation: 'Ms. Rivera'."""
    business: str = "household"
    """What it runs, as a noun phrase without article: 'bakery'; 'household' for a consumer."""
    domain: str = "any"
    """Trade the persona was written for; campaigns pick personas by domain."""
    background: str = ""
    """One or two sentences in the third person, for model-played customers."""
    tier: Tier = Tier.MEDIUM
    style: Style = Style.PLAIN
    needs: dict[str, Unit]
    """Need name -> weight. Normalised over the needs that the campaign's sheet knows."""
    reserve: Annotated[float, Field(ge=0)] = 1.0
    """Reserve price for full coverage of its needs, as a multiple of the list price
    (1.0 = would pay exactly the list price), or absolute if `reserve_unit` says so."""
    reserve_unit: Literal["list_price", "absolute"] = "list_price"
    traits: Traits = Traits()
    haggles: Unit | None = None
    """Chance that it names a price of its own; left out, it follows from price sensitivity."""
    objections: tuple[Objection, ...] = ()
    authority: Literal["alone", "must_ask"] = "alone"
    timing: Literal["now", "later"] = "now"
    competitor: str = "our current provider"

    @model_validator(mode="after")
    def _has_needs(self) -> Self:
        if not self.needs or sum(self.needs.values()) <= 0:
            raise ValueError("needs: at least one need with a weight above 0")
        return self

    @property
    def lead(self) -> Lead:
        """What a call centre knows before the call."""
        return Lead(name=self.name, business=self.business)


class Lead(Strict):
    """What the salesman knows of the customer before the call."""

    name: str
    business: str
