"""Run a campaign: cohorts of episodes, judged and stored as they finish.

A cohort is always played whole, because its membership fixes its batches; so the same
campaign and seed give the same transcripts at any concurrency and after any interruption.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.store import RunInfo, RunStore
from ai_salesman.conversation.episode import Episode, transcript_of
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.evaluation.base import Judge, JudgedCall
from ai_salesman.evaluation.health import health_of
from ai_salesman.evaluation.score import score_call
from ai_salesman.graphs.episode_graph import build_episode_graph, play_episode
from ai_salesman.graphs.judging_graph import JUDGE_SECONDS, build_judging_graph, judge_call
from ai_salesman.graphs.parts import CallParts
from ai_salesman.models.batching import Cohort
from ai_salesman.simulators.luck import seed_of

__all__ = ["CampaignRunner", "EpisodeListener", "run_id"]

EpisodeListener = Callable[[Episode], None]


def run_id(campaign: Campaign, sitting: int = 0) -> str:
    """Name of a run: the same campaign, options and seed give the same name."""
    again = f"-{sitting + 1}" if sitting else ""
    return f"{campaign.name}-{campaign.digest()[:8]}{again}"


class _Clock:
    """Splits the run's time among its cohorts, so that they add up to it."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def lap(self) -> float:
        """Seconds since the last lap of any cohort."""
        now = time.perf_counter()
        passed, self._last = now - self._last, now
        return passed


@dataclass(frozen=True)
class CampaignRunner:
    """Plays, judges and stores the episodes of one campaign."""

    campaign: Campaign
    personas: Sequence[Persona]
    """The customers, by episode index."""
    parts: CallParts
    judges: Sequence[Judge]
    store: RunStore
    versions: dict[str, str]
    judge_seconds: float = JUDGE_SECONDS
    """Patience with one judge on one call."""

    async def run(
        self,
        run: str,
        concurrency: int,
        on_played: EpisodeListener | None = None,
        on_stored: EpisodeListener | None = None,
    ) -> RunInfo:
        """Play what is missing of `run`.

        Args:
            run: id of the run; begun if it is new.
            concurrency: about how many episodes are in flight, in whole cohorts.
            on_played: called for each episode when its call has ended.
            on_stored: called for each episode when it is judged and stored.
        """
        self.store.begin(run, self.campaign)
        done = self.store.done(run)
        size = self.campaign.cohort
        indices = range(self.campaign.episodes)
        cohorts = [indices[start : start + size] for start in range(0, len(indices), size)]
        gate = asyncio.Semaphore(max(1, concurrency // size))

        clock = _Clock()

        async def sit(cohort: range) -> None:
            async with gate:
                judged = await self._play_and_judge(run, cohort, done, on_played)
                await asyncio.to_thread(self.store.save, run, judged, clock.lap())
            for episode in judged:
                if on_stored:
                    on_stored(episode)

        try:
            async with asyncio.TaskGroup() as group:
                for cohort in cohorts:
                    if not done.issuperset(cohort):
                        group.create_task(sit(cohort))
        except ExceptionGroup as failures:
            raise _first(failures) from failures
        return self.store.info(run)

    async def _play_and_judge(
        self, run: str, indices: range, done: set[int], on_played: EpisodeListener | None
    ) -> list[Episode]:
        played = await self._play(run, indices, done, on_played)
        return [await self.judge(episode) for episode in played if episode.index not in done]

    async def _play(
        self, run: str, indices: range, done: set[int], on_played: EpisodeListener | None
    ) -> list[Episode]:
        graph = build_episode_graph(self.parts)
        cohort = Cohort(len(indices))

        async def play(index: int) -> Episode:
            async with cohort.member(index):
                episode = await play_episode(
                    graph,
                    self.parts,
                    run,
                    index,
                    self.personas[index],
                    seed_of(self.campaign.seed, index),
                )
            if on_played and index not in done:
                on_played(episode)
            return episode

        async with asyncio.TaskGroup() as group:
            calls = [group.create_task(play(index)) for index in indices]
        return [call.result() for call in calls]

    async def judge(self, episode: Episode) -> Episode:
        """The episode with verdicts, score and health; a failed call is not judged."""
        episode = episode.model_copy(update={"versions": self.versions})
        if episode.stop is StopReason.INFRASTRUCTURE_ERROR:
            return episode
        call = JudgedCall(
            transcript=transcript_of(episode.turns),
            sheet=self.parts.sheet,
            lead=episode.persona.lead,
        )
        verdicts = await judge_call(build_judging_graph(self.judges, self.judge_seconds), call)
        judged = episode.model_copy(update={"verdicts": verdicts})
        return judged.model_copy(
            update={
                "score": score_call(judged, self.campaign.outcome_weight),
                "health": health_of(judged),
            }
        )


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first failure itself, however deep the groups it comes in."""
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
