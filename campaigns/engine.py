"""Where cohorts are played: in this process, in worker processes, or on a cluster.

An engine is handed the cohorts of a run and hands each back whole, judged, and once. The words
of a cohort depend on the campaign and its indices alone, so every engine gives the same ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol

from ai_salesman.campaigns.collector import rare_collection
from ai_salesman.campaigns.in_flight import first_error
from ai_salesman.conversation.episode import Episode

__all__ = [
    "CohortJob",
    "CohortPlayer",
    "Delivery",
    "Engine",
    "EpisodeListener",
    "LocalEngine",
    "PlayerOpener",
    "Workplace",
]

EpisodeListener = Callable[[Episode], None]
Delivery = Callable[[list[Episode]], Awaitable[None]]
"""Takes the judged episodes of one cohort, to store them."""


@dataclass(frozen=True)
class CohortJob:
    """One cohort that is to be played."""

    run: str
    indices: range
    done: frozenset[int] = frozenset()
    """Stored before: played again, because they are part of the batches, and left out of what
    comes back."""


class CohortPlayer(Protocol):
    """All parts of a campaign in one process."""

    async def play_cohort(
        self, job: CohortJob, on_played: EpisodeListener | None = None
    ) -> list[Episode]:
        """The judged episodes of a cohort, but for those stored before.

        Raises:
            RunStoppedError: the run cannot go on for now.
        """
        ...


PlayerOpener = Callable[[], AbstractAsyncContextManager[CohortPlayer]]
"""Loads the parts in the process that calls it. It gets there by pickle."""


@dataclass(frozen=True)
class Workplace:
    """Who plays the cohorts."""

    engine: Literal["local", "ray"] = "local"
    workers: int | None = None
    """Processes or actors. None: this process alone, or as many as a cluster has CPUs."""
    address: str | None = None
    """Of a Ray cluster."""

    @property
    def in_this_process(self) -> bool:
        """Nobody else plays."""
        return self.engine == "local" and self.workers is None


class Engine(Protocol):
    """Plays cohorts somewhere."""

    async def play(
        self,
        jobs: Sequence[CohortJob],
        deliver: Delivery,
        on_played: EpisodeListener | None = None,
    ) -> None:
        """Play every job and deliver each once, in any order.

        Args:
            jobs: the cohorts of one run.
            deliver: awaited for each cohort when it is judged.
            on_played: called for each episode when its call has ended, or, where that happens
                far away, when its cohort has come back.

        Raises:
            RunStoppedError: the run cannot go on for now; what was delivered stays.
            AiSalesmanError: what the parts of the campaign raise.
        """
        ...


class LocalEngine:
    """Plays in this process, a few cohorts side by side."""

    def __init__(self, player: CohortPlayer, cohorts_at_once: int = 1):
        self._player = player
        self._gate = asyncio.Semaphore(cohorts_at_once)

    async def play(
        self,
        jobs: Sequence[CohortJob],
        deliver: Delivery,
        on_played: EpisodeListener | None = None,
    ) -> None:
        """See `Engine`. Episodes are told of as soon as they end."""

        async def sit(job: CohortJob) -> None:
            async with self._gate:
                await deliver(await self._player.play_cohort(job, on_played))

        try:
            with rare_collection():
                async with asyncio.TaskGroup() as group:
                    for job in jobs:
                        group.create_task(sit(job))
        except ExceptionGroup as failures:
            raise first_error(failures) from failures
