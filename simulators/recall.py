"""A customer's mind in the middle of a recorded call, rebuilt from the words that were said.

No salesman, planner or judge is asked. A customer whose state holds nothing but its scene
(one that a language model plays) has the transcript for its memory and is not asked either.
Any other hears the recorded words again, turn by turn; with its own keyed luck it answers as
it did then, and each answer is held against the recorded one.
"""

from __future__ import annotations

from dataclasses import dataclass

from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import Turn
from ai_salesman.simulators.base import Customer, CustomerState, Scene

__all__ = ["Recalled", "recall"]


@dataclass(frozen=True)
class Recalled:
    """A mind rebuilt from a transcript."""

    state: CustomerState
    differs_at: int | None
    """Number of the first customer turn that came out otherwise than recorded; None when the
    whole call was lived through again word for word."""


async def recall(customer: Customer, scene: Scene, transcript: tuple[Turn, ...]) -> Recalled:
    """The mind of `customer` after `transcript`, which holds words only.

    Args:
        customer: of the kind that played the recorded call.
        scene: as in the recorded call, its seed included.
        transcript: the call so far.

    Raises:
        ModelError: a customer that needs a model to answer got no answer from it.
    """
    state = customer.begin(scene)
    if type(state) is CustomerState:
        return Recalled(state, None)
    differs_at: int | None = None
    for position, turn in enumerate(transcript):
        if turn.speaker is Speaker.CUSTOMER and position:
            reply = await customer.respond(state, transcript[:position])
            state = reply.state
            if differs_at is None and reply.text != turn.text:
                differs_at = turn.index
    return Recalled(state, differs_at)
