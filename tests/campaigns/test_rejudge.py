"""Stored calls judged again: verdicts replaced and added, failures that never score."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from rated import B, stored_call, two_runs
from serving import Fault, listening, said, shortest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.rejudge import Rejudger
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import Capability, Metric, StopReason
from ai_salesman.conversation.verdict import JudgeFailure, Verdict
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.evaluation.llm_judge import ModelJudge
from ai_salesman.evaluation.score import score_call
from ai_salesman.models.endpoint import EndpointModel
from ai_salesman.models.retry import RetryPolicy

QUICK = RetryPolicy(attempts=2, first_wait=0.01, longest_wait=0.02)
Answer = Callable[[], web.Response]


def sound(score: float = 6.0) -> web.Response:
    """An answer that can be read."""
    return said(
        json.dumps(
            {
                "intent": "A",
                "capabilities": {c.value: {"score": score} for c in Capability},
                "metrics": {m.value: {"score": score} for m in Metric},
            }
        )
    )


class Desk:
    """A server whose answer can be changed, with a judge on it."""

    def __init__(self) -> None:
        self.answer: Answer = sound
        self.delay = 0.0
        self.asked = 0

    async def handle(self, request: web.Request) -> web.Response:
        if shortest((await request.json())["messages"][0]["content"]):
            return said("ready")
        self.asked += 1
        await asyncio.sleep(self.delay)
        return self.answer()


@asynccontextmanager
async def judge_at(desk: Desk) -> AsyncIterator[ModelJudge]:
    async with listening(desk.handle) as url:
        model = EndpointModel("judge", url, retry=QUICK)
        try:
            yield ModelJudge(model)
        finally:
            await model.aclose()


@pytest.fixture
def store(tmp_path: Path, merchant_ads: Campaign) -> RunStore:
    """Two runs of four calls."""
    return two_runs(f"sqlite:///{tmp_path}/runs.db", merchant_ads)


def of_judge(episode: Episode, name: str) -> list[Any]:
    return [verdict for verdict in episode.verdicts if verdict.judge == name]


async def test_a_further_judge_is_added_once_and_the_score_follows(store: RunStore) -> None:
    desk, steps = Desk(), list[tuple[int, int]]()
    before = store.episode(B, 0)
    async with judge_at(desk) as judge:
        rejudger = Rejudger(store, [judge])
        first = await rejudger.judge(B, on_call=lambda done, of: steps.append((done, of)))
        second = await rejudger.judge(B)
        again = await rejudger.judge(B, again=True)
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert (first.work[judge.name].judged, first.work[judge.name].skipped) == (4, 0)
    assert (second.work[judge.name].judged, second.work[judge.name].skipped) == (0, 4)
    assert again.work[judge.name].judged == 4
    assert desk.asked == 8
    after = store.episode(B, 0)
    assert [v.judge for v in after.verdicts] == ["outcome", judge.name]
    assert after.turns == before.turns
    assert after.score == score_call(after) and after.score != before.score
    assert after.health and after.versions[f"judge.{judge.name}"] == judge.version
    assert first.summary.score.mean == pytest.approx((10 + 6) / 2)
    assert first.panel is not None and first.panel.intent.units == 4


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (lambda: said("I liked it."), "malformed"),
        (lambda: Fault(b'{"choices": [{"mess').response(), "malformed"),
        (lambda: Fault(status=500).response(), "unreachable"),
        (None, "timeout"),
    ],
    ids=["prose", "broken JSON", "HTTP 500", "too slow"],
)
async def test_a_failure_is_stored_and_never_scored(
    store: RunStore, answer: Answer | None, cause: str
) -> None:
    desk = Desk()
    desk.answer, desk.delay = answer or sound, 0.0 if answer else 5.0
    scores = [episode.score for episode in store.episodes(B)]
    async with judge_at(desk) as judge:
        rejudger = Rejudger(store, [judge], seconds=30.0 if answer else 0.2)
        found = await rejudger.judge(B)
        calls = list(store.episodes(B))
        for call in calls:
            (failure,) = of_judge(call, judge.name)
            assert isinstance(failure, JudgeFailure) and failure.cause == cause
            assert call.score == score_call(call)
        assert [c.score.process for c in calls if c.score] == [None] * 4
        assert [c.score.intent for c in calls if c.score] == [s.intent for s in scores if s]
        assert found.work[judge.name].causes == {cause: 4}
        assert found.summary.judge_failures.by_judge == {judge.name: 4}

        desk.answer, desk.delay = sound, 0.0
        mended = await rejudger.judge(B)
    assert (mended.work[judge.name].judged, mended.work[judge.name].failed) == (4, 0)
    assert mended.summary.judge_failures.count == 0


async def test_a_failure_takes_no_verdict_of_the_same_version_away(store: RunStore) -> None:
    desk = Desk()
    async with judge_at(desk) as judge:
        rejudger = Rejudger(store, [judge])
        await rejudger.judge(B)
        desk.answer = lambda: said("no idea")
        found = await rejudger.judge(B, again=True)
    assert (found.work[judge.name].failed, found.work[judge.name].kept) == (4, 4)
    assert all(isinstance(of_judge(e, judge.name)[0], Verdict) for e in store.episodes(B))
    assert found.summary.score.mean == pytest.approx(8.0)


class Newer:
    """A judge whose first version is in the store."""

    name, version = "outcome", "newer"

    async def judge(self, _call: JudgedCall) -> Verdict:
        return Verdict(judge=self.name, version=self.version, intent="F")  # type: ignore[arg-type]


async def test_a_new_version_replaces_the_old_one_where_it_stood(store: RunStore) -> None:
    async with judge_at(Desk()) as other:
        await Rejudger(store, [other]).judge(B)
        found = await Rejudger(store, [Newer()]).judge(B)
        call = store.episode(B, 0)
        assert (call.verdicts[0].judge, call.verdicts[0].version) == ("outcome", "newer")
        assert len(call.verdicts) == 2
    assert found.summary.intent["F"] == 4  # type: ignore[index]
    assert (await Rejudger(store, [Newer()]).judge(B)).work["outcome"].skipped == 4


async def test_calls_that_failed_are_not_judged(store: RunStore, merchant_ads: Campaign) -> None:
    broken = stored_call("other", 0, sold=False).model_copy(
        update={"stop": StopReason.INFRASTRUCTURE_ERROR, "verdicts": (), "score": None}
    )
    store.begin("other", merchant_ads.model_copy(update={"episodes": 2}))
    store.save("other", [broken])
    with pytest.raises(InputError, match="no finished call"):
        await Rejudger(store, [Newer()]).judge("other")
    store.save("other", [stored_call("other", 1, sold=True)])
    assert (await Rejudger(store, [Newer()]).judge("other")).calls == 1
    assert store.episode("other", 0) == broken


async def test_two_judges_of_one_name_are_refused(store: RunStore) -> None:
    with pytest.raises(InputError, match="two judges are called 'outcome'"):
        await Rejudger(store, [Newer(), Newer()]).judge(B)
