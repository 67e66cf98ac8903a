"""Work on many things at once, a few of them in flight."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

__all__ = ["Progress", "first_error", "work_on"]

Item = TypeVar("Item")
Progress = Callable[[int, int], None]
"""Told how many are done, of how many."""


async def work_on(
    items: Sequence[Item],
    work: Callable[[Item], Awaitable[None]],
    concurrency: int,
    on_done: Progress | None = None,
) -> None:
    """Do `work` on each item; the first error ends it all and is raised as it was.

    Args:
        items: what to work on.
        work: what to do with one.
        concurrency: how many are in flight.
        on_done: told after each item.
    """
    gate, done = asyncio.Semaphore(concurrency), 0

    async def sit(item: Item) -> None:
        nonlocal done
        async with gate:
            await work(item)
        done += 1
        if on_done:
            on_done(done, len(items))

    try:
        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(sit(item))
    except ExceptionGroup as failures:
        raise first_error(failures) from failures


def first_error(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error itself, however deep the groups it comes in."""
    first = failures.exceptions[0]
    return first_error(first) if isinstance(first, BaseExceptionGroup) else first
