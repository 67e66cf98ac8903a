"""All parts of a campaign in one process: plays cohorts of episodes and judges them.

A cohort is always played whole, because its membership fixes its batches; so the same
campaign and seed give the same transcripts at any concurrency, on any engine, and after any
interruption.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.engine import CohortJob, EpisodeListener, LocalEngine
from ai_salesman.campaigns.in_flight import first_error
from ai_salesman.campaigns.sitting import Sitting
from ai_salesman.campaigns.store import RunInfo, RunStore
from ai_salesman.conversation.episode import Episode, transcript_of
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.evaluation.base import Judge, JudgedCall
from ai_salesman.evaluation.health import health_of
from ai_salesman.evaluation.score import score_call
from ai_salesman.graphs.episode_graph import EpisodeGraph, build_episode_graph, play_episode
from ai_salesman.graphs.judging_graph import (
    JUDGE_SECONDS,
    JudgingGraph,
    build_judging_graph,
    judge_call,
)
from ai_salesman.graphs.parts import CallParts
from ai_salesman.models.batching import Cohort
from ai_salesman.models.budget import Budget
from ai_salesman.models.spending import account
from ai_salesman.simulators.luck import seed_of

__all__ = ["CampaignRunner", "run_id"]


def run_id(campaign: Campaign, sitting: int = 0) -> str:
    """Name of a run: the same campaign, options and seed give the same name."""
    again = f"-{sitting + 1}" if sitting else ""
    return f"{campaign.name}-{campaign.digest()[:8]}{again}"


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
    budget: Budget | None = None
    """What the models of all seats may cost; None is not watched."""

    async def run(
        self,
        run: str,
        concurrency: int,
        on_played: EpisodeListener | None = None,
        on_stored: EpisodeListener | None = None,
    ) -> RunInfo:
        """Play what is missing of `run` in this process; see `Sitting.play`.

        Args:
            run: id of the run; begun if it is new.
            concurrency: about how many episodes are in flight, in whole cohorts.
            on_played: called for each episode when its call has ended.
            on_stored: called for each episode when it is judged and stored.

        Raises:
            RunStoppedError: the budget is spent or an endpoint is down. Finished cohorts are
                stored, those in flight are not: the run can go on.
        """
        engine = LocalEngine(self, max(1, concurrency // self.campaign.cohort))
        sitting = Sitting(self.campaign, self.store, engine, self.budget)
        return await sitting.play(run, on_played, on_stored)

    async def play_cohort(
        self, job: CohortJob, on_played: EpisodeListener | None = None
    ) -> list[Episode]:
        """The judged episodes of a cohort, but for those stored before."""
        cohort = Cohort(len(job.indices))

        async def play(index: int) -> Episode | None:
            async with cohort.member(index):
                episode = await play_episode(
                    self._graph,
                    self.parts,
                    job.run,
                    index,
                    self.personas[index],
                    seed_of(self.campaign.seed, index),
                )
            if index in job.done:
                return None
            if on_played:
                on_played(episode)
            return await self.judge(episode)

        try:
            async with asyncio.TaskGroup() as group:
                calls = [group.create_task(play(index)) for index in job.indices]
        except ExceptionGroup as failures:
            raise first_error(failures) from failures
        return [judged for call in calls if (judged := call.result())]

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
        with account() as spent:
            verdicts = await judge_call(self._judging_graph, call)
        judged = episode.model_copy(update={"verdicts": verdicts, "use": episode.use + spent.total})
        return judged.model_copy(
            update={
                "score": score_call(judged, self.campaign.outcome_weight),
                "health": health_of(judged),
            }
        )

    @cached_property
    def _graph(self) -> EpisodeGraph:
        return build_episode_graph(self.parts)

    @cached_property
    def _judging_graph(self) -> JudgingGraph:
        return build_judging_graph(self.judges, self.judge_seconds)
