"""The salesman without a language model: says the best script (the rule baseline).

The same rendering is what the claims guard falls back to.
"""

from __future__ import annotations

from ai_salesman.agents.base import CallView, SalesmanReply
from ai_salesman.agents.fact_choice import slot_values
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.slots import fill_slots

__all__ = ["ScriptSalesman", "best_script"]

_NOTHING_LEFT = (
    "I want to be useful rather than go round in circles. What would you need to hear from me?",
    "Let me stop talking for a moment. What matters most to you in this?",
    "I think I have said my part. Where does that leave you?",
)
"""Said when every fitting script has been used in this call."""


def best_script(call: CallView, outline: Outline) -> str:
    """The best retrieved script whose slots can all be filled."""
    values = slot_values(call, outline)
    for script in outline.scripts:
        text, missing = fill_slots(script.text, values)
        if not missing:
            return text
    return _NOTHING_LEFT[call.salesman_turns % len(_NOTHING_LEFT)]


class ScriptSalesman:
    """Says what the library says."""

    uri = "script"

    async def speak(
        self,
        call: CallView,
        outline: Outline,
        feedback: tuple[str, ...] = (),  # noqa: ARG002 (a script cannot be rewritten)
    ) -> SalesmanReply:
        """The best script for the outline."""
        return SalesmanReply(text=best_script(call, outline), end=outline.end_call)
