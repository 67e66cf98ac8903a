"""Two runs on the same customers, judged pair by pair: who leads, and can the judge be trusted?

The second run is the challenger: wins are its wins. Ties count as half a win.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.estimates import Rate
from ai_salesman.campaigns.in_flight import Progress, work_on
from ai_salesman.campaigns.pair_store import PairResult, PairStore, RunPair
from ai_salesman.campaigns.pairing import (
    EpisodePair,
    PlayedRun,
    load_runs,
    pair_episodes,
    pairing_of,
)
from ai_salesman.campaigns.rejudge import judged_call
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.errors import InputError, ModelReplyError, ModelUnreachableError
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.verdict import JudgeFailure
from ai_salesman.evaluation.comparison import Record
from ai_salesman.evaluation.pairwise import PairJudge, PairVerdict, PairVote, Preference
from ai_salesman.evaluation.statistics import wilson_interval
from ai_salesman.graphs.judging_graph import JUDGE_SECONDS

__all__ = ["Duel", "Duelist", "Duels", "PositionBias", "WinRate", "load_pair", "win_rate"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class WinRate(_Part):
    """Share of pairs that the challenger wins."""

    rate: float | None
    ci95: tuple[float, float] | None
    """Wilson interval, as if half a win could be drawn: with ties it is wider than it need be."""
    record: Record
    ties: Literal["count half"] = "count half"


class PositionBias(_Part):
    """Votes that went with the place and not with the call."""

    flipped: Rate
    """Votes in which both orders preferred the same place."""
    first: int
    """Of those, votes for the call shown first."""
    second: int


class Duel(_Part):
    """One pair."""

    index: int
    customer: str
    tier: str
    winner: Preference
    lead: float
    """Votes for b less votes for a, as a share: -1 to 1."""
    reason: str


class Duels(_Part):
    """What one pairwise judge says of two runs."""

    judge: str
    votes: int
    a: str
    """Label of the first run."""
    b: str
    """Label of the second run, the challenger."""
    runs: tuple[str, str]
    pairs: int
    """Pairs that were to be judged."""
    challenger: WinRate
    consistent: Rate
    """Votes that the order did not change."""
    position_bias: PositionBias
    self_agreement: float | None
    """Mean share of equal choices among two votes on one pair; None with a single vote."""
    quotes: int
    dropped_quotes: int
    """Quotes that stand in neither cited turn."""
    failures: dict[str, int]
    """Cause -> pairs without a verdict."""
    duels: tuple[Duel, ...]


def load_pair(store: RunStore, first: str, second: str) -> tuple[PlayedRun, PlayedRun]:
    """Two runs whose calls can be set against each other.

    Raises:
        UnknownNameError: there is no such run.
        InputError: the runs are the same, called other customers, or sell something else.
    """
    a, b = load_runs(store, [first, second], words=True)
    if a.info.id == b.info.id:
        raise InputError(f"both names mean run {a.info.id}; name two runs")
    pairing = pairing_of(a, b)
    if not pairing.paired:
        raise InputError(f"runs cannot be judged pair by pair: {pairing.reason}")
    if a.info.campaign.sheet != b.info.campaign.sheet:
        raise InputError("runs cannot be judged pair by pair: their fact sheets differ")
    return a, b


def win_rate(choices: Sequence[Preference]) -> WinRate:
    """How often b wins."""
    record = Record(wins=choices.count("b"), ties=choices.count("tie"), losses=choices.count("a"))
    points = record.wins + record.ties / 2
    return WinRate(
        rate=points / len(choices) if choices else None,
        ci95=wilson_interval(points, len(choices)) if choices else None,
        record=record,
    )


@dataclass(frozen=True)
class Duelist:
    """Has a pairwise judge compare the calls of two runs."""

    store: RunStore
    judge: PairJudge
    concurrency: int = 16
    """Pairs in flight."""
    seconds: float = JUDGE_SECONDS
    """Patience with one pair."""

    async def run(
        self,
        a: PlayedRun,
        b: PlayedRun,
        *,
        limit: int | None = None,
        again: bool = False,
        on_pair: Progress | None = None,
    ) -> Duels:
        """Judge what is missing, store it, and sum up.

        Args:
            a: the first run, from `load_pair`.
            b: the challenger.
            limit: only the first pairs, by index.
            again: also pairs that this judge has judged with as many votes.
            on_pair: told after each pair how many are done, of how many.
        """
        pairs = pair_episodes(a, b)[:limit]
        runs, kept = RunPair(a.info.id, b.info.id), PairStore(self.store)
        known = kept.results(runs, self.judge.name).get(self.judge.name, {})
        todo = [pair for pair in pairs if again or not self._has(known.get(pair[0].index))]

        async def sit(pair: EpisodePair) -> None:
            index = pair[0].index
            known[index] = await self._compared(pair, a.info.campaign.sheet)
            await asyncio.to_thread(kept.keep_results, runs, [(index, known[index])])

        await work_on(todo, sit, self.concurrency, on_pair)
        return self._report((a, b), pairs, known)

    def _has(self, result: PairResult | None) -> bool:
        return (
            isinstance(result, PairVerdict)
            and result.version == self.judge.version
            and len(result.votes) == self.judge.votes
        )

    async def _compared(self, pair: EpisodePair, sheet: FactSheet) -> PairResult:
        failure = {"judge": self.judge.name, "version": self.judge.version}
        first, second = (judged_call(call, sheet) for call in pair)
        try:
            return await asyncio.wait_for(self.judge.compare(first, second), self.seconds)
        except TimeoutError:
            late = f"no verdict in {self.seconds:g} s"
            return JudgeFailure(error=late, cause="timeout", **failure)
        except ModelReplyError as error:
            return JudgeFailure(error=str(error), cause="malformed", **failure)
        except ModelUnreachableError as error:
            return JudgeFailure(error=str(error), cause="unreachable", **failure)

    def _report(
        self,
        runs: tuple[PlayedRun, PlayedRun],
        pairs: Sequence[EpisodePair],
        results: Mapping[int, PairResult],
    ) -> Duels:
        judged = [(pair, results[pair[0].index]) for pair in pairs]
        verdicts = [(pair, v) for pair, v in judged if isinstance(v, PairVerdict)]
        failures = [result for _, result in judged if isinstance(result, JudgeFailure)]
        agreements = [s for _, v in verdicts if (s := v.self_agreement) is not None]
        votes = [vote for _, verdict in verdicts for vote in verdict.votes]
        return Duels(
            judge=self.judge.name,
            votes=self.judge.votes,
            a=runs[0].label,
            b=runs[1].label,
            runs=(runs[0].info.id, runs[1].info.id),
            pairs=len(pairs),
            challenger=win_rate([verdict.winner for _, verdict in verdicts]),
            consistent=Rate.of_flags([vote.consistent for vote in votes]),
            position_bias=_bias(votes),
            self_agreement=fmean(agreements) if agreements else None,
            quotes=sum(len(verdict.evidence) for _, verdict in verdicts),
            dropped_quotes=sum(verdict.dropped_quotes for _, verdict in verdicts),
            failures=dict(Counter(failure.cause for failure in failures)),
            duels=tuple(_duel(pair, verdict) for pair, verdict in verdicts),
        )


def _bias(votes: Sequence[PairVote]) -> PositionBias:
    places = [vote.place for vote in votes]
    return PositionBias(
        flipped=Rate.of_flags([place is not None for place in places]),
        first=places.count("first"),
        second=places.count("second"),
    )


def _duel(pair: EpisodePair, verdict: PairVerdict) -> Duel:
    return Duel(
        index=pair[0].index,
        customer=pair[0].persona.name,
        tier=pair[0].persona.tier.value,
        winner=verdict.winner,
        lead=verdict.lead,
        reason=verdict.reason,
    )
