"""Whole calls in which one HTTP endpoint plays every part, and fails on purpose."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import web
from serving import Fault, listening, said

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.export import export_line
from ai_salesman.campaigns.store import RunStore
from ai_salesman.campaigns.summary import summarise
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import EndpointDownError
from ai_salesman.conversation.taxonomy import BuyingIntent, Capability, Metric, StopReason
from ai_salesman.conversation.verdict import Verdict
from ai_salesman.models.thrift import Thrift
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
    "end_call": False,
}
PITCH = (
    "Good morning, this is Dana from Wrenfield Listings. This call is recorded for quality.",
    "The Local Spotlight plan is $199 a month. Shall we go ahead?",
    "Thank you very much. Goodbye.",
)
ANSWERS = (
    {"say": "I see. What would it cost me?", "act": "ask_price", "stop": None},
    {"say": "All right, let us do it.", "act": "agree", "stop": "agreed"},
)
JUDGEMENT = {
    "intent": "A",
    "capabilities": {name: {"score": 5} for name in Capability},
    "metrics": {name: {"score": 7} for name in Metric},
}
FAULTS = (
    Fault(status=429, retry_after="0.01"),
    Fault(b"oops", status=500),
    Fault(b'{"choices": [{"message": {"con'),
    Fault(b'{"choices": [{"message": {"content": ""}}]}'),
)


def seat_of(body: dict[str, Any]) -> str:
    """Which part a request asks the model to play."""
    first = body["messages"][0]
    if "response_format" not in body:
        return "salesman" if first["role"] == "system" else "greeting"
    if first["role"] == "user":
        return "judge"
    return "planner" if "You plan the next turn" in first["content"] else "customer"


def played(body: dict[str, Any]) -> str:
    """What a model in that seat says; how far the call is shows in the messages."""
    spoken = sum(message["role"] == "assistant" for message in body["messages"])
    match seat_of(body):
        case "salesman":
            return PITCH[min(spoken, len(PITCH) - 1)]
        case "customer":
            return json.dumps(ANSWERS[min(spoken, len(ANSWERS) - 1)])
        case "planner":
            return json.dumps(PLAN)
        case "judge":
            return json.dumps(JUDGEMENT)
        case _:
            return "ready"


class Model:
    """Plays every seat.

    With `faults`, that share of its answers is spoilt. Which ones depends on the request and
    on how often it was asked, not on the order in which requests come in.
    """

    def __init__(self, faults: float = 0.0, dies_after: int | None = None):
        self.seats: Counter[str] = Counter()
        self.spoilt = 0
        self._faults = faults
        self._dies_after = dies_after
        self._asked: Counter[str] = Counter()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        body = json.loads(text)
        if self._dies_after is not None and self._asked.total() >= self._dies_after:
            assert request.transport is not None
            request.transport.abort()
            raise ConnectionResetError("the server is gone")
        # The address of the server differs from run to run; the words do not.
        key = json.dumps([body["messages"], body["seed"]])
        self._asked[key] += 1
        luck = Random(f"{key} {self._asked[key]}")
        if luck.random() < self._faults:
            self.spoilt += 1
            return luck.choice(FAULTS).response()
        self.seats[seat_of(body)] += 1
        return said(played(body))


@pytest.fixture
def small(merchant_ads: Campaign) -> Campaign:
    """Two calls of at most four turns."""
    return merchant_ads.model_copy(update={"episodes": 2, "max_turns": 4, "cohort": 2})


async def run(
    campaign: Campaign, url: str, store: RunStore, thrift: Thrift | None = None
) -> list[Episode]:
    """Play the campaign with the endpoint in every seat."""
    uri = f"openai:small@{url}"
    seated = campaign.model_copy(
        update={
            "salesman": uri,
            "planner": f"doga:{uri}",
            "customer": f"llm:{uri}",
            "judges": (f"llm:{uri}",),
        }
    )
    store.begin("test", seated)
    async with open_runner(seated, store, 2, thrift) as runner:
        await runner.run("test", 2)
    return list(store.episodes("test"))


def words(episodes: list[Episode]) -> list[str]:
    """What a seed fixes."""
    return [export_line(episode, words_only=True) for episode in episodes]


async def test_one_endpoint_in_every_seat_with_and_without_faults(
    small: Campaign, tmp_path: Path
) -> None:
    sound, flaky = Model(), Model(faults=0.2)
    store = RunStore(f"sqlite:///{tmp_path}/sound.db")
    async with listening(sound.answer) as url:
        calm = await run(small, url, store)
    async with listening(flaky.answer) as url:
        rough = await run(small, url, RunStore(f"sqlite:///{tmp_path}/flaky.db"))

    assert set(sound.seats) == {"greeting", "planner", "salesman", "customer", "judge"}
    assert sound.seats["judge"] == 2
    assert [turn.text for turn in calm[0].turns] == [
        PITCH[0],
        ANSWERS[0]["say"],
        PITCH[1],
        ANSWERS[1]["say"],
        PITCH[2],
    ]
    assert calm[0].offer is not None
    assert (calm[0].stop, calm[0].offer.price) == (StopReason.AGREED, 199)
    verdict = calm[0].verdicts[0]
    assert isinstance(verdict, Verdict)
    assert verdict.intent is BuyingIntent.A
    summary = summarise(store.info("test"), calm)
    assert summary.conversion.successes == 2
    assert summary.score.of == 2
    assert summary.cost.tokens_out > 0

    assert flaky.spoilt >= 2
    assert words(rough) == words(calm)
    assert [[v.model_dump(exclude={"judge"}) for v in e.verdicts] for e in rough] == [
        [v.model_dump(exclude={"judge"}) for v in e.verdicts] for e in calm
    ]
    assert [episode.score for episode in rough] == [episode.score for episode in calm]


async def test_a_server_that_goes_down_ends_the_run_with_one_sentence(
    small: Campaign, tmp_path: Path
) -> None:
    four = small.model_copy(update={"episodes": 4})
    store = RunStore(f"sqlite:///{tmp_path}/runs.db")
    async with listening(Model(dies_after=24).answer) as url:  # in the second of two cohorts
        with pytest.raises(EndpointDownError) as down:
            await run(four, url, store)
    assert "(5 attempts), nor does it answer the shortest question" in str(down.value)
    assert "\n" not in str(down.value)
    assert (store.info("test").completed, store.info("test").failed) == (2, 0)

    async with listening(Model().answer) as url:
        resumed = await run(four, url, store)
        whole = await run(four, url, RunStore(f"sqlite:///{tmp_path}/whole.db"))
    assert words(resumed) == words(whole)
    assert (store.info("test").completed, store.info("test").failed) == (4, 0)
