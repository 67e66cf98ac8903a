"""The same campaign and seed give the same words, whatever happens to the run."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.export import export_line
from ai_salesman.campaigns.store import RunStore
from ai_salesman.campaigns.summary import summarise
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.wiring import open_runner

NONSENSE = Path(__file__).parents[2] / "examples" / "replies" / "nonsense.jsonl"


@pytest.fixture
def small(merchant_ads: Campaign) -> Campaign:
    """Six short calls in cohorts of two."""
    return merchant_ads.model_copy(
        update={
            "salesman": "script",
            "episodes": 6,
            "cohort": 2,
            "max_turns": 4,
            "judges": ("claims",),
        }
    )


async def play(campaign: Campaign, store: RunStore, concurrency: int = 2) -> list[str]:
    """Run to the end; the words of each episode."""
    async with open_runner(campaign, store, concurrency) as runner:
        await runner.run("test", concurrency)
    return [export_line(episode, words_only=True) for episode in store.episodes("test")]


async def test_concurrency_changes_no_word(small: Campaign, tmp_path: Path) -> None:
    alone = await play(small, RunStore(f"sqlite:///{tmp_path}/a.db"), concurrency=1)
    together = await play(small, RunStore(f"sqlite:///{tmp_path}/b.db"), concurrency=16)
    assert alone == together
    assert len(set(alone)) == 6


async def test_an_embedded_model_says_the_same_at_any_concurrency(
    small: Campaign, tmp_path: Path
) -> None:
    embedded = small.model_copy(update={"salesman": "embedded", "episodes": 4, "max_turns": 3})
    alone = await play(embedded, RunStore(f"sqlite:///{tmp_path}/a.db"), concurrency=1)
    together = await play(embedded, RunStore(f"sqlite:///{tmp_path}/b.db"), concurrency=16)
    assert alone == together


async def test_an_interrupted_run_goes_on_to_the_same_words(
    small: Campaign, tmp_path: Path
) -> None:
    whole = await play(small, RunStore(f"sqlite:///{tmp_path}/whole.db"))
    store = RunStore(f"sqlite:///{tmp_path}/cut.db")
    stored: list[int] = []

    async def cut() -> None:
        async with open_runner(small, store, 1) as runner:
            task = asyncio.current_task()
            assert task is not None

            def stop(episode: Episode) -> None:
                stored.append(episode.index)
                if len(stored) == 2:
                    task.cancel()

            await runner.run("test", 1, on_stored=stop)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(cut())
    assert store.done("test") == {0, 1}
    assert await play(small, store) == whole


async def test_another_seed_gives_other_calls(small: Campaign, tmp_path: Path) -> None:
    one = await play(small, RunStore(f"sqlite:///{tmp_path}/a.db"))
    other = small.model_copy(update={"seed": 2})
    assert one != await play(other, RunStore(f"sqlite:///{tmp_path}/b.db"))


async def test_nonsense_sells_nothing(small: Campaign, tmp_path: Path) -> None:
    campaign = small.model_copy(
        update={"salesman": f"replay:{NONSENSE}", "planner": "none", "max_turns": 10}
    )
    store = RunStore(f"sqlite:///{tmp_path}/a.db")
    await play(campaign, store)
    episodes = list(store.episodes("test"))
    assert {episode.stop for episode in episodes} <= {
        StopReason.HUNG_UP,
        StopReason.DO_NOT_CALL,
        StopReason.REFUSED,
        StopReason.MAX_TURNS,
    }
    assert summarise(store.info("test"), episodes).conversion.successes == 0


async def test_a_failing_model_is_counted_apart_and_tried_again(
    small: Campaign, tmp_path: Path
) -> None:
    plugin = tmp_path / "salesman.py"
    plugin.write_text("def speak(messages):\n    raise RuntimeError('out of order')\n")
    campaign = small.model_copy(
        update={"salesman": f"python:{plugin}:speak", "episodes": 2, "planner": "static"}
    )
    store = RunStore(f"sqlite:///{tmp_path}/a.db")
    await play(campaign, store)
    summary = summarise(store.info("test"), list(store.episodes("test")))
    assert (summary.episodes.completed, summary.episodes.failed) == (0, 2)
    assert summary.score.mean is None
    assert "out of order" in str(store.episode("test", 0).error)

    plugin.write_text("def speak(messages):\n    return 'Good morning, how are you today?'\n")
    await play(campaign, store)
    assert (store.info("test").completed, store.info("test").failed) == (2, 0)


async def test_a_crashing_judge_is_a_failure_and_no_score(small: Campaign, tmp_path: Path) -> None:
    plugin = tmp_path / "judge.py"
    plugin.write_text(
        "class Judge:\n    name = 'mine'\n    version = '1'\n"
        "    async def judge(self, call):\n        raise ValueError('no opinion')\n"
    )
    campaign = small.model_copy(update={"episodes": 2, "judges": (f"python:{plugin}:Judge",)})
    store = RunStore(f"sqlite:///{tmp_path}/a.db")
    await play(campaign, store)
    summary = summarise(store.info("test"), list(store.episodes("test")))
    assert summary.judge_failures.by_judge == {"mine": 2}
    assert summary.score.mean is None
