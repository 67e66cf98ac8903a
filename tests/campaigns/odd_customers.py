"""Customers with one fault each, for the checks to find."""

from __future__ import annotations

from ai_salesman.conversation.episode import AgreedOffer
from ai_salesman.conversation.taxonomy import Speaker, StopReason, Tier
from ai_salesman.conversation.turn import Turn
from ai_salesman.simulators.base import CustomerReply, CustomerState, Scene
from ai_salesman.simulators.luck import Luck

_DECIDES = 4


class Deaf:
    """Listens to nobody: after four turns it tosses a coin that only its name and seed decide."""

    name = "deaf"

    def begin(self, scene: Scene) -> CustomerState:
        """Nothing to remember."""
        return CustomerState(scene=scene)

    async def respond(self, state: CustomerState, transcript: tuple[Turn, ...]) -> CustomerReply:
        """The coin."""
        if (len(transcript) + 1) // 2 < _DECIDES:
            return CustomerReply(text=f"{self.first_words(state)} Go on.", state=state)
        luck = Luck(state.scene.seed, state.scene.persona.id)
        if luck.chance(0.5, "coin"):
            offer = AgreedOffer(price=1, list_price=1)
            return CustomerReply(
                text="I'll take it.", stop=StopReason.AGREED, offer=offer, state=state
            )
        return CustomerReply(text="No, thank you.", stop=StopReason.REFUSED, state=state)

    def first_words(self, state: CustomerState) -> str:
        """What it says while it waits."""
        return f"I see, and so does {state.scene.persona.name}."


class Leaky(Deaf):
    """Says what it has in its head: its reserve price and the name of a knob."""

    name = "leaky"

    def first_words(self, state: CustomerState) -> str:
        """Its hidden numbers."""
        return f"I would pay ${state.scene.reserve:.2f}, my price_sensitivity is high."


class GivesItselfAway(Deaf):
    """Greets kindly when it is easy, gruffly when it is hard."""

    name = "gives-itself-away"

    def first_words(self, state: CustomerState) -> str:
        """The tier, in other words."""
        hard = state.scene.persona.tier not in (Tier.EASY, Tier.MEDIUM)
        return "Who are you, what do you want?" if hard else "Oh hello, how lovely to hear you."


class LovesRepetition(Deaf):
    """Hangs up at the second new thought in a row, and never while it is told the same again."""

    name = "loves-repetition"

    async def respond(self, state: CustomerState, transcript: tuple[Turn, ...]) -> CustomerReply:
        """Stays for the refrain."""
        heard = [turn.text for turn in transcript if turn.speaker is Speaker.SALESMAN]
        if len(heard) > 3 and len(set(heard)) == len(heard):
            return CustomerReply(text="Boring.", stop=StopReason.HUNG_UP, state=state)
        return CustomerReply(text="Lovely, say it again.", state=state)


class Forgetful(Deaf):
    """Doubts the caller once, and has forgotten it by the next turn, whatever was said."""

    name = "forgetful"

    async def respond(self, state: CustomerState, transcript: tuple[Turn, ...]) -> CustomerReply:
        """One doubt, then none."""
        first = len(transcript) == 3
        text = "I don't trust this, it sounds like a scam to me." if first else "All right, go on."
        return CustomerReply(text=text, state=state)


class Saleswoman(Deaf):
    """Takes the caller's part."""

    name = "saleswoman"

    def first_words(self, state: CustomerState) -> str:
        """An offer of her own."""
        me = state.scene.persona.name
        return f"This is {me}, I'm calling about our plan. Would you like to sign up?"


class Chatterbox(Deaf):
    """Never says in ten words what can be said in a hundred."""

    name = "chatterbox"

    def first_words(self, state: CustomerState) -> str:
        """A hundred words."""
        me = state.scene.persona.name
        return f"And my neighbour told {me} that the weather had been better the year before. " * 8


class SpendsMore(Deaf):
    """Pays ten times what anything is worth to it."""

    name = "spends-more"

    async def respond(self, state: CustomerState, transcript: tuple[Turn, ...]) -> CustomerReply:
        """A yes, with money it does not have."""
        if len(transcript) < 2:
            return CustomerReply(text="Go on.", state=state)
        price = 10 * state.scene.reserve
        offer = AgreedOffer(price=price, list_price=price)
        return CustomerReply(text="I'll take it.", stop=StopReason.AGREED, offer=offer, state=state)
