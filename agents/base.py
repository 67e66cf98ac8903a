"""The seats on the selling side: planner, salesman, and what they may see of a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import TokenUse, Turn

__all__ = ["CallView", "Planner", "Salesman", "SalesmanReply"]


@dataclass(frozen=True)
class CallView:
    """All that the selling side knows of a call. Customer turns carry words only."""

    sheet: FactSheet
    lead: Lead
    turns: tuple[Turn, ...]
    """Its own turns keep their outlines: that is the planner's memory."""
    seed: int
    max_turns: int
    """Most salesman turns of this call."""

    @property
    def last_customer_words(self) -> str:
        """The customer's last turn; empty at the opening of a cold call."""
        for turn in reversed(self.turns):
            if turn.speaker is Speaker.CUSTOMER:
                return turn.text
        return ""

    @property
    def salesman_turns(self) -> int:
        """How many turns the salesman has taken."""
        return sum(turn.speaker is Speaker.SALESMAN for turn in self.turns)

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """The outlines of the turns so far, oldest first."""
        return tuple(turn.outline for turn in self.turns if turn.outline is not None)


@dataclass(frozen=True)
class SalesmanReply:
    """A draft of the salesman's next turn."""

    text: str
    end: bool = False
    """The salesman ends the call with this turn (a structured signal, never goodbye words)."""
    use: TokenUse = TokenUse()
    outline: Outline | None = None
    """The salesman's own plan of the turn, when it was given none."""


class Planner(Protocol):
    """Plans one salesman turn."""

    name: str

    async def plan(self, call: CallView) -> Outline:
        """The outline of the next turn, without scripts."""
        ...


class Salesman(Protocol):
    """Speaks one salesman turn."""

    uri: str

    async def speak(
        self, call: CallView, outline: Outline, feedback: tuple[str, ...] = ()
    ) -> SalesmanReply:
        """The next turn. `feedback` holds what was wrong with the last draft of it."""
        ...
