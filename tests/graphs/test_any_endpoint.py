"""One OpenAI-compatible endpoint in every seat: salesman, planner, customer, judge."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.export import export_line
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.taxonomy import Capability, Metric, StopReason
from ai_salesman.conversation.verdict import Verdict
from ai_salesman.wiring import open_runner

PLAN = {
    "intent": "acknowledge",
    "intent_probability": 0.9,
    "interest": 0.5,
    "trust": 0.5,
    "focus_need": "visibility",
    "stage": "needs_discovery",
    "strategy": "open_question",
    "facts": ["price"],
    "avoid": [],
    "end_call": False,
}
WORDS = (
    "Good morning, this is Dana from Wrenfield Listings. This call is recorded for quality.",
    "How do people find your shop today?",
    "It is $199 a month. Would you like to go ahead?",
)


def answer(body: dict[str, Any]) -> str:
    """What a model in the seat that the system message describes would say."""
    system = body["messages"][0]["content"]
    spoken = sum(message["role"] == "assistant" for message in body["messages"])
    if "You plan the next turn" in system:
        return json.dumps(PLAN)
    if "a salesperson of" in system:
        return WORDS[min(spoken, 2)]
    if "response_format" not in body:
        return "ready"
    if '"say"' in system or "say" in system.split("JSON", 1)[-1][:400]:
        return json.dumps({"say": "I see, go on then.", "act": "acknowledge", "stop": None})
    return json.dumps(
        {
            "intent": "C",
            "capabilities": {name: {"score": 5} for name in Capability},
            "metrics": {name: {"score": 6} for name in Metric},
        }
    )


@asynccontextmanager
async def endpoint(
    fault: Callable[[int], web.Response | None],
    refusal: Callable[[dict[str, Any]], web.Response | None] = lambda _: None,
) -> AsyncIterator[str]:
    """Serve on loopback; `fault(n)` may spoil the n-th answer, `refusal(body)` a request."""
    count = 0

    async def handle(request: web.Request) -> web.Response:
        nonlocal count
        count += 1
        body = await request.json()
        spoilt = fault(count) or refusal(body)
        if spoilt is not None:
            return spoilt
        return web.json_response(
            {
                "choices": [{"message": {"content": answer(body)}}],
                "usage": {"prompt_tokens": 10, "completion_tokens": 5},
            }
        )

    app = web.Application()
    app.router.add_post("/v1/chat/completions", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    try:
        yield f"openai:small@http://127.0.0.1:{port}/v1"
    finally:
        await runner.cleanup()


def sound(_: int) -> None:
    """No fault at all."""


def flaky(count: int) -> web.Response | None:
    """Each fifth answer is spoilt, in a different way each time."""
    if count % 5:
        return None
    return [
        web.Response(status=429, headers={"Retry-After": "0.01"}),
        web.Response(status=500),
        web.Response(body=b'{"choices": [{"mess'),
        web.json_response({"choices": [{"message": {"content": ""}}]}),
    ][count // 5 % 4]


async def words(campaign: Campaign, store: RunStore) -> list[str]:
    """Play the campaign; the words of each episode."""
    async with open_runner(campaign, store, 2) as runner:
        await runner.run("test", 2)
    return [export_line(episode, words_only=True) for episode in store.episodes("test")]


def seated(campaign: Campaign, uri: str) -> Campaign:
    """The campaign with the endpoint in every seat."""
    return campaign.model_copy(
        update={
            "salesman": uri,
            "planner": f"doga:{uri}",
            "customer": f"llm:{uri}",
            "judges": (f"llm:{uri}",),
            "episodes": 2,
            "max_turns": 3,
        }
    )


async def test_an_endpoint_in_every_seat(merchant_ads: Campaign, tmp_path: Path) -> None:
    store = RunStore(f"sqlite:///{tmp_path}/a.db")
    async with endpoint(sound) as uri:
        spoken = await words(seated(merchant_ads, uri), store)
    assert all(line in spoken[0] for line in WORDS[:2])
    episode = store.episode("test", 0)
    assert episode.stop is StopReason.MAX_TURNS
    assert episode.use.tokens_out > 0
    assert isinstance(episode.verdicts[0], Verdict)


async def test_a_flaky_endpoint_changes_no_word(merchant_ads: Campaign, tmp_path: Path) -> None:
    async with endpoint(sound) as uri:
        calm = await words(seated(merchant_ads, uri), RunStore(f"sqlite:///{tmp_path}/a.db"))
    async with endpoint(flaky) as uri:
        rough = await words(seated(merchant_ads, uri), RunStore(f"sqlite:///{tmp_path}/b.db"))
    assert calm == rough


async def test_requests_that_are_refused_fail_their_episodes_alone(
    merchant_ads: Campaign, tmp_path: Path
) -> None:
    def refusing(body: dict[str, Any]) -> web.Response | None:
        """The planner's requests of the second turn are too much; all others are answered."""
        second = "customer: " in body["messages"][-1]["content"]
        planner = "You plan the next turn" in body["messages"][0]["content"]
        return web.Response(status=400, text="too long") if planner and second else None

    store = RunStore(f"sqlite:///{tmp_path}/a.db")
    async with endpoint(sound, refusing) as uri:
        campaign = seated(merchant_ads, uri).model_copy(update={"judges": ()})
        await words(campaign, store)
    failed = list(store.episodes("test"))
    assert [episode.stop for episode in failed] == [StopReason.INFRASTRUCTURE_ERROR] * 2
    assert "HTTP 400" in str(failed[0].error)
    assert failed[0].turns, "what was said before the failure is kept"

    async with endpoint(sound) as uri:
        again = seated(merchant_ads, uri).model_copy(update={"judges": ()})
        await words(again, store)
    assert store.info("test").failed == 0
    assert store.info("test").completed == 2
