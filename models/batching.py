"""Cohort batching: the largest batches there can be, without a timer, the same in every run.

Episodes run in cohorts of fixed membership. A member that needs a batched model parks its
request. When every live member of the cohort has parked one, those for the cheapest kind of
model run as one batch, in member order; those for a dearer kind wait until nobody waits for a
cheaper one, so that calls which have got out of step come together again before a language model
speaks. Batches therefore depend on the cohort alone and never on timing, which is what makes
transcripts equal at any concurrency.

The cohort travels in a context variable, so parts need not know that they are batched:

    async with cohort.member(3):
        await batched_model(request)      # parks, runs with the others, returns
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

__all__ = ["Batched", "Cohort"]

Request = TypeVar("Request")
Reply = TypeVar("Reply")
BatchFunction = Callable[[Sequence[Request]], Sequence[Reply]]

_current: ContextVar[tuple[Cohort, int] | None] = ContextVar("cohort", default=None)


@dataclass
class _Parked:
    member: int
    order: int
    request: Any
    reply: asyncio.Future[Any]


@dataclass
class _Queue:
    function: BatchFunction[Any, Any]
    cost: int
    parked: list[_Parked] = field(default_factory=list)


class Cohort:
    """A fixed set of episodes that share batches. Single-use.

    Members must all be entered before any of them parks a request (see `size`).
    """

    def __init__(self, size: int):
        self._live = size
        self._queues: dict[str, _Queue] = {}
        self._waiting: dict[int, int] = {}
        self._parked = 0
        self._running = False
        self._flushes: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def member(self, index: int) -> AsyncIterator[None]:
        """Run the body as member `index`; leaving lets the others go on without it."""
        token = _current.set((self, index))
        try:
            yield
        finally:
            _current.reset(token)
            self._live -= 1
            self._flush_when_ready()

    async def submit(
        self,
        member: int,
        key: str,
        function: BatchFunction[Request, Reply],
        request: Request,
        cost: int = 0,
    ) -> Reply:
        """Park `request` for the batch function `key` and return its reply.

        Of several functions the one of lowest `cost` runs first; of those, the fullest.
        """
        queue = self._queues.setdefault(key, _Queue(function, cost))
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        queue.parked.append(_Parked(member, self._parked, request, reply))
        self._parked += 1
        self._waiting[member] = self._waiting.get(member, 0) + 1
        self._flush_when_ready()
        return await reply

    def _flush_when_ready(self) -> None:
        if self._waiting and len(self._waiting) >= self._live:
            # A member may park several requests in one go (asyncio.gather): those tasks are
            # already scheduled, so a task made now runs after all of them have parked.
            task = asyncio.get_running_loop().create_task(self._flush())
            self._flushes.add(task)
            task.add_done_callback(self._flushes.discard)

    async def _flush(self) -> None:
        if self._running or not self._queues or len(self._waiting) < self._live:
            return
        queue = self._queues.pop(self._next())
        for item in queue.parked:
            self._waiting[item.member] -= 1
            if not self._waiting[item.member]:
                del self._waiting[item.member]
        self._running = True
        await _run_batch(queue)
        self._running = False
        # Members that wait for another function, too, may be all there are.
        self._flush_when_ready()

    def _next(self) -> str:
        """The key of the queue whose turn it is."""
        return min(
            self._queues,
            key=lambda key: (self._queues[key].cost, -len(self._queues[key].parked), key),
        )


async def _run_batch(queue: _Queue) -> None:
    parked = sorted(queue.parked, key=lambda item: (item.member, item.order))
    try:
        replies = await asyncio.to_thread(queue.function, [item.request for item in parked])
        answered = list(zip(parked, replies, strict=True))
    except Exception as error:
        for item in parked:
            if not item.reply.done():
                item.reply.set_exception(error)
        return
    for item, reply in answered:
        if not item.reply.done():  # a cancelled member waits no longer
            item.reply.set_result(reply)


class Batched(Generic[Request, Reply]):
    """A batch function that can be awaited one request at a time.

    Outside a cohort each call runs alone. `key` names the batch: equal keys share one. `cost`
    orders functions by what a call of theirs costs: the dear ones wait for full batches.
    """

    def __init__(self, key: str, function: BatchFunction[Request, Reply], cost: int = 0):
        self._key = key
        self._function = function
        self._cost = cost

    async def __call__(self, request: Request) -> Reply:
        """The reply: as part of a batch inside a cohort, else alone and in a thread."""
        current = _current.get()
        if current is None:
            return (await asyncio.to_thread(self._function, [request]))[0]
        cohort, member = current
        return await cohort.submit(member, self._key, self._function, request, self._cost)
