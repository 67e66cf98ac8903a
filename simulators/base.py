"""The buying side's seat: what a simulated customer is given, and what it answers.

A customer hears a transcript of words. It is never handed an outline, a stage, a script or
a fact sheet: `Scene` holds all that it knows about the world of the offer.
"""

from __future__ import annotations

from typing import Protocol

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.episode import AgreedOffer
from ai_salesman.conversation.facts import FactSheet, Need
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.turn import CustomerTrace, TokenUse, Turn

__all__ = ["Customer", "CustomerReply", "CustomerState", "Scene"]


class Scene(BaseModel):
    """What a customer knows of its own wishes in the world of one campaign."""

    model_config = ConfigDict(frozen=True)

    persona: Persona
    weights: dict[str, float]
    """Need -> weight, normalised over the needs of this campaign; sums to 1."""
    needs: dict[str, Need]
    helps: dict[str, tuple[str, ...]]
    """Need -> examples of what would help, as the customer would recognise it by ear."""
    reserve: float
    """Reserve price for full coverage, in the campaign's currency."""
    currency: str
    seed: int

    @classmethod
    def of(cls, sheet: FactSheet, persona: Persona, seed: int) -> Scene:
        """The scene of `persona` in a campaign about `sheet`."""
        known = {need: weight for need, weight in persona.needs.items() if need in sheet.needs}
        if not known:
            known = dict.fromkeys(sheet.needs, 1.0)
        total = sum(known.values())
        absolute = persona.reserve_unit == "absolute"
        return cls(
            persona=persona,
            weights={need: weight / total for need, weight in known.items()},
            needs=sheet.needs,
            helps={
                need: tuple(f.wording for f in sheet.facts.values() if need in f.serves)
                for need in sheet.needs
            },
            reserve=persona.reserve if absolute else persona.reserve * sheet.price,
            currency=sheet.currency,
            seed=seed,
        )


class CustomerState(BaseModel):
    """The customer's mind between two turns. Kinds of customers add fields of their own.

    It is plain data, so a call can be stored, and replayed from any turn.
    """

    scene: Scene


class CustomerReply(BaseModel):
    """What the customer says, and where that leaves the call."""

    model_config = ConfigDict(frozen=True)

    text: str
    messages: tuple[str, ...] = ()
    stop: StopReason | None = None
    """Set when the customer ends the call, or commits, with these words."""
    offer: AgreedOffer | None = None
    """With `StopReason.AGREED`: the terms as the customer heard them."""
    trace: CustomerTrace | None = None
    state: CustomerState
    use: TokenUse = TokenUse()


class Customer(Protocol):
    """A kind of simulated customer; one object serves many calls at once."""

    name: str

    def begin(self, scene: Scene) -> CustomerState:
        """The mind of a customer who has just picked up the telephone."""
        ...

    async def respond(self, state: CustomerState, transcript: tuple[Turn, ...]) -> CustomerReply:
        """Answer the last turn of `transcript`, which holds words only.

        Must not change `state`: the new one comes back in the reply.
        """
        ...
