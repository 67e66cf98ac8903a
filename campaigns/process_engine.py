"""Worker processes on this machine: `run --workers N`.

Each worker loads the parts once and plays a few cohorts at a time in an event loop of its own.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from threading import Thread

from ai_salesman.campaigns.collector import rare_collection
from ai_salesman.campaigns.engine import (
    CohortJob,
    CohortPlayer,
    Delivery,
    EpisodeListener,
    PlayerOpener,
)
from ai_salesman.campaigns.in_flight import first_error
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import RunStoppedError

__all__ = ["ProcessEngine"]


class ProcessEngine:
    """Plays in processes of its own, which end with the run."""

    def __init__(self, opener: PlayerOpener, workers: int, cohorts_at_once: int = 1):
        """
        Args:
            opener: loads the parts in each worker; it must pickle.
            workers: how many processes.
            cohorts_at_once: how many cohorts a worker plays side by side. More than one pays
                where models are far away; they come back together.
        """
        self._opener = opener
        self._workers = workers
        self._at_once = cohorts_at_once

    async def play(
        self,
        jobs: Sequence[CohortJob],
        deliver: Delivery,
        on_played: EpisodeListener | None = None,
    ) -> None:
        """See `Engine`."""
        loop = asyncio.get_running_loop()

        async def sit(pool: ProcessPoolExecutor, bundle: Sequence[CohortJob]) -> None:
            for judged in await loop.run_in_executor(pool, partial(_play, self._opener, bundle)):
                for episode in judged:
                    if on_played:
                        on_played(episode)
                await deliver(judged)

        bundles = [jobs[i : i + self._at_once] for i in range(0, len(jobs), self._at_once)]
        try:
            with _pool(min(self._workers, len(bundles))) as pool:
                async with asyncio.TaskGroup() as group:
                    for bundle in bundles:
                        group.create_task(sit(pool, bundle))
        except ExceptionGroup as failures:
            first = first_error(failures)
            raise (_died() if isinstance(first, BrokenProcessPool) else first) from failures


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes are gone when the body ends, however it ends."""
    others = set(multiprocessing.active_children())
    # Not forked: a copy of a process that runs threads (torch, Chroma) may hang.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(max(1, workers), mp_context=context, initializer=_settle)
    try:
        yield pool
    finally:
        # A worker in the middle of a cohort would be waited for; its cohort is lost anyway.
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        pool.shutdown(cancel_futures=True)


def _died() -> RunStoppedError:
    return RunStoppedError(
        "a worker process died, perhaps for want of memory; finished cohorts are stored and the "
        "same command goes on from there (fewer --workers need less memory)"
    )


# What follows runs in the workers.


class _Room:
    """The loaded parts of a worker and the event loop they belong to."""

    def __init__(self, opener: PlayerOpener):
        self._loop = asyncio.Runner()
        self._parts = AsyncExitStack()
        self._player = self._loop.run(self._open(opener))

    def play(self, jobs: Sequence[CohortJob]) -> list[list[Episode]]:
        """The judged cohorts, in the order of `jobs`."""
        with rare_collection():
            return self._loop.run(self._together(jobs))

    async def _open(self, opener: PlayerOpener) -> CohortPlayer:
        return await self._parts.enter_async_context(opener())

    async def _together(self, jobs: Sequence[CohortJob]) -> list[list[Episode]]:
        return await asyncio.gather(*(self._player.play_cohort(job) for job in jobs))


_room: _Room | None = None


def _settle() -> None:
    """Leave the interrupt to the parent, and never outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _play(opener: PlayerOpener, jobs: Sequence[CohortJob]) -> list[list[Episode]]:
    global _room
    if _room is None:
        _room = _Room(opener)
    return _room.play(jobs)
