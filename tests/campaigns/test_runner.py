"""What the runner does when a part of a call fails, and what it never does twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.export import export_line
from ai_salesman.campaigns.store import RunStore
from ai_salesman.campaigns.summary import RunSummary, summarise
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.verdict import JudgeFailure
from ai_salesman.wiring import open_runner

JUDGES = """
import asyncio
from ai_salesman.conversation.errors import ModelReplyError, ModelUnreachableError


class Raises:
    name, version = "raises", "1"
    async def judge(self, call):
        raise ValueError("no opinion")


class Silent:
    name, version = "silent", "1"
    async def judge(self, call):
        return {"intent": "A"}


class Slow:
    name, version = "slow", "1"
    async def judge(self, call):
        await asyncio.sleep(60)


class Garbled:
    name, version = "garbled", "1"
    async def judge(self, call):
        raise ModelReplyError("no JSON in the answer")


class Away:
    name, version = "away", "1"
    async def judge(self, call):
        raise ModelUnreachableError("HTTP 503")
"""
MEETING = """
import asyncio
from ai_salesman.conversation.verdict import Verdict

both = asyncio.Barrier(2)


class Meets:
    name, version = "meets", "1"
    async def judge(self, call):
        await both.wait()
        return Verdict(judge=self.name)
"""
CUSTOMER = """
from ai_salesman.simulators.base import CustomerReply, CustomerState


class Customer:
    name = "mine"
    def begin(self, scene):
        return CustomerState(scene=scene)
    async def respond(self, state, transcript):
        {body}
"""


@pytest.fixture
def small(merchant_ads: Campaign) -> Campaign:
    """Four calls of three turns in cohorts of two, without a judge."""
    return merchant_ads.model_copy(
        update={
            "salesman": "script",
            "planner": "static",
            "episodes": 4,
            "cohort": 2,
            "max_turns": 3,
            "judges": (),
        }
    )


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """An empty store."""
    return RunStore(f"sqlite:///{tmp_path}/runs.db")


async def play(campaign: Campaign, store: RunStore, concurrency: int = 2) -> list[Episode]:
    """Run to the end; the stored episodes."""
    async with open_runner(campaign, store, concurrency) as runner:
        await runner.run("test", concurrency)
    return list(store.episodes("test"))


def words(episodes: Sequence[Episode]) -> list[str]:
    """What a seed fixes."""
    return [export_line(episode, words_only=True) for episode in episodes]


def summary_of(store: RunStore) -> RunSummary:
    """The summary of the test's run."""
    return summarise(store.info("test"), list(store.episodes("test")))


async def test_an_interrupted_run_plays_only_what_is_missing(
    small: Campaign, store: RunStore, tmp_path: Path
) -> None:
    whole = await play(small, RunStore(f"sqlite:///{tmp_path}/whole.db"), concurrency=16)
    stored: Counter[int] = Counter()
    first_cohort = asyncio.Event()

    def note(episode: Episode) -> None:
        stored[episode.index] += 1
        if len(stored) == 2:
            first_cohort.set()

    async with open_runner(small, store, 1) as runner:
        sitting = asyncio.create_task(runner.run("test", 1, on_stored=note))
        await first_cohort.wait()
        sitting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sitting
        kept = list(store.episodes("test"))
        assert store.done("test") == {0, 1}

        info = await runner.run("test", 1, on_stored=note)
        assert info.finished
        await runner.run("test", 1, on_stored=note)
    assert stored == Counter({0: 1, 1: 1, 2: 1, 3: 1}), "nothing is stored twice"
    episodes = list(store.episodes("test"))
    assert episodes[:2] == kept, "what was stored stays as it was, timings and all"
    assert words(episodes) == words(whole)


async def test_a_failing_salesman_is_never_scored_and_is_tried_again(
    small: Campaign, store: RunStore, tmp_path: Path
) -> None:
    plugin = tmp_path / "salesman.py"
    plugin.write_text(
        "def speak(messages):\n"
        "    if any('assistant' == m['role'] for m in messages):\n"
        "        raise RuntimeError('out of order')\n"
        "    return 'Good morning, how are you today?'\n"
    )
    campaign = small.model_copy(
        update={"salesman": f"python:{plugin}:speak", "judges": ("claims",), "episodes": 2}
    )
    episodes = await play(campaign, store)
    assert [e.stop for e in episodes] == [StopReason.INFRASTRUCTURE_ERROR] * 2
    assert [e.score for e in episodes] == [None, None]
    assert [len(e.turns) for e in episodes] == [2, 2], "the words before the failure are kept"
    assert episodes[0].error == f"python:{plugin}:speak raised RuntimeError: out of order"
    summary = summary_of(store)
    assert (summary.episodes.completed, summary.episodes.failed) == (0, 2)
    assert (summary.conversion.of, summary.score.of) == (0, 0)

    plugin.write_text("def speak(messages):\n    return 'Good morning, how are you today?'\n")
    again = await play(campaign, store)
    assert StopReason.INFRASTRUCTURE_ERROR not in {e.stop for e in again}
    assert all(e.score is not None for e in again)


