"""Judge stored calls: again, by further judges, or two runs against each other.

from ai_salesman.judging import judge_pairs, judge_run

judged = judge_run("last", ["llm:openai:my-judge@http://localhost:8000/v1"], votes=3)
print(judged.summary.score, judged.panel)

duels = judge_pairs("merchant_ads-1a2b", "merchant_ads-3c4d", "score")
print(duels.challenger.rate, duels.challenger.ci95, duels.position_bias.flipped)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from ai_salesman.campaigns.duels import Duelist, Duels, load_pair
from ai_salesman.campaigns.in_flight import Progress
from ai_salesman.campaigns.rejudge import Rejudged, Rejudger
from ai_salesman.campaigns.store import DEFAULT_STORE, RunStore
from ai_salesman.conversation.errors import InputError
from ai_salesman.evaluation.base import Judge
from ai_salesman.evaluation.pairwise import PairJudge
from ai_salesman.models.base import LanguageModel
from ai_salesman.seat_names import check_judge
from ai_salesman.wiring import check_answers, open_judges

__all__ = ["judge_pairs", "judge_run", "open_pair_judge", "open_voting_judges"]

CONCURRENCY = 16
"""Calls, or pairs, in flight."""


def judge_run(
    run: str,
    judges: Sequence[str],
    *,
    votes: int = 1,
    again: bool = False,
    store: str = DEFAULT_STORE,
    concurrency: int = CONCURRENCY,
    on_call: Progress | None = None,
) -> Rejudged:
    """Judge the calls of a stored run by these judges, and score the run anew.

    Call it from plain code, not from a running event loop.

    Args:
        run: id, the beginning of one, or 'last'.
        judges: embedded judges by name, `llm:<model uri>`, `python:<file.py>:<name>`.
        votes: how often each language model votes on a call; the median counts.
        again: also calls that a judge of the same version has judged.
        store: run store, any SQLAlchemy URL.
        concurrency: calls in flight.
        on_call: told after each call how many are done, of how many.

    Raises:
        AiSalesmanError: bad input, a missing part, or a store that cannot be used.
    """
    opened = RunStore(store)
    name = opened.info(run).id

    async def work() -> Rejudged:
        async with open_voting_judges(judges, votes, concurrency) as seats:
            rejudger = Rejudger(opened, seats, concurrency)
            return await rejudger.judge(name, again=again, on_call=on_call)

    return asyncio.run(work())


def judge_pairs(
    first: str,
    second: str,
    judge: str,
    *,
    votes: int = 1,
    limit: int | None = None,
    again: bool = False,
    store: str = DEFAULT_STORE,
    concurrency: int = CONCURRENCY,
    on_pair: Progress | None = None,
) -> Duels:
    """Have a pairwise judge compare the calls of two runs to the same customers.

    Call it from plain code, not from a running event loop.

    Args:
        first: id of a run.
        second: id of the challenger, whose wins are counted.
        judge: `score`, or a model URI, with or without `llm:` before it.
        votes: how often a language model votes on a pair, each time in both orders.
        limit: only the first pairs.
        again: also pairs that this judge has judged with as many votes.
        store: run store, any SQLAlchemy URL.
        concurrency: pairs in flight.
        on_pair: told after each pair how many are done, of how many.

    Raises:
        AiSalesmanError: bad input, a missing part, or a store that cannot be used.
    """
    opened = RunStore(store)
    a, b = load_pair(opened, first, second)

    async def work() -> Duels:
        weight = a.info.campaign.outcome_weight
        async with open_pair_judge(judge, votes, concurrency, weight) as seat:
            duelist = Duelist(opened, seat, concurrency)
            return await duelist.run(a, b, limit=limit, again=again, on_pair=on_pair)

    return asyncio.run(work())


@asynccontextmanager
async def open_voting_judges(
    names: Sequence[str], votes: int = 1, concurrency: int = CONCURRENCY
) -> AsyncIterator[list[Judge]]:
    """Judges by name; language models among them vote several times.

    Raises:
        InputError: a name or URI is wrong, or a model does not answer.
        MissingPartError: weights or a library are missing.
    """
    from ai_salesman.evaluation.llm_judge import ModelJudge

    for name in names:
        check_judge(name)
    others = [name for name in names if not name.startswith("llm:")]
    async with AsyncExitStack() as stack:
        seats, _ = await stack.enter_async_context(open_judges(others, concurrency))
        ready = dict(zip(others, seats, strict=True))
        for name in names:
            if name not in ready:
                uri = name.removeprefix("llm:")
                model = await stack.enter_async_context(_open_model(uri, concurrency))
                ready[name] = ModelJudge(model, votes)
        yield [ready[name] for name in dict.fromkeys(names)]


@asynccontextmanager
async def open_pair_judge(
    name: str, votes: int = 1, concurrency: int = CONCURRENCY, outcome_weight: float = 0.5
) -> AsyncIterator[PairJudge]:
    """A pairwise judge by name: `score`, or a model URI.

    Raises:
        InputError: the URI is wrong, or the model does not answer or cannot judge.
        MissingPartError: weights or a library are missing.
    """
    if name == "score":
        from ai_salesman.evaluation.pair_score_judge import PairScoreJudge

        async with open_judges(("outcome", "conduct"), concurrency) as (judges, _):
            yield PairScoreJudge(judges, outcome_weight)
    else:
        from ai_salesman.evaluation.pair_model_judge import PairModelJudge

        async with _open_model(name.removeprefix("llm:"), concurrency) as model:
            yield PairModelJudge(model, votes)


@asynccontextmanager
async def _open_model(uri: str, concurrency: int) -> AsyncIterator[LanguageModel]:
    """A model that answers, closed at the end."""
    from ai_salesman.models.registry import load_model

    model = load_model(uri, concurrency)
    if model.prompt_style != "chat":
        raise InputError(f"{uri} only speaks on sales calls; judge with another model, or 'score'")
    async with AsyncExitStack() as stack:
        if hasattr(model, "aclose"):
            stack.push_async_callback(model.aclose)
            await check_answers(model)
        yield model
