"""Whole runs that are sparing: capped, cached, cut off; every seat behind a real HTTP server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp import web
from serving import listening
from test_endpoint_call import Model, run, words

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.ledger import SpendingLedger
from ai_salesman.campaigns.store import RunStore
from ai_salesman.campaigns.summary import RunSummary, summarise
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import BudgetReachedError
from ai_salesman.models.base import ChatRequest, Message
from ai_salesman.models.budget import most_of
from ai_salesman.models.thrift import Thrift

PRICES = "small: {input: 100, output: 1000}\n"
"""7 tokens in and 3 out, which every answer says it used, cost 0.0037 USD."""
A_CALL = 9
"""Requests of a call: three plans, three salesman turns, two customer turns, one verdict."""


@pytest.fixture
def four(merchant_ads: Campaign, tmp_path: Path) -> Campaign:
    """Two cohorts of two calls, without scripts: nothing has to be embedded."""
    (tmp_path / "prices.yaml").write_text(PRICES)
    changes = {"episodes": 4, "max_turns": 4, "cohort": 2, "retrieval": "none"}
    return merchant_ads.model_copy(update=changes)


class Weighing(Model):
    """Notes the most that any request could have cost, in tokens, as the budget reckons it."""

    heaviest = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.text())
        messages = tuple(Message(**message) for message in body["messages"])
        most = most_of(ChatRequest(messages=messages, max_tokens=body["max_tokens"]))
        self.heaviest = max(self.heaviest, most.tokens_in + most.tokens_out)
        return await super().answer(request)


def store_at(path: Path) -> RunStore:
    return RunStore(f"sqlite:///{path}")


def summary_of(store: RunStore, episodes: list[Episode]) -> RunSummary:
    return summarise(store.info("test"), episodes)


async def test_every_seat_shows_in_the_cost(four: Campaign, tmp_path: Path) -> None:
    store, thrift = store_at(tmp_path / "a.db"), Thrift(prices=tmp_path / "prices.yaml")
    async with listening(Model().answer) as url:
        cost = summary_of(store, await run(four, url, store, thrift)).cost
    assert cost.tokens_in == 4 * A_CALL * 7
    assert cost.tokens_out == 4 * A_CALL * 3
    assert cost.usd == pytest.approx(4 * A_CALL * 0.0037)
    assert cost.unpriced == 0


async def test_a_reached_cap_ends_the_run_cleanly_and_a_higher_one_goes_on(
    four: Campaign, tmp_path: Path
) -> None:
    store, server = store_at(tmp_path / "a.db"), Weighing()
    async with listening(server.answer) as url:
        whole = await run(four, url, store_at(tmp_path / "whole.db"))
        # The last verdicts of the second cohort no longer fit; all of the first cohort does.
        capped = Thrift(max_tokens=server.heaviest + 2 * A_CALL * 10 + 100)
        for _ in range(2):
            with pytest.raises(BudgetReachedError, match=r"are spent, and the next request"):
                await run(four, url, store, capped)
            assert (store.info("test").completed, store.info("test").failed) == (2, 0)
        spent = SpendingLedger(store, "test").read()
        assert spent.tokens_in > 2 * A_CALL * 7
        assert spent.tokens_in + spent.tokens_out <= (capped.max_tokens or 0)
        resumed = await run(four, url, store, Thrift(max_tokens=1_000_000))
    assert words(resumed) == words(whole)
    assert (store.info("test").completed, store.info("test").failed) == (4, 0)


async def test_a_cached_run_asks_nothing_twice_and_says_the_same(
    four: Campaign, tmp_path: Path
) -> None:
    thrift = Thrift(cache=tmp_path / "replies.db")
    server = Model()
    first, second = store_at(tmp_path / "a.db"), store_at(tmp_path / "b.db")
    async with listening(server.answer) as url:
        paid = await run(four, url, first, thrift)
        asked = sum(server.seats.values())
        free = await run(four, url, second, thrift)
        assert sum(server.seats.values()) == asked
    assert words(free) == words(paid)
    assert [e.score for e in free] == [e.score for e in paid]
    cost = summary_of(second, free).cost
    assert (cost.tokens_in, cost.tokens_out, cost.cached) == (0, 0, 4 * A_CALL)
    assert summary_of(first, paid).cost.tokens_in > 0
