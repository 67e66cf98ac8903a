"""The systems whose cost `orchestration.py` measures: each is made into a Player."""

from __future__ import annotations

import asyncio
import json
import operator
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypedDict

TURNS = 10
DEMO = Path(__file__).parent.parent / "examples" / "campaigns" / "merchant_ads.yaml"
WORKERS = 2
SYSTEMS = (
    "campaign, no planner",
    "campaign, planner",
    "campaign, two workers",
    "aiohttp",
    "httpx",
    "LangGraph + ChatOpenAI",
)

Messages = list[dict[str, str]]
Ask = Callable[[Messages, dict[str, Any]], Awaitable[str]]
Player = Callable[[int, int], Awaitable[None]]
"""Plays a number of calls at a concurrency."""

OBJECT = {"response_format": {"type": "json_object"}}
SALESMAN = (
    "You are Dana, a salesperson of Wrenfield Listings. " + 40 * "These facts you may state. "
)
CUSTOMER = "You are the owner of a small shop who is called. " + 40 * "This is your situation. "
JUDGE = (
    "=====CALL-000000000000===== Judge this call by the rubric. " + 150 * "This is a criterion. "
)


class State(TypedDict):
    """What travels in the LangGraph loop."""

    said: Annotated[list[str], operator.add]


async def converse(ask: Ask) -> None:
    """One call by hand: 10 salesman turns, 10 customer turns, one verdict."""
    said: list[str] = []
    for turn in range(2 * TURNS):
        selling = turn % 2 == 0
        own, other = ("assistant", "user") if selling else ("user", "assistant")
        spoken = [
            {"role": own if number % 2 == 0 else other, "content": text}
            for number, text in enumerate(said)
        ]
        system = {"role": "system", "content": SALESMAN if selling else CUSTOMER}
        answer = await ask([system, *spoken], {} if selling else OBJECT)
        said.append(answer if selling else json.loads(answer)["say"])
    verdict = await ask([{"role": "user", "content": JUDGE + "\n".join(said)}], OBJECT)
    assert json.loads(verdict)["intent"] == "C"


async def play_by_hand(ask: Ask, calls: int, concurrency: int) -> None:
    """Calls by hand, so many at a time."""
    gate = asyncio.Semaphore(concurrency)

    async def one() -> None:
        async with gate:
            await converse(ask)

    await asyncio.gather(*(one() for _ in range(calls)))


def body_of(messages: Messages, more: dict[str, Any]) -> bytes:
    """A request as all clients send it."""
    settings = {"model": "fake", "max_tokens": 200, "temperature": 0.7, "seed": 1, **more}
    return json.dumps({**settings, "messages": messages}).encode()


def aiohttp_player(url: str) -> Player:
    """The bare aiohttp loop."""
    import aiohttp

    async def play(calls: int, concurrency: int) -> None:
        connector = aiohttp.TCPConnector(limit=concurrency)
        headers = {"Content-Type": "application/json"}
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

            async def ask(messages: Messages, more: dict[str, Any]) -> str:
                body = body_of(messages, more)
                async with session.post(f"{url}/chat/completions", data=body) as answer:
                    return str((await answer.json())["choices"][0]["message"]["content"])

            await play_by_hand(ask, calls, concurrency)

    return play


def httpx_player(url: str) -> Player:
    """The bare httpx loop, on one client."""
    import httpx

    async def play(calls: int, concurrency: int) -> None:
        limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
        headers = {"Content-Type": "application/json"}
        async with httpx.AsyncClient(limits=limits, headers=headers, timeout=60) as client:

            async def ask(messages: Messages, more: dict[str, Any]) -> str:
                body = body_of(messages, more)
                answer = await client.post(f"{url}/chat/completions", content=body)
                return str(answer.json()["choices"][0]["message"]["content"])

            await play_by_hand(ask, calls, concurrency)

    return play


def langgraph_player(url: str) -> Player:
    """A loop of two nodes and a judge, with LangChain's client."""
    from langchain_openai import ChatOpenAI
    from langgraph.graph import END, START, StateGraph

    plain = ChatOpenAI(
        model="fake", base_url=url, api_key="none", max_tokens=200, temperature=0.7, seed=1
    )
    strict = plain.bind(**OBJECT)

    def spoken(said: list[str], own: int) -> list[tuple[str, str]]:
        return [("assistant" if n % 2 == own else "user", text) for n, text in enumerate(said)]

    async def salesman(state: State) -> dict[str, list[str]]:
        answer = await plain.ainvoke([("system", SALESMAN), *spoken(state["said"], 0)])
        return {"said": [str(answer.content)]}

    async def customer(state: State) -> dict[str, list[str]]:
        answer = await strict.ainvoke([("system", CUSTOMER), *spoken(state["said"], 1)])
        return {"said": [json.loads(str(answer.content))["say"]]}

    async def judge(state: State) -> dict[str, list[str]]:
        answer = await strict.ainvoke([("user", JUDGE + "\n".join(state["said"]))])
        assert json.loads(str(answer.content))["intent"] == "C"
        return {"said": []}

    async def route(state: State) -> str:
        return "judge" if len(state["said"]) >= 2 * TURNS else "salesman"

    graph: Any = StateGraph(State)
    graph.add_node("salesman", salesman)
    graph.add_node("customer", customer)
    graph.add_node("judge", judge)
    graph.add_edge(START, "salesman")
    graph.add_edge("salesman", "customer")
    graph.add_conditional_edges("customer", route, ["salesman", "judge"])
    graph.add_edge("judge", END)
    compiled = graph.compile()

    async def play(calls: int, concurrency: int) -> None:
        gate = asyncio.Semaphore(concurrency)

        async def one() -> None:
            async with gate:
                await compiled.ainvoke({"said": []}, config={"recursion_limit": 100})

        await asyncio.gather(*(one() for _ in range(calls)))

    return play


def campaign_player(url: str, planner: str, workers: int | None = None) -> Player:
    """A campaign as `ai-salesman run` plays it: graph, guard, judge, score, health, store."""
    from ai_salesman.campaigns.campaign import load_campaign
    from ai_salesman.campaigns.engine import Workplace
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.engines import open_sitting

    uri = f"openai:fake@{url}"
    demo = load_campaign(DEMO)
    seats = {"salesman": uri, "customer": f"llm:{uri}", "judges": (f"llm:{uri}",)}
    settings = {"planner": planner.format(uri=uri), "max_turns": TURNS, "retrieval": "none"}

    async def play(calls: int, concurrency: int) -> None:
        cohort = {"episodes": calls, "cohort": min(demo.cohort, concurrency)}
        campaign = demo.model_copy(update={**seats, **settings, **cohort})
        with tempfile.TemporaryDirectory() as folder:
            store = RunStore(f"sqlite:///{folder}/runs.db")
            place = Workplace(workers=workers)
            async with open_sitting(campaign, store, concurrency, workplace=place) as sitting:
                info = await sitting.play("bench")
            assert (info.completed, info.failed) == (calls, 0)
            assert len(store.episode("bench", 0).turns) == 2 * TURNS

    return play


def player_of(system: str, url: str) -> Player:
    """The player of a system, with everything imported."""
    match system:
        case "aiohttp":
            return aiohttp_player(url)
        case "httpx":
            return httpx_player(url)
        case "LangGraph + ChatOpenAI":
            return langgraph_player(url)
        case "campaign, no planner":
            return campaign_player(url, "none")
        case "campaign, two workers":
            return campaign_player(url, "none", WORKERS)
        case _:
            return campaign_player(url, "doga:{uri}")
