"""Scripts: short delexicalised lines that answer one intent with one strategy."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.slots import FACT_SLOTS, SLOT_FORMS, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy

__all__ = ["Pack", "Script", "Segment"]

Segment = Literal["any", "business", "household", "price_sensitive"]


class Script(Strict):
    """One line of the library."""

    id: str
    stage: Stage
    intent: CustomerAct
    """The customer's act that this script answers."""
    strategy: Strategy
    text: Annotated[str, Field(min_length=3)]
    segment: Segment = "any"
    source: str = "hand-written"
    wins: Annotated[int, Field(ge=0)] = 0
    """Calls won, of those in which this script was observed."""
    losses: Annotated[int, Field(ge=0)] = 0
    alpha: Annotated[float, Field(gt=0)] | None = None
    """With `beta`: the Beta posterior of its success, where a whole corpus stood behind it.
    Without, `success.SuccessPosterior` works it out from the wins and losses of the library."""
    beta: Annotated[float, Field(gt=0)] | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """Fact slots that must be filled before this script can be said."""
        return tuple(slot for slot in slots_in(self.text) if slot in FACT_SLOTS)

    @model_validator(mode="after")
    def _known_slots(self) -> Self:
        for slot in slots_in(self.text):
            if slot not in SLOT_FORMS:
                raise ValueError(
                    f"script {self.id!r} uses unknown fact {{{slot}}}; "
                    f"known: {', '.join(sorted(SLOT_FORMS))}"
                )
        return self

    @model_validator(mode="after")
    def _whole_posterior(self) -> Self:
        if (self.alpha is None) != (self.beta is None):
            raise ValueError(f"script {self.id!r} has one of alpha and beta; give both or neither")
        return self


class Pack(Strict):
    """A file of scripts."""

    pack: str
    version: int = 1
    stage: Stage | None = None
    """Stage of all scripts that name none themselves."""
    source: str = "hand-written"
    alone: bool = False
    """Leaves the built-in packs out of a library that this pack is in."""
    scripts: tuple[Script, ...]

    @model_validator(mode="before")
    @classmethod
    def _inherit(cls, data: object) -> object:
        """Scripts take stage and source from their pack."""
        if not isinstance(data, dict) or not isinstance(data.get("scripts"), list):
            return data
        shared = {key: data[key] for key in ("stage", "source") if key in data}
        scripts = [{**shared, **s} if isinstance(s, dict) else s for s in data["scripts"]]
        return {**data, "scripts": scripts}

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        for script, count in Counter(script.id for script in self.scripts).items():
            if count > 1:
                raise ValueError(f"scripts: id {script!r} is used {count} times; rename the others")
        return self
