"""A hand-made call with a plan: the customer asks for the price, the salesman answers."""

from __future__ import annotations

from played import call

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.outline import IntentReading, Outline, RetrievedScript
from ai_salesman.conversation.slots import fill_slots
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, StopReason, Strategy
from ai_salesman.conversation.turn import Turn

__all__ = ["planned_call"]


def planned_call(index: int, script: str, sold: bool) -> Episode:
    """A call in which the salesman fills `script`, which the library had returned."""
    plan = Outline(
        intent=IntentReading(act=CustomerAct.ASK_PRICE, probability=0.9),
        stage=Stage.PRESENTATION,
        strategy=Strategy.STATE_PRICE,
        scripts=(
            RetrievedScript(
                id="s",
                text=script,
                strategy=Strategy.STATE_PRICE,
                similarity=0.8,
                success=0.5,
                score=0.4,
            ),
        ),
    )
    text, _ = fill_slots(script, {"price": "the price of two coffees a day"})
    asked = Turn(index=0, speaker=Speaker.CUSTOMER, text="How much is it?")
    told = Turn(index=1, speaker=Speaker.SALESMAN, text=text, outline=plan)
    stop = StopReason.AGREED if sold else StopReason.REFUSED
    return call(index, sold).model_copy(update={"turns": (asked, told), "stop": stop})
