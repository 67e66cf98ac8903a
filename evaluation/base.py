"""The judge's seat: what a judge is given, and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import Verdict

__all__ = ["Judge", "JudgedCall"]


@dataclass(frozen=True)
class JudgedCall:
    """All that a judge sees: words, the fact sheet, and whom was called.

    No outline, no customer state, no stop reason.
    """

    transcript: tuple[Turn, ...]
    sheet: FactSheet
    lead: Lead


class Judge(Protocol):
    """Scores a finished call."""

    name: str
    version: str

    async def judge(self, call: JudgedCall) -> Verdict:
        """The verdict on one call.

        Raises:
            ModelError: a model behind the judge failed; becomes a `JudgeFailure`.
        """
        ...
