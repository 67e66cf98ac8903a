"""Which of two calls to the same customer is better? What a pairwise judge is, and says.

Each vote is asked in both orders. A preference that goes with the place and not with the call
is a tie, and is counted as position bias.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from ai_salesman.evaluation.base import JudgedCall

__all__ = ["PairEvidence", "PairJudge", "PairVerdict", "PairVote", "Preference", "winner_of"]

Preference = Literal["a", "b", "tie"]
"""The better one of call a and call b."""

_OTHER: dict[Preference, Preference] = {"a": "b", "b": "a", "tie": "tie"}


class PairEvidence(BaseModel):
    """Words of one of the two calls."""

    model_config = ConfigDict(frozen=True)

    call: Literal["a", "b"]
    turn: int
    quote: str

    def swapped(self) -> PairEvidence:
        """The same with the names of the calls exchanged."""
        return self.model_copy(update={"call": _OTHER[self.call]})


class PairVote(BaseModel):
    """One vote: what was preferred with a shown first, and with b shown first."""

    model_config = ConfigDict(frozen=True)

    a_first: Preference
    b_first: Preference

    @property
    def choice(self) -> Preference:
        """What both orders agree on; a tie where they do not."""
        return self.a_first if self.consistent else "tie"

    @property
    def consistent(self) -> bool:
        """Whether the order made no difference."""
        return self.a_first == self.b_first

    @property
    def place(self) -> Literal["first", "second"] | None:
        """The place that was preferred in both orders, whatever stood there: position bias."""
        match self.a_first, self.b_first:
            case ("a", "b"):
                return "first"
            case ("b", "a"):
                return "second"
        return None

    def swapped(self) -> PairVote:
        """The same with the names of the calls exchanged."""
        return PairVote(a_first=_OTHER[self.b_first], b_first=_OTHER[self.a_first])


class PairVerdict(BaseModel):
    """What a pairwise judge says of two calls."""

    model_config = ConfigDict(frozen=True)

    judge: str
    version: str = "1"
    winner: Preference
    votes: tuple[PairVote, ...]
    evidence: tuple[PairEvidence, ...] = ()
    """Quotes that stand in the calls, most telling first."""
    dropped_quotes: int = 0
    """Quotes that the judge gave and that stand in neither cited turn."""
    reason: str = ""

    @property
    def consistency(self) -> float:
        """Share of votes that did not change with the order."""
        return sum(vote.consistent for vote in self.votes) / len(self.votes)

    @property
    def self_agreement(self) -> float | None:
        """Share of pairs of votes with the same choice; None with a single vote."""
        pairs = list(combinations((vote.choice for vote in self.votes), 2))
        return sum(one == other for one, other in pairs) / len(pairs) if pairs else None

    @property
    def lead(self) -> float:
        """Votes for b less votes for a, as a share of all: -1 to 1."""
        choices = [vote.choice for vote in self.votes]
        return (choices.count("b") - choices.count("a")) / len(choices)

    def swapped(self) -> PairVerdict:
        """The same with the names of the calls exchanged."""
        return self.model_copy(
            update={
                "winner": _OTHER[self.winner],
                "votes": tuple(vote.swapped() for vote in self.votes),
                "evidence": tuple(quote.swapped() for quote in self.evidence),
            }
        )


def winner_of(votes: Sequence[PairVote]) -> Preference:
    """What more than half of the votes name; a tie otherwise."""
    choices: list[Preference] = [vote.choice for vote in votes]
    return next((c for c in choices if 2 * choices.count(c) > len(choices)), "tie")


class PairJudge(Protocol):
    """Says which of two calls to the same customer is better."""

    name: str
    version: str
    votes: int
    """How often it votes, each time in both orders."""

    async def compare(self, a: JudgedCall, b: JudgedCall) -> PairVerdict:
        """The verdict on two calls that sell the same.

        Raises:
            ModelError: a model behind the judge failed; becomes a `JudgeFailure`.
        """
        ...
