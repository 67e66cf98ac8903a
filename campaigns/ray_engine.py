"""A Ray cluster: `run --engine ray`.

Each worker is an actor that holds the loaded parts and asks for one CPU; where actors live, and
whether the cluster grows for them, is left to Ray. Ray restarts an actor whose process or node is
lost; the cohorts that it had in hand go back to the queue, and any other actor takes them.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from typing import Any

from ai_salesman.campaigns.engine import (
    CohortJob,
    CohortPlayer,
    Delivery,
    EpisodeListener,
    PlayerOpener,
)
from ai_salesman.campaigns.in_flight import first_error
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError, MissingPartError, RunStoppedError

__all__ = ["RayEngine", "check_ray"]

_START_SECONDS = 900.0
"""Patience until the first worker is ready: a cluster may have to start a machine for it."""
_KNOCK_SECONDS = 10.0
_MOST_LOSSES = 5
"""A cohort that has taken this many workers with it is given up, and the run with it."""


class RayEngine:
    """Plays on the actors of a cluster.

    A cluster that this process is already connected to is used as it is and left connected.
    """

    def __init__(
        self,
        opener: PlayerOpener,
        workers: int | None = None,
        cohorts_at_once: int = 1,
        address: str | None = None,
    ):
        """
        Args:
            opener: loads the parts in each worker; it must pickle.
            workers: how many actors; as many as the cluster has CPUs by default. Those that
                find no place wait until one is free, which is what makes a cluster grow.
            cohorts_at_once: how many cohorts an actor plays side by side.
            address: of the cluster ('auto' is the one of this machine); None is what RAY_ADDRESS
                says, or a cluster of this machine alone that ends with the run.

        Raises:
            MissingPartError: Ray is not installed.
        """
        self._ray = _ray()
        self._opener = opener
        self._workers = workers
        self._at_once = cohorts_at_once
        self._address = address

    async def play(
        self,
        jobs: Sequence[CohortJob],
        deliver: Delivery,
        on_played: EpisodeListener | None = None,
    ) -> None:
        """See `Engine`."""
        queue: asyncio.Queue[CohortJob] = asyncio.Queue()
        for job in jobs:
            queue.put_nowait(job)

        async def taken(judged: list[Episode]) -> None:
            for episode in judged:
                if on_played:
                    on_played(episode)
            await deliver(judged)

        with self._connected(), self._actors(len(jobs)) as actors:
            await self._first_ready(actors)
            desk = _Desk(self._ray, queue, taken)
            try:
                async with asyncio.TaskGroup() as group:
                    seats = [
                        group.create_task(desk.keep_busy(actor))
                        for actor in actors
                        for _ in range(self._at_once)
                    ]
                    await queue.join()
                    for seat in seats:
                        seat.cancel()
            except ExceptionGroup as failures:
                raise first_error(failures) from failures

    @contextmanager
    def _connected(self) -> Iterator[None]:
        if self._ray.is_initialized():
            yield
            return
        address = self._address or os.environ.get("RAY_ADDRESS")
        try:
            _knock(address)
            # A cluster of one's own ends with the run: nobody would look at its dashboard.
            own: dict[str, Any] = {} if address else {"include_dashboard": False}
            self._ray.init(address=address, logging_level=logging.ERROR, log_to_driver=False, **own)
        except (OSError, ValueError, RuntimeError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise InputError(
                f"no Ray cluster answers ({reason}); start one with 'ray start --head', or leave "
                "the address out",
                source=address,
            ) from error
        try:
            yield
        finally:
            self._ray.shutdown()

    @contextmanager
    def _actors(self, jobs: int) -> Iterator[list[Any]]:
        wanted = self._workers or int(self._ray.cluster_resources().get("CPU", 1))
        kind = self._ray.remote(
            num_cpus=1, max_restarts=-1, max_task_retries=0, max_concurrency=self._at_once + 1
        )(_Worker)
        actors = [kind.remote(self._opener) for _ in range(max(1, min(wanted, jobs)))]
        try:
            yield actors
        finally:
            for actor in actors:
                self._ray.kill(actor, no_restart=True)

    async def _first_ready(self, actors: Sequence[Any]) -> None:
        waiting = [asyncio.ensure_future(_ready(actor)) for actor in actors]
        done, late = await asyncio.wait(
            waiting, timeout=_START_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        for task in late:
            task.cancel()
        if not done:
            raise RunStoppedError(
                f"no Ray worker was ready within {_START_SECONDS:g} s; give the cluster a node "
                "with a free CPU ('ray status' shows them), and the same command goes on"
            )
        try:
            with _as_raised(self._ray):
                done.pop().result()
        except self._ray.exceptions.RayError as error:
            raise MissingPartError(
                f"a Ray worker cannot start ({str(error).splitlines()[0]}); every node needs the "
                "same version of ai-salesman, Python and Ray"
            ) from error


class _Desk:
    """Hands out cohorts, and takes back those whose worker was lost."""

    def __init__(self, ray: Any, queue: asyncio.Queue[CohortJob], taken: Delivery):
        self._ray = ray
        self._queue = queue
        self._taken = taken
        self._losses: Counter[int] = Counter()

    async def keep_busy(self, actor: Any) -> None:
        """Give an actor one cohort after another, whenever it is there."""
        while True:
            with _as_raised(self._ray):
                await _ready(actor)
            job = await self._queue.get()
            try:
                with _as_raised(self._ray):
                    judged = await actor.play.remote(job)
            except self._ray.exceptions.RayError as lost:
                self._put_back(job, lost)
            else:
                await self._taken(judged)
            self._queue.task_done()

    def _put_back(self, job: CohortJob, lost: Exception) -> None:
        self._losses[job.indices.start] += 1
        if self._losses[job.indices.start] >= _MOST_LOSSES:
            reason = str(lost).splitlines()[0]
            raise RunStoppedError(
                f"episodes {job.indices.start} to {job.indices.stop - 1} lost {_MOST_LOSSES} Ray "
                f"workers in a row ({reason}); finished cohorts are stored, and the same command "
                "goes on"
            ) from lost
        self._queue.put_nowait(job)


async def _ready(actor: Any) -> None:
    """Return when the actor is there, or there again after Ray has restarted it."""
    await actor.ready.options(max_task_retries=-1).remote()


@contextmanager
def _as_raised(ray: Any) -> Iterator[None]:
    """What a worker's code raised, raised here as it was."""
    try:
        yield
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, Exception):
            raise error.cause from error
        raise RuntimeError(str(error)) from error  # no loss of a worker: it would come again


def _knock(address: str | None) -> None:
    """Fail at once where nobody listens; Ray itself would wait for minutes."""
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=_KNOCK_SECONDS).close()


def check_ray() -> None:
    """
    Raises:
        MissingPartError: Ray is not installed.
    """
    _ray()


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise MissingPartError(
            "--engine ray needs Ray; run: pip install 'ai-salesman[ray]'"
        ) from error
    return ray


class _Worker:
    """Runs in a process of the cluster: the parts, loaded when they are first needed."""

    def __init__(self, opener: PlayerOpener):
        self._opener = opener
        self._parts = AsyncExitStack()
        self._opened: asyncio.Task[CohortPlayer] | None = None

    async def ready(self) -> None:
        """The parts are loaded."""
        await self._player()

    async def play(self, job: CohortJob) -> list[Episode]:
        """The judged episodes of a cohort."""
        return await (await self._player()).play_cohort(job)

    async def _player(self) -> CohortPlayer:
        if self._opened is None:
            self._opened = asyncio.ensure_future(self._parts.enter_async_context(self._opener()))
        return await asyncio.shield(self._opened)
