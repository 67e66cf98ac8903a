"""Judge stored calls again, or by further judges; score and health follow.

A judge's verdict replaces its earlier one, other judges' verdicts stay. Each call is stored as
soon as it is judged, so an interrupted command goes on where it stopped.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.in_flight import Progress, work_on
from ai_salesman.campaigns.store import RunStore
from ai_salesman.campaigns.summary import RunSummary, summarise
from ai_salesman.conversation.episode import Episode, transcript_of
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.verdict import JudgeFailure, JudgeResult, Verdict
from ai_salesman.evaluation.base import Judge, JudgedCall
from ai_salesman.evaluation.health import health_of
from ai_salesman.evaluation.panel import PanelAgreement, panel_agreement
from ai_salesman.evaluation.rubric import conduct_rubric
from ai_salesman.evaluation.score import score_call
from ai_salesman.graphs.judging_graph import JUDGE_SECONDS, build_judging_graph, judge_call

__all__ = ["JudgeWork", "Rejudged", "Rejudger", "judged_call"]


class JudgeWork(BaseModel):
    """What one judge did in this sitting."""

    model_config = ConfigDict(frozen=True)

    judged: int
    """Calls with a new verdict."""
    skipped: int
    """Calls that it had judged before."""
    failed: int
    """Calls that it could not judge; stored as failures, asked again next time."""
    causes: dict[str, int]
    """Cause -> failures."""
    kept: int
    """Failures on calls that keep this judge's earlier verdict of the same version."""


class Rejudged(BaseModel):
    """A run after its calls were judged again."""

    model_config = ConfigDict(frozen=True)

    run: str
    calls: int
    """Calls that can be judged: those that failed for technical reasons are not."""
    work: dict[str, JudgeWork]
    """Judge -> what it did."""
    panel: PanelAgreement | None
    """How far the judges agree; None when no two of them score the same things."""
    summary: RunSummary


def judged_call(episode: Episode, sheet: FactSheet) -> JudgedCall:
    """A stored call as judges see it."""
    return JudgedCall(transcript_of(episode.turns), sheet, episode.persona.lead)


@dataclass(frozen=True)
class Rejudger:
    """Judges the calls of stored runs by these judges."""

    store: RunStore
    judges: Sequence[Judge]
    concurrency: int = 16
    """Calls in flight."""
    seconds: float = JUDGE_SECONDS
    """Patience with one judge on one call."""

    async def judge(
        self, run: str, *, again: bool = False, on_call: Progress | None = None
    ) -> Rejudged:
        """Judge what is missing of a run, or all of it.

        Args:
            run: id of the run.
            again: also calls that a judge of the same version has judged.
            on_call: told after each call how many are done, of how many.

        Raises:
            UnknownNameError: there is no such run.
            InputError: two judges have the same name, or no call can be judged.
        """
        tally = _Tally(_names(self.judges))
        info = self.store.info(run)
        calls = [
            episode
            for episode in self.store.episodes(info.id)
            if episode.stop is not StopReason.INFRASTRUCTURE_ERROR
        ]
        if not calls:
            raise InputError(f"run {info.id} has no finished call to judge")

        async def sit(work: tuple[Episode, list[Judge]]) -> None:
            call, judges = work
            graph = build_judging_graph(judges, self.seconds)
            results = await judge_call(graph, judged_call(call, info.campaign.sheet))
            judged = _judged(call, judges, results, info.campaign.outcome_weight)
            await asyncio.to_thread(self.store.rejudge, info.id, [judged])
            tally.count(judged, results)

        await work_on(self._todo(calls, again, tally), sit, self.concurrency, on_call)
        return self._report(info.id, len(calls), tally)

    def _todo(
        self, calls: Sequence[Episode], again: bool, tally: _Tally
    ) -> list[tuple[Episode, list[Judge]]]:
        """The calls that lack a verdict, with the judges who owe it."""
        work = [(call, [j for j in self.judges if again or not _has(call, j)]) for call in calls]
        for _, judges in work:
            tally.skip(set(tally.names) - {judge.name for judge in judges})
        return [(call, judges) for call, judges in work if judges]

    def _report(self, run: str, calls: int, tally: _Tally) -> Rejudged:
        episodes = list(self.store.episodes(run))
        played = [e for e in episodes if e.stop is not StopReason.INFRASTRUCTURE_ERROR]
        panel = panel_agreement([episode.verdicts for episode in played])
        return Rejudged(
            run=run,
            calls=calls,
            work=tally.work(),
            panel=panel if panel.intent.units or panel.cells else None,
            summary=summarise(self.store.info(run), episodes),
        )


class _Tally:
    """Counts what each judge did."""

    def __init__(self, names: Sequence[str]):
        self.names = names
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in names}
        self._causes: dict[str, Counter[str]] = {name: Counter() for name in names}

    def skip(self, names: set[str]) -> None:
        for name in names:
            self._counts[name]["skipped"] += 1

    def count(self, judged: Episode, results: Sequence[JudgeResult]) -> None:
        for result in results:
            counts = self._counts[result.judge]
            if isinstance(result, JudgeFailure):
                counts["failed"] += 1
                counts["kept"] += result not in judged.verdicts
                self._causes[result.judge][result.cause] += 1
            else:
                counts["judged"] += 1

    def work(self) -> dict[str, JudgeWork]:
        fields = ("judged", "skipped", "failed", "kept")
        return {
            name: JudgeWork(
                **{field: self._counts[name][field] for field in fields},
                causes=dict(self._causes[name]),
            )
            for name in self.names
        }


def _names(judges: Sequence[Judge]) -> list[str]:
    names = [judge.name for judge in judges]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(f"two judges are called {twice[0]!r}; name each once", field="judge")
    return names


def _has(call: Episode, judge: Judge) -> bool:
    """Whether the call holds a verdict of this judge and version."""
    return any(
        isinstance(found, Verdict)
        and found.judge == judge.name
        and found.version in _versions(judge)
        for found in call.verdicts
    )


def _versions(judge: Judge) -> frozenset[str]:
    """What verdicts of this judge give as their version: those by the rubric name its too."""
    rubric = conduct_rubric().version
    if judge.name == "conduct":
        return frozenset({rubric})
    if judge.name.startswith("llm:"):
        return frozenset({f"{judge.version}.{rubric}"})
    return frozenset({judge.version})


def _judged(
    call: Episode, judges: Sequence[Judge], results: Sequence[JudgeResult], weight: float
) -> Episode:
    """The call with these results in the place of earlier ones, scored anew."""
    verdicts = list(call.verdicts)
    for judge, result in zip(judges, results, strict=True):
        place = next((n for n, v in enumerate(verdicts) if v.judge == result.judge), None)
        if place is None:
            verdicts.append(result)
        elif isinstance(result, Verdict) or not _has(call, judge):
            verdicts[place] = result
    versions = call.versions | {f"judge.{judge.name}": judge.version for judge in judges}
    judged = call.model_copy(update={"verdicts": tuple(verdicts), "versions": versions})
    return judged.model_copy(
        update={"score": score_call(judged, weight), "health": health_of(judged)}
    )
