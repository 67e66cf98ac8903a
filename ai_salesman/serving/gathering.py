"""Requests that arrive together are answered together: one batch for each model."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar

from ai_salesman.models.batching import Cohort

__all__ = ["Gathering"]

Result = TypeVar("Result")


class _Guest(NamedTuple):
    work: Callable[[], Awaitable[Any]]
    result: asyncio.Future[Any]


class Gathering:
    """Lets work in by groups. A group is a cohort, so its members share batches."""

    def __init__(self, window: float = 0.01, most: int = 32, at_once: int = 1):
        """
        Args:
            window: seconds that the first of a group waits for others.
            most: size of a group. 1: everybody goes alone, which suits models that are far
                away: a member that waits for one holds up the batches of its group.
            at_once: groups that are worked on side by side.
        """
        self._window = window
        self._most = most
        self._gate = asyncio.Semaphore(at_once)
        self._waiting: list[_Guest] = []
        self._usher: asyncio.Task[None] | None = None
        self._groups: set[asyncio.Task[None]] = set()
        self.sizes: list[int] = []
        """Of the last groups, for the curious."""

    async def do(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """The result of `work`, which is done in the next group that has room."""
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Guest(work, result))
        if self._usher is None:
            self._usher = asyncio.create_task(self._let_in())
        return await result

    async def _let_in(self) -> None:
        while self._waiting:
            await asyncio.sleep(self._window)
            await self._gate.acquire()
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            task = asyncio.create_task(self._work(group))
            self._groups.add(task)
            task.add_done_callback(self._groups.discard)
        self._usher = None

    async def _work(self, group: list[_Guest]) -> None:
        self.sizes = [*self.sizes[-99:], len(group)]
        cohort = Cohort(len(group))
        try:
            await asyncio.gather(*(_served(cohort, i, guest) for i, guest in enumerate(group)))
        finally:
            self._gate.release()


async def _served(cohort: Cohort, number: int, guest: _Guest) -> None:
    async with cohort.member(number):
        try:
            result = await guest.work()
        except Exception as error:  # handed to whoever asked, whatever it is
            if not guest.result.done():
                guest.result.set_exception(error)
            return
    if not guest.result.done():  # a client that has gone waits no longer
        guest.result.set_result(result)
