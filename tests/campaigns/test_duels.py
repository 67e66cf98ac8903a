"""Two runs judged pair by pair by models behind a real server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from rated import A, B, two_runs
from serving import Fault, listening, said, shortest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.duels import Duelist, load_pair, win_rate
from ai_salesman.campaigns.pair_store import PairStore, Rating, RunPair
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.conversation.verdict import JudgeFailure
from ai_salesman.evaluation.pair_model_judge import PairModelJudge
from ai_salesman.evaluation.pairwise import PairVerdict
from ai_salesman.models.endpoint import EndpointModel
from ai_salesman.models.retry import RetryPolicy

QUICK = RetryPolicy(attempts=2, first_wait=0.01, longest_wait=0.02)
Answer = Callable[[str], web.Response]


def named(winner: str) -> web.Response:
    """An answer that names a place."""
    quote = {"call": 1, "turn": 0, "quote": "may I tell you"}
    return said(json.dumps({"winner": winner, "reason": "", "evidence": [quote]}))


def by_content(prompt: str) -> web.Response:
    """Prefers the call in which something was sold."""
    first, second = ("customer: I'll take it" in part for part in prompt.split("\nCall ")[1:])
    return named("tie" if first == second else "1" if first else "2")


@asynccontextmanager
async def duelist(store: RunStore, answer: Answer, votes: int = 1) -> AsyncIterator[Duelist]:
    """A duelist on a server, which keeps the prompts it was asked."""

    async def handle(request: web.Request) -> web.Response:
        return answer((await request.json())["messages"][0]["content"])

    async with listening(handle) as url:
        model = EndpointModel("judge", url, retry=QUICK)
        try:
            yield Duelist(store, PairModelJudge(model, votes))
        finally:
            await model.aclose()


@pytest.fixture
def store(tmp_path: Path, merchant_ads: Campaign) -> RunStore:
    """Two runs on four customers: the second wins three of them."""
    return two_runs(f"sqlite:///{tmp_path}/runs.db", merchant_ads)


async def test_the_better_run_wins(store: RunStore) -> None:
    prompts: list[str] = []

    def answer(prompt: str) -> web.Response:
        prompts.append(prompt)
        return by_content(prompt)

    async with duelist(store, answer, votes=2) as seat:
        found = await seat.run(*load_pair(store, A, B))
        asked = len(prompts)
        again = await seat.run(*load_pair(store, A, B))
        turned = await seat.run(*load_pair(store, B, A))
        assert len(prompts) == asked == 4 * 2 * 2, "what is stored is not asked again"
        await seat.run(*load_pair(store, A, B), again=True)
        assert len(prompts) == 2 * asked
    assert found == again
    record = found.challenger.record
    assert (record.wins, record.ties, record.losses) == (3, 1, 0)
    assert found.challenger.rate == 3.5 / 4
    assert found.challenger.ci95 and found.challenger.ci95[0] < 3.5 / 4 < found.challenger.ci95[1]
    assert found.self_agreement == 1.0
    assert (found.consistent.rate, found.position_bias.flipped.successes) == (1.0, 0)
    assert turned.challenger.record.losses == 3
    assert turned.challenger.rate == pytest.approx(1 - 3.5 / 4)
    for prompt in prompts:
        assert A not in prompt and B not in prompt and "planner" not in prompt


async def test_position_bias_is_reported_as_such(store: RunStore) -> None:
    async with duelist(store, lambda _: named("2")) as seat:
        found = await seat.run(*load_pair(store, A, B))
    assert found.challenger.record.ties == 4
    assert found.challenger.rate == 0.5
    bias = found.position_bias
    assert (bias.flipped.successes, bias.first, bias.second) == (4, 0, 4)
    assert found.consistent.successes == 0
    assert found.self_agreement is None, "one vote has nothing to agree with"


async def test_a_limit_is_extended_and_other_votes_are_asked(store: RunStore) -> None:
    asked = 0

    def answer(prompt: str) -> web.Response:
        nonlocal asked
        asked += 1
        return by_content(prompt)

    async with duelist(store, answer) as seat:
        assert (await seat.run(*load_pair(store, A, B), limit=1)).pairs == 1
        assert (await seat.run(*load_pair(store, A, B), limit=3)).pairs == 3
        assert asked == 6
        more = Duelist(store, PairModelJudge(seat.judge._model, votes=2))  # type: ignore[attr-defined]
        await more.run(*load_pair(store, A, B), limit=1)
        assert asked == 10


@pytest.mark.parametrize(
    ("fault", "cause"),
    [(said("both are fine"), "malformed"), (Fault(status=500).response(), "unreachable")],
)
async def test_a_failure_is_no_tie(store: RunStore, fault: web.Response, cause: str) -> None:
    body, status = fault.body, fault.status

    def broken(prompt: str) -> web.Response:
        return said("ready") if shortest(prompt) else web.Response(body=body, status=status)

    async with duelist(store, broken) as seat:
        found = await seat.run(*load_pair(store, A, B))
        kept = PairStore(store).results(RunPair(A, B))[seat.judge.name]
    assert found.failures == {cause: 4}
    assert found.challenger.rate is None and found.duels == ()
    assert all(isinstance(result, JudgeFailure) for result in kept.values())


async def test_a_judge_that_is_too_slow_is_a_failure_and_no_tie(store: RunStore) -> None:
    async def slow(request: web.Request) -> web.Response:
        if shortest((await request.json())["messages"][0]["content"]):
            return said("ready")
        await asyncio.sleep(2)
        return named("1")

    async with listening(slow) as url:
        model = EndpointModel("judge", url, retry=QUICK)
        try:
            seat = Duelist(store, PairModelJudge(model), seconds=0.1)
            found = await seat.run(*load_pair(store, A, B))
        finally:
            await model.aclose()
    assert found.failures == {"timeout": 4}
    assert found.challenger.rate is None and found.duels == ()


def test_runs_that_cannot_be_compared(store: RunStore, merchant_ads: Campaign) -> None:
    with pytest.raises(InputError, match="both names mean run"):
        load_pair(store, A, A)
    with pytest.raises(UnknownNameError):
        load_pair(store, A, "nothing")
    for name, changes, says in [
        ("seeded", {"seed": 99}, "the seeds differ"),
        ("sheet", {"sheet": merchant_ads.sheet.model_copy(update={"price": 1.0})}, "fact sheets"),
    ]:
        store.begin(name, merchant_ads.model_copy(update=changes))
        store.save(name, store.episodes(A))
        with pytest.raises(InputError, match=says):
            load_pair(store, A, name)


def test_ties_count_half() -> None:
    assert win_rate(["b", "tie", "a", "tie"]).rate == 0.5
    assert win_rate([]).ci95 is None


def test_what_is_kept_does_not_depend_on_the_order_of_runs(store: RunStore) -> None:
    kept = PairStore(store)
    rating = Rating(rater="ana", index=2, left="b", choice="a", points={"a": 7, "b": 4})
    kept.keep_rating(RunPair(A, B), rating)
    assert kept.ratings(RunPair(A, B)) == [rating]
    assert kept.ratings(RunPair(B, A)) == [rating.swapped()]
    kept.keep_rating(RunPair(B, A), rating)
    assert kept.ratings(RunPair(B, A)) == [rating], "a later rating of the pair replaces it"
    verdict = PairVerdict.model_validate(
        {"judge": "j", "winner": "a", "votes": [{"a_first": "a", "b_first": "a"}]}
    )
    kept.keep_results(RunPair(A, B), [(0, verdict)])
    assert kept.results(RunPair(B, A), "j") == {"j": {0: verdict.swapped()}}
    assert kept.results(RunPair(A, B)) == {"j": {0: verdict}}