async def test_each_way_in_which_a_judge_fails_is_stored_and_counted(
    small: Campaign, store: RunStore, tmp_path: Path
) -> None:
    (tmp_path / "judges.py").write_text(JUDGES)
    names = ("Raises", "Silent", "Slow", "Garbled", "Away")
    judges = tuple(f"python:{tmp_path}/judges.py:{name}" for name in names)
    campaign = small.model_copy(update={"judges": judges, "episodes": 2, "max_turns": 1})
    async with open_runner(campaign, store, 2) as runner:
        await replace(runner, judge_seconds=0.2).run("test", 2)
    for episode in store.episodes("test"):
        failures = [v for v in episode.verdicts if isinstance(v, JudgeFailure)]
        assert [(f.judge, f.cause, f.error) for f in failures] == [
            ("raises", "crashed", "ValueError: no opinion"),
            ("silent", "malformed", "returned {'intent': 'A'} instead of a verdict"),
            ("slow", "timeout", "no verdict in 0.2 s"),
            ("garbled", "malformed", "no JSON in the answer"),
            ("away", "unreachable", "HTTP 503"),
        ]
    summary = summary_of(store)
    assert summary.episodes.completed == 2
    assert summary.judge_failures.count == 10
    assert summary.judge_failures.by_judge["slow"] == 2
    assert (summary.score.mean, summary.honest_conversion.successes) == (None, 0)


async def test_the_calls_of_a_cohort_are_judged_side_by_side(
    small: Campaign, store: RunStore, tmp_path: Path
) -> None:
    """A judge that waits for a second call never gets one where calls are judged one by one."""
    (tmp_path / "judges.py").write_text(MEETING)
    judges = (f"python:{tmp_path}/judges.py:Meets",)
    campaign = small.model_copy(update={"judges": judges, "episodes": 2, "max_turns": 1})
    async with open_runner(campaign, store, 2) as runner:
        await replace(runner, judge_seconds=10).run("test", 2)
    assert not any(isinstance(v, JudgeFailure) for e in store.episodes("test") for v in e.verdicts)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("raise KeyError('mood')", "raised KeyError: 'mood'"),
        ("return 'Yes.'", "returned 'Yes.' instead of a CustomerReply"),
    ],
)
async def test_a_customer_plug_in_that_fails_costs_its_call_and_not_the_run(
    body: str, says: str, small: Campaign, store: RunStore, tmp_path: Path
) -> None:
    (tmp_path / "customer.py").write_text(CUSTOMER.format(body=body))
    uri = f"python:{tmp_path}/customer.py:Customer"
    episodes = await play(small.model_copy(update={"customer": uri, "episodes": 2}), store)
    assert [e.stop for e in episodes] == [StopReason.INFRASTRUCTURE_ERROR] * 2
    assert episodes[0].error == f"{uri} {says}"


@pytest.mark.parametrize(
    ("seat", "text", "says"),
    [
        ("customer", "class Part:\n    name = 'x'\n", "has no 'begin'"),
        ("judges", "class Part:\n    name = 'x'\n", "has no 'version'"),
        ("judges", "class Part:\n    def __init__(self, key): ...\n", "cannot be made"),
        (
            "customer",
            CUSTOMER.replace("CustomerState(scene=scene)", "None").format(body="..."),
            "return a CustomerState",
        ),
    ],
)
async def test_a_plug_in_of_the_wrong_shape_is_one_sentence(
    seat: str, text: str, says: str, small: Campaign, store: RunStore, tmp_path: Path
) -> None:
    (tmp_path / "part.py").write_text(text)
    uri = f"python:{tmp_path}/part.py:" + ("Customer" if "class Customer" in text else "Part")
    value = (uri,) if seat == "judges" else uri
    with pytest.raises(InputError, match=says) as caught:
        await play(small.model_copy(update={seat: value, "episodes": 2}), store)
    assert str(caught.value).startswith(uri)
    assert "\n" not in str(caught.value)
