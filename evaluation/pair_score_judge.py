"""A pairwise judge without a language model: the call with the higher embedded score.

It judges both calls with the embedded `outcome` and `conduct` judges and prefers the higher
score; a difference below the tie band is a tie. It has no order to be misled by.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Literal

from ai_salesman.conversation.verdict import Evidence, ScoreCell, Verdict
from ai_salesman.evaluation.base import Judge, JudgedCall
from ai_salesman.evaluation.pairwise import PairEvidence, PairVerdict, PairVote, Preference
from ai_salesman.evaluation.score import points_of

__all__ = ["TIE_BAND", "PairScoreJudge"]

TIE_BAND = 0.5
"""Points of 10. One class of buying intent moves the score by 1: half of it is no difference."""
_QUOTES = 2
"""Most quotes of each call."""


class PairScoreJudge:
    """Prefers by score. Deterministic: one vote, the same in both orders."""

    version = "1"
    votes = 1

    def __init__(
        self, judges: Sequence[Judge], outcome_weight: float = 0.5, band: float = TIE_BAND
    ):
        """With judges of outcome and conduct.

        Args:
            judges: those that make the score.
            outcome_weight: weight of the outcome, as in the campaign.
            band: differences below it are ties; 0: only equal scores are.
        """
        self.name = "score"
        self._judges = judges
        self._weight = outcome_weight
        self._band = band

    async def compare(self, a: JudgedCall, b: JudgedCall) -> PairVerdict:
        """The verdict; a tie where one of the calls has no score."""
        first, second = await asyncio.gather(self._verdicts(a), self._verdicts(b))
        mine, theirs = (points_of(v, self._weight).total for v in (first, second))
        winner = self._better(mine, theirs)
        return PairVerdict(
            judge=self.name,
            version=self.version,
            winner=winner,
            votes=(PairVote(a_first=winner, b_first=winner),),
            evidence=(*_quotes("a", first, second), *_quotes("b", second, first)),
            reason=_reason(mine, theirs, self._band),
        )

    async def _verdicts(self, call: JudgedCall) -> list[Verdict]:
        return [await judge.judge(call) for judge in self._judges]

    def _better(self, a: float | None, b: float | None) -> Preference:
        if a is None or b is None or abs(a - b) < self._band or a == b:
            return "tie"
        return "a" if a > b else "b"


def _reason(a: float | None, b: float | None, band: float) -> str:
    if a is None or b is None:
        return "a call without a score cannot be compared"
    return f"score a {a:.2f}, b {b:.2f}; tie below a difference of {band:g}"


def _quotes(
    name: Literal["a", "b"], mine: Sequence[Verdict], theirs: Sequence[Verdict]
) -> tuple[PairEvidence, ...]:
    """Where the intent was read, and the words behind the cell that leads by most."""
    found = [e for verdict in mine for e in verdict.intent_evidence][:1] + _leading(mine, theirs)
    return tuple(PairEvidence(call=name, turn=e.turn, quote=e.quote) for e in found[:_QUOTES])


def _leading(mine: Sequence[Verdict], theirs: Sequence[Verdict]) -> list[Evidence]:
    other = _cells(theirs)
    leads = [
        (cell.score - (other[key].score or 0.0), cell)
        for key, cell in _cells(mine).items()
        if cell.score is not None and key in other
    ]
    ahead = [(lead, cell) for lead, cell in leads if lead > 0 and cell.evidence]
    return list(max(ahead, key=lambda item: item[0])[1].evidence) if ahead else []


def _cells(verdicts: Sequence[Verdict]) -> dict[str, ScoreCell]:
    return {
        name.value: cell
        for verdict in verdicts
        for name, cell in (*verdict.capabilities.items(), *verdict.metrics.items())
    }
