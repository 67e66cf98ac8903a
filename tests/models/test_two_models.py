"""Two models in one cohort: members wait on different ones, and leave at different times."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from ai_salesman.models.batching import Batched, Cohort

Batches = dict[str, list[tuple[int, ...]]]


async def play(rounds: Sequence[int], order: Sequence[int]) -> tuple[dict[int, list[int]], Batches]:
    """What each member heard, and the batches that ran; tasks are started in `order`."""
    batches: Batches = {"salesman": [], "customer": [], "ear": []}

    def model(name: str) -> Batched[int, int]:
        def run(requests: Sequence[int]) -> list[int]:
            batches[name].append(tuple(requests))
            return [2 * request for request in requests]

        return Batched(name, run)

    salesman, customer, ear = model("salesman"), model("customer"), model("ear")
    cohort, heard = Cohort(len(rounds)), dict[int, list[int]]()

    async def call(member: int) -> None:
        async with cohort.member(member):
            for turn in range(rounds[member]):
                number = 100 * member + 10 * turn
                said = await asyncio.gather(*(salesman(number + k) for k in range(3)))
                if (member + turn) % 3:  # some turns need no ear, so the waits get out of step
                    await ear(number)
                answers = await asyncio.gather(*(customer(number + k) for k in range(2)))
                heard.setdefault(member, []).extend([*said, *answers])

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        for member in order:
            group.create_task(call(member))
    return heard, batches


@settings(max_examples=12, deadline=None)
@given(
    rounds=st.lists(st.integers(0, 4), min_size=16, max_size=16),
    order=st.permutations(range(16)),
)
def test_early_enders_block_nobody_and_change_no_batch(rounds: list[int], order: list[int]) -> None:
    heard, batches = asyncio.run(play(rounds, range(16)))
    assert {member: len(answers) for member, answers in heard.items()} == {
        member: 5 * count for member, count in enumerate(rounds) if count
    }
    assert asyncio.run(play(rounds, order)) == (heard, batches)
