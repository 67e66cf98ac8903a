"""Short calls for tests of the store: everything that its columns show, in few words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from ai_salesman.conversation.episode import AgreedOffer, Episode, EpisodeScore
from ai_salesman.conversation.taxonomy import BuyingIntent, Speaker, StopReason
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.conversation.verdict import JudgeFailure, Verdict
from ai_salesman.simulators.population import builtin_personas

__all__ = ["judged_calls"]


def judged_calls(indices: Iterable[int], run: str = "test") -> list[Episode]:
    """Every third one sold; every seventh failed; some were judged without a ledger of claims."""
    return [_judged_call(index, run) for index in indices]


def _judged_call(index: int, run: str) -> Episode:
    personas = list(builtin_personas().values())
    sold, failed = index % 3 == 0, index % 7 == 6
    stop = StopReason.AGREED if sold else StopReason.REFUSED
    verdict = Verdict(judge="claims", claims=() if index % 2 else None)
    return Episode(
        run=run,
        index=index,
        seed=2**40 + index,
        persona=personas[index % len(personas)],
        turns=tuple(
            Turn(index=number, speaker=speaker, text=f"Größe «{index}»; said {number}\n✓")
            for number, speaker in enumerate((Speaker.SALESMAN, Speaker.CUSTOMER))
        ),
        stop=StopReason.INFRASTRUCTURE_ERROR if failed else stop,
        offer=AgreedOffer(price=149.5, list_price=199) if sold and not failed else None,
        error="no answer" if failed else None,
        verdicts=() if failed else (verdict, JudgeFailure(judge="j", error="x", cause="timeout")),
        score=None
        if failed
        else EpisodeScore(
            outcome=float(index % 10),
            process=None,
            total=float(index % 10) if index % 5 else None,
            intent=BuyingIntent.A if sold else BuyingIntent.C,
            converted=sold,
            honest=sold and index % 2 == 1,
        ),
        use=TokenUse(tokens_in=3 * index, tokens_out=index, usd=0.01 * index),
        seconds=0.5,
        finished=datetime(2026, 11, 1, 12, index // 60, index % 60, tzinfo=UTC),
    )
