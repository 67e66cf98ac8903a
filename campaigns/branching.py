"""Replay a stored call from one salesman turn on, with another choice or with other luck.

What was said before the turn is taken from the store and never played again. The branches of
one choice are a run of their own: the same turn, then each goes on under its own luck. The
n-th branch of every choice has the same luck, so two choices can be compared pair by pair.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ai_salesman.campaigns.branch_choice import AS_RECORDED, Choice, after_choice
from ai_salesman.campaigns.branch_point import BranchPoint
from ai_salesman.campaigns.engine import EpisodeListener
from ai_salesman.campaigns.runner import CampaignRunner
from ai_salesman.conversation.episode import Episode, transcript_of
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.graphs.episode_graph import build_episode_graph, play_from
from ai_salesman.graphs.state import CallState, call_state
from ai_salesman.models.batching import Cohort
from ai_salesman.simulators.base import CustomerState, Scene
from ai_salesman.simulators.recall import Recalled, recall

__all__ = ["RECALLED", "Brancher"]

RECALLED = "recalled"
"""Key in `Episode.versions`: how well the customer's mind before the turn was rebuilt."""


@dataclass(frozen=True)
class Brancher:
    """Plays the branches of one turn of one call."""

    runner: CampaignRunner
    """Of the campaign that the call belongs to."""
    point: BranchPoint

    async def play(
        self,
        choice: Choice,
        count: int,
        concurrency: int = 32,
        on_played: EpisodeListener | None = None,
    ) -> str:
        """Play what is missing of `count` branches of `choice`; the id of their run.

        Args:
            choice: what to do at the turn.
            count: how many branches; the first has the luck of the recorded call.
            concurrency: about how many branches are in flight, in whole cohorts.
            on_played: called for each branch when its call has ended.

        Raises:
            InputError: the choice cannot be made.
            ModelError: a model was needed for the turn itself and gave no usable answer.
        """
        store, run = self.runner.store, self.point.run_of(choice.label, count)
        done = store.done(run)
        if len(done) >= count:
            return run
        recalled, after = await self._taken(choice)
        store.begin(run, self.point.campaign_of(choice.label, count))
        starts = [self._start(after, seed, n) for n, seed in enumerate(self.point.seeds(count))]
        size = self.runner.campaign.cohort
        gate = asyncio.Semaphore(max(1, concurrency // size))
        judge = replace(self.runner, versions=self.runner.versions | _note(recalled))

        async def sit(cohort: Sequence[int]) -> None:
            async with gate:
                began = time.perf_counter()
                played = await self._play(run, cohort, starts)
                fresh = [episode for episode in played if episode.index not in done]
                judged = [await judge.judge(episode) for episode in fresh]
                await asyncio.to_thread(store.save, run, judged, time.perf_counter() - began)
            for episode in judged:
                if on_played:
                    on_played(episode)

        cohorts = [range(count)[first : first + size] for first in range(0, count, size)]
        await asyncio.gather(*(sit(c) for c in cohorts if not done.issuperset(c)))
        return run

    async def _taken(self, choice: Choice) -> tuple[Recalled, CallState]:
        """The customer's mind before the turn, and the call after it, in the call's own luck."""
        point, parts = self.point, self.runner.parts
        scene = Scene.of(parts.sheet, point.episode.persona, point.episode.seed)
        recalled = await recall(parts.customer, scene, transcript_of(point.before))
        stop = point.ended_by_turn if choice == AS_RECORDED else None
        state = call_state(recalled.state, point.before, stop=stop)
        return recalled, await after_choice(choice, point.recorded, state, parts)

    @staticmethod
    def _start(after: CallState, seed: int, number: int) -> CallState:
        """The call after the turn, under the luck of `seed`; the first branch pays the turn."""
        *before, turn = after["turns"]
        paid = turn if number == 0 else turn.model_copy(update={"use": TokenUse()})
        turns: tuple[Turn, ...] = (*before, paid)
        return {**after, "turns": turns, "customer": _under(after["customer"], seed)}

    async def _play(
        self, run: str, cohort: Sequence[int], starts: Sequence[CallState]
    ) -> list[Episode]:
        parts = self.runner.parts
        graph, together = build_episode_graph(parts), Cohort(len(cohort))

        async def play(number: int) -> Episode:
            async with together.member(number):
                return await play_from(graph, parts, run, number, starts[number])

        return list(await asyncio.gather(*(play(number) for number in cohort)))


def _under(customer: CustomerState, seed: int) -> CustomerState:
    scene = customer.scene.model_copy(update={"seed": seed})
    return customer.model_copy(update={"scene": scene})


def _note(recalled: Recalled) -> dict[str, str]:
    same = recalled.differs_at is None
    return {RECALLED: "word for word" if same else f"differs from turn {recalled.differs_at} on"}
