"""A customer in one file: a class with `name`, `begin` and `respond`.

    ai-salesman run examples/campaigns/merchant_ads.yaml \
        --customer python:examples/plugins/my_customer.py:PoliteRefuser
"""

from __future__ import annotations

from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.turn import Turn
from ai_salesman.simulators.base import CustomerReply, CustomerState, Scene


class PoliteRefuser:
    """Listens to three turns, then says no."""

    name = "polite-refuser"

    def begin(self, scene: Scene) -> CustomerState:
        """Nothing to remember beyond the scene."""
        return CustomerState(scene=scene)

    async def respond(self, state: CustomerState, transcript: tuple[Turn, ...]) -> CustomerReply:
        """Answer the last turn of the transcript."""
        heard = (len(transcript) + 1) // 2
        if heard >= 3:
            words = "Thank you for explaining, but no."
            return CustomerReply(text=words, stop=StopReason.REFUSED, state=state)
        return CustomerReply(text="I see. Go on.", state=state)
