"""One played call in figures: all that a summary needs of it, some hundred times smaller.

A run of any length is summed up by reading its calls one by one and keeping these.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ai_salesman.campaigns.breaches import breaches_in
from ai_salesman.campaigns.margin import CallMargin, call_margin
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.taxonomy import (
    BuyingIntent,
    Capability,
    CustomerAct,
    Metric,
    Speaker,
    StopReason,
    Tier,
)
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.conversation.verdict import JudgeFailure, ScoreCell, Verdict
from ai_salesman.evaluation.attribution import Reading, attribute, helped
from ai_salesman.evaluation.health import is_healthy

__all__ = ["CallFigures", "figures_of"]


@dataclass(frozen=True, slots=True)
class CallFigures:
    """One call without its words."""

    index: int
    stop: StopReason
    tier: Tier
    business: str
    intent: BuyingIntent | None
    converted: bool
    honest: bool | None
    """Converted, and on no false claim; None where no ledger of claims was kept."""
    score: float | None
    cells: dict[Capability | Metric, tuple[float, ...]]
    """Scores of every judge that gave one."""
    claims: dict[str, int]
    """Claim status -> claims."""
    breaches: dict[str, tuple[int, ...]]
    """Rule, or `<status>_claims` -> how often each judge that looked found it."""
    salesman_turns: int
    margin: CallMargin
    health: dict[str, float]
    reading: Reading | None
    """Why it was lost."""
    helped: bool
    """Won with the help of an unhealthy simulator."""
    open_doubts: tuple[CustomerAct, ...]
    """Of a lost call: the objections that its customer's mind still held; for the reader only."""
    judge_failures: tuple[str, ...]
    """Judges whose verdict is missing."""
    use: TokenUse
    error: str | None
    """Why it failed for technical reasons."""

    @property
    def failed(self) -> bool:
        """It ended for technical reasons, and is never scored."""
        return self.stop is StopReason.INFRASTRUCTURE_ERROR

    @property
    def healthy(self) -> bool:
        """Whether every health signal lies below its bound."""
        return is_healthy(self.health)


def figures_of(episode: Episode, sheet: FactSheet) -> CallFigures:
    """The figures of one call."""
    verdicts = [v for v in episode.verdicts if isinstance(v, Verdict)]
    score = episode.score
    converted = episode.stop is StopReason.AGREED
    checked = any(verdict.claims is not None for verdict in verdicts)
    return CallFigures(
        index=episode.index,
        stop=episode.stop,
        tier=episode.persona.tier,
        business=episode.persona.business,
        intent=score.intent if score else None,
        converted=converted,
        honest=score is not None and score.honest if checked else None,
        score=score.total if score else None,
        cells=_cells(verdicts),
        claims=dict(Counter(claim.status for v in verdicts for claim in v.claims or ())),
        breaches=_breaches(verdicts),
        salesman_turns=sum(turn.speaker is Speaker.SALESMAN for turn in episode.turns),
        margin=call_margin(episode, sheet),
        health=episode.health,
        reading=attribute(episode, sheet),
        helped=helped(episode),
        open_doubts=() if converted else _open_doubts(episode),
        judge_failures=tuple(v.judge for v in episode.verdicts if isinstance(v, JudgeFailure)),
        use=episode.use,
        error=episode.error,
    )


def _cells(verdicts: list[Verdict]) -> dict[Capability | Metric, tuple[float, ...]]:
    found: dict[Capability | Metric, tuple[float, ...]] = {}
    for verdict in verdicts:
        pairs: list[tuple[Capability | Metric, ScoreCell]] = [
            *verdict.capabilities.items(),
            *verdict.metrics.items(),
        ]
        for name, cell in pairs:
            if cell.score is not None:
                found[name] = (*found.get(name, ()), cell.score)
    return found


def _breaches(verdicts: list[Verdict]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for verdict in verdicts:
        for name, count in breaches_in(verdict).items():
            found[name] = (*found.get(name, ()), count)
    return found


def _open_doubts(episode: Episode) -> tuple[CustomerAct, ...]:
    traces = [turn.trace for turn in episode.turns if turn.trace is not None]
    return traces[-1].open_objections if traces else ()
