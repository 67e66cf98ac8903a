"""Say given words to a customer, turn by turn, without a salesman behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ai_salesman.conversation.errors import ModelError
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.conversation.turn import CustomerTrace, Turn
from ai_salesman.simulators.base import Customer, CustomerReply, CustomerState, Scene

__all__ = ["Line", "Replay", "replay"]


@dataclass(frozen=True)
class Replay:
    """A customer's answers to given words, and where that left the call."""

    turns: tuple[Turn, ...]
    replies: tuple[CustomerReply, ...]
    stop: StopReason | None
    """None: still on the line when the words ran out."""

    @property
    def converted(self) -> bool:
        """The customer committed."""
        return self.stop is StopReason.AGREED

    @property
    def trace(self) -> CustomerTrace | None:
        """The customer's mind at the end, where it shows one."""
        return self.replies[-1].trace if self.replies else None

    @property
    def words(self) -> tuple[str, ...]:
        """What the customer said."""
        return tuple(reply.text for reply in self.replies)


class Line:
    """An open line to one customer. `say` may be called from the same point more than once:
    each gives a new line and leaves this one as it is."""

    def __init__(
        self,
        customer: Customer,
        state: CustomerState,
        turns: tuple[Turn, ...] = (),
        replies: tuple[CustomerReply, ...] = (),
    ):
        self._customer = customer
        self._state = state
        self.turns = turns
        self.replies = replies

    @classmethod
    def ring(cls, customer: Customer, scene: Scene) -> Line:
        """The customer picks up the telephone."""
        return cls(customer, customer.begin(scene))

    @property
    def ended(self) -> StopReason | None:
        """Why the customer ended the call, if it did."""
        return self.replies[-1].stop if self.replies else None

    async def say(self, text: str) -> Line:
        """The line after the salesman said `text` and the customer answered.

        Raises:
            ModelError: a model behind the customer failed.
        """
        spoken = Turn(index=len(self.turns), speaker=Speaker.SALESMAN, text=text)
        heard = (*self.turns, spoken)
        reply = await self._customer.respond(self._state, heard)
        answer = Turn(
            index=len(heard), speaker=Speaker.CUSTOMER, text=reply.text, messages=reply.messages
        )
        return Line(self._customer, reply.state, (*heard, answer), (*self.replies, reply))


async def replay(customer: Customer, scene: Scene, lines: Sequence[str]) -> Replay | None:
    """Say `lines` until the customer ends the call; None when a model failed."""
    line = Line.ring(customer, scene)
    try:
        for text in lines:
            line = await line.say(text)
            if line.ended is not None:
                break
    except ModelError:
        return None
    return Replay(line.turns, line.replies, line.ended)
