"""How many requests are in flight: a real server that bears only so many, and the limit alone."""

from __future__ import annotations

import asyncio

from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from serving import listening, said

from ai_salesman.models.base import ChatRequest, Message
from ai_salesman.models.concurrency import AdaptiveLimit
from ai_salesman.models.endpoint import EndpointModel
from ai_salesman.models.retry import RetryPolicy

REQUEST = ChatRequest(messages=(Message(role="user", content="Hello?"),))
PATIENT = RetryPolicy(attempts=40, first_wait=0.01, longest_wait=0.05)


class Narrow:
    """Serves `room` requests at a time and turns the others away."""

    def __init__(self, room: int):
        self.room = room
        self.inside = 0
        self.turned_away = 0

    async def answer(self, _: web.Request) -> web.Response:
        if self.inside >= self.room:
            self.turned_away += 1
            return web.Response(status=429)
        self.inside += 1
        try:
            await asyncio.sleep(0.01)
        finally:
            self.inside -= 1
        return said("Yes?")


async def test_it_finds_out_what_a_server_bears_and_loses_no_request() -> None:
    server = Narrow(room=4)
    async with listening(server.answer) as url:
        model = EndpointModel("small", url, concurrency=64, retry=PATIENT)
        await asyncio.gather(*(model.chat(REQUEST) for _ in range(64)))
        first = server.turned_away
        assert 2 <= model.limit.allowed <= 12, "64 were halved until the server kept up"
        await asyncio.gather(*(model.chat(REQUEST) for _ in range(64)))
        await model.aclose()
    assert first >= 60, "the first volley was far too much"
    assert server.turned_away - first < 40, "the second went out at the pace that was learnt"


async def test_a_calm_server_gets_all_that_is_allowed() -> None:
    server = Narrow(room=64)
    async with listening(server.answer) as url:
        model = EndpointModel("small", url, concurrency=16, retry=PATIENT)
        await asyncio.gather(*(model.chat(REQUEST) for _ in range(64)))
        await model.aclose()
    assert (server.turned_away, model.limit.allowed) == (0, 16)


async def test_one_crowded_moment_halves_once_and_answers_grow_it_slowly() -> None:
    limit = AdaptiveLimit(16)
    async with limit.passage() as one, limit.passage() as other:
        one.turned_away()
        other.turned_away()
    assert limit.allowed == 8
    async with limit.passage() as later:
        later.turned_away()
    assert limit.allowed == 4
    for _ in range(4 + 5):  # one for each round of answers
        limit.grow()
    assert 5 <= limit.allowed <= 6
    for _ in range(1000):
        limit.grow()
    assert limit.allowed == 16


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 4),
    st.lists(
        st.tuples(st.sampled_from(["work", "cancel", "crowd"]), st.integers(0, 4)), max_size=24
    ),
)
def test_no_place_is_lost_whoever_gives_up(most: int, guests: list[tuple[str, int]]) -> None:
    """Law: never more in flight than allowed, and all places are free in the end."""

    async def visit(limit: AdaptiveLimit, kind: str, ticks: int) -> None:
        async with limit.passage() as passage:
            assert limit.busy <= most
            for _ in range(ticks):
                await asyncio.sleep(0)
            passage.turned_away() if kind == "crowd" else passage.answered()

    async def play() -> None:
        limit = AdaptiveLimit(most)
        tasks = [(kind, asyncio.create_task(visit(limit, kind, n))) for kind, n in guests]
        for kind, task in tasks:
            await asyncio.sleep(0)
            if kind == "cancel":
                task.cancel()
        async with asyncio.timeout(5):
            await asyncio.gather(*(task for _, task in tasks), return_exceptions=True)
        assert limit.busy == 0
        async with asyncio.timeout(1), limit.passage():
            assert limit.busy == 1

    asyncio.run(play())
