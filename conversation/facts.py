"""The fact sheet: everything the salesman may claim, must say and must not say."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ai_salesman.conversation.slots import FACT_SLOTS
from ai_salesman.conversation.taxonomy import CustomerAct, FactKind

__all__ = ["DiscountStep", "Fact", "FactSheet", "Forbidden", "Need", "Strict"]


class Strict(BaseModel):
    """Base of everything read from a file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Need(Strict):
    """Something a customer of this offer may want; facts say which needs they serve."""

    phrase: str
    """Noun phrase or gerund for `{need}`: 'getting more walk-in customers'."""
    problem: str
    """Noun phrase for `{problem}`: 'quiet weekday afternoons'."""
    signs: tuple[str, ...] = ()
    """Other ways people speak about it; widens what the customer's ear catches."""


class Fact(Strict):
    """One named, typed claim that the salesman may make."""

    kind: FactKind
    wording: str
    """The claim in the grammatical form of its slot (see `conversation.slots`)."""
    slot: str = ""
    """Slot this fact fills; features default to `benefit`, others to their kind's name."""
    value: float | None = None
    """The figure inside the wording, where there is one: 199, 12, 30."""
    unit: str | None = None
    """Unit of `value`: 'USD/month', 'months', 'days', 'percent'."""
    serves: tuple[str, ...] = ()
    """Names of the needs that this fact serves."""
    answers: tuple[CustomerAct, ...] = ()
    """Objections and questions that this fact answers."""

    @model_validator(mode="after")
    def _default_slot(self) -> Self:
        slot = self.slot or ("benefit" if self.kind is FactKind.FEATURE else self.kind.value)
        if slot not in FACT_SLOTS:
            raise ValueError(f"slot {slot!r} is not one of {', '.join(FACT_SLOTS)}")
        object.__setattr__(self, "slot", slot)
        return self


class DiscountStep(Strict):
    """One rung of the discount ladder; the salesman may go down rung by rung."""

    percent: Annotated[float, Field(gt=0, lt=100)]
    wording: str
    """Noun phrase for `{discount}`: '10 percent off the first year'."""


class Forbidden(Strict):
    """A claim that must never be made, with phrases that would make it."""

    claim: str
    phrases: tuple[str, ...]


class FactSheet(Strict):
    """What may, must and must not be said about one offer."""

    objective: str = ""
    """What the call is for, in one line."""
    company: str
    agent: str
    """First name of the caller."""
    product: str
    """Noun phrase with article: 'the Local Spotlight plan'."""
    currency: str = "USD"
    price: Annotated[float, Field(gt=0)]
    """List price for one period (or once), in `currency`."""
    period: str = "month"
    """'month', 'year' or 'once'."""
    cost: Annotated[float, Field(ge=0)] = 0.0
    """What one period costs the seller: used for margin, never spoken."""
    facts: dict[str, Fact]
    needs: dict[str, Need]
    discounts: tuple[DiscountStep, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    disclosures: tuple[str, ...] = ()
    """Full sentences that must be said in the opening, word for word or nearly so."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name, fact in self.facts.items():
            for need in fact.serves:
                if need not in self.needs:
                    raise ValueError(
                        f"facts.{name}.serves: unknown need {need!r}; "
                        f"needs of this sheet: {', '.join(self.needs)}"
                    )
        if not any(fact.slot == "price" for fact in self.facts.values()):
            raise ValueError("facts: one fact must be of kind 'price'")
        if not any(fact.slot == "benefit" for fact in self.facts.values()):
            raise ValueError("facts: at least one fact must be of kind 'feature'")
        return self

    def in_slot(self, slot: str) -> dict[str, Fact]:
        """Facts that can fill `slot`, by name. `benefit_2` is filled like `benefit`."""
        wanted = "benefit" if slot == "benefit_2" else slot
        return {name: fact for name, fact in self.facts.items() if fact.slot == wanted}
