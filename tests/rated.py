"""Two stored runs of one campaign on the same customers, written by hand."""

from __future__ import annotations

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode, EpisodeScore
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import BuyingIntent, Speaker, StopReason
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import Verdict
from ai_salesman.evaluation.outcome import OutcomeJudge

__all__ = ["A", "B", "stored_call", "two_runs"]

A, B = "run-static", "run-doga"
"""Ids of the two runs; B sorts before A."""


def stored_call(run: str, index: int, sold: bool, words: str = "") -> Episode:
    """A call in which something is sold, or not."""
    intent = BuyingIntent.A if sold else BuyingIntent.C
    total = 8.0 if sold else 5.0
    answer = "I'll take it." if sold else "No, thank you."
    lines = [f"Hello, may I tell you about our plan? {words}".strip(), answer, "Goodbye."]
    speakers = (Speaker.SALESMAN, Speaker.CUSTOMER, Speaker.SALESMAN)
    return Episode(
        run=run,
        index=index,
        seed=index,
        persona=Persona(id=f"baker-{index}", name="Ms. Rivera", needs={"visibility": 1.0}),
        turns=tuple(
            Turn(index=n, speaker=who, text=line)
            for n, (who, line) in enumerate(zip(speakers, lines, strict=True))
        ),
        stop=StopReason.AGREED if sold else StopReason.REFUSED,
        verdicts=(Verdict(judge="outcome", version=OutcomeJudge.version, intent=intent),),
        score=EpisodeScore(
            outcome=total,
            process=total,
            total=total,
            intent=intent,
            converted=sold,
            honest=False,
        ),
    )


def two_runs(url: str, campaign: Campaign, pairs: int = 4) -> RunStore:
    """A store of two runs; B sells to everybody, A to nobody but the last customer."""
    store = RunStore(url)
    for run, planner in ((A, "static"), (B, "doga")):
        store.begin(run, campaign.model_copy(update={"planner": planner, "episodes": pairs}))
        calls = [
            stored_call(run, n, sold=run == B or n == pairs - 1, words=f"[{planner}]")
            for n in range(pairs)
        ]
        store.save(run, calls)
    return store
