"""Cohort batching: largest batches, no timer, the same in every run."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from ai_salesman.models.batching import Batched, Cohort


def recorder() -> tuple[list[list[int]], Batched[int, int]]:
    """A batch function that squares, and the batches it has seen."""
    batches: list[list[int]] = []

    def square(numbers: Sequence[int]) -> list[int]:
        batches.append(list(numbers))
        return [number * number for number in numbers]

    return batches, Batched("square", square)


async def play(steps: list[int], batched: Batched[int, int], delays: bool) -> list[int]:
    """A cohort in which member i asks `steps[i]` times, one after the other."""
    cohort = Cohort(len(steps))

    async def member(index: int) -> int:
        total = 0
        async with cohort.member(index):
            for step in range(steps[index]):
                if delays:
                    await asyncio.sleep(random.random() / 500)
                total += await batched(10 * index + step)
        return total

    return list(await asyncio.gather(*(member(index) for index in range(len(steps)))))


async def test_all_waiting_members_share_a_batch() -> None:
    batches, batched = recorder()
    await play([2, 2, 2], batched, delays=False)
    assert batches == [[0, 10, 20], [1, 11, 21]]


async def test_members_that_leave_do_not_hold_up_the_others() -> None:
    batches, batched = recorder()
    await play([1, 3, 2], batched, delays=False)
    assert batches == [[0, 10, 20], [11, 21], [12]]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_batches_never_depend_on_timing(steps: list[int]) -> None:
    first, batched_first = recorder()
    second, batched_second = recorder()
    calm = asyncio.run(play(steps, batched_first, delays=False))
    jittery = asyncio.run(play(steps, batched_second, delays=True))
    assert calm == jittery
    assert first == second


async def test_requests_made_together_are_batched_together() -> None:
    batches, batched = recorder()
    cohort = Cohort(2)

    async def member(index: int) -> None:
        async with cohort.member(index):
            await asyncio.gather(batched(index), batched(index + 10))

    await asyncio.gather(member(0), member(1))
    assert batches == [[0, 10, 1, 11]]


async def test_outside_a_cohort_each_call_runs_alone() -> None:
    batches, batched = recorder()
    assert await batched(3) == 9
    assert batches == [[3]]


async def test_a_failing_batch_fails_its_members() -> None:
    def fail(_: Sequence[int]) -> list[int]:
        raise ValueError("no weights")

    batched = Batched("fail", fail)
    cohort = Cohort(1)
    async with cohort.member(0):
        try:
            await batched(1)
        except ValueError as error:
            assert str(error) == "no weights"
        else:
            raise AssertionError("the error was lost")


async def test_a_batch_with_a_reply_too_few_is_an_error_and_no_standstill() -> None:
    short: Batched[int, int] = Batched("short", lambda requests: list(requests)[1:])
    cohort = Cohort(2)

    async def ask(member: int) -> int:
        async with cohort.member(member):
            return await short(member)

    async with asyncio.timeout(5):
        found = await asyncio.gather(ask(0), ask(1), return_exceptions=True)
    assert [type(reply) for reply in found] == [ValueError, ValueError]


async def test_a_dear_model_waits_until_nobody_needs_a_cheap_one() -> None:
    ears, ear = recorder()
    speeches: list[list[int]] = []

    def speak(numbers: Sequence[int]) -> list[int]:
        speeches.append(list(numbers))
        return list(numbers)

    speaker = Batched("a speaker", speak, cost=1)
    cohort = Cohort(3)

    async def member(index: int) -> None:
        async with cohort.member(index):
            for turn in range(2):
                for _ in range(index):  # members get out of step: one listens twice, one never
                    await ear(index)
                await speaker(10 * index + turn)

    await asyncio.gather(*map(member, range(3)))
    assert speeches == [[0, 10, 20], [1, 11, 21]]
    assert ears == [[1, 2], [2], [1, 2], [2]]


async def test_a_member_may_wait_for_a_cheap_and_a_dear_model_at_once() -> None:
    ears, ear = recorder()
    speeches, speaker = recorder()
    dear: Batched[int, int] = Batched("dear", speaker._function, cost=1)
    cohort = Cohort(2)

    async def member(index: int) -> None:
        async with cohort.member(index):
            assert await asyncio.gather(ear(index + 1), dear(index + 2)) == [
                (index + 1) ** 2,
                (index + 2) ** 2,
            ]

    async with asyncio.timeout(5):
        await asyncio.gather(*map(member, range(2)))
    assert (ears, speeches) == ([[1, 2]], [[2, 3]])
