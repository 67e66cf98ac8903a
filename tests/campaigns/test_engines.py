"""Workers change where a campaign is played, never what is said."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.engine import Workplace
from ai_salesman.campaigns.export import export_line
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import (
    AiSalesmanError,
    BudgetReachedError,
    EndpointDownError,
    InputError,
    ModelReplyError,
    RunStoppedError,
    UnknownNameError,
)
from ai_salesman.engines import open_sitting
from ai_salesman.models.thrift import Thrift

ONE = Workplace("local", workers=1)
TWO = Workplace("local", workers=2)


@pytest.fixture
def small(merchant_ads: Campaign) -> Campaign:
    """Four short calls in cohorts of two."""
    return merchant_ads.model_copy(
        update={
            "salesman": "script",
            "episodes": 4,
            "cohort": 2,
            "max_turns": 2,
            "judges": ("claims",),
        }
    )


async def play(campaign: Campaign, store: RunStore, workplace: Workplace | None) -> list[str]:
    """Run to the end; the words of each episode."""
    async with open_sitting(campaign, store, 2, None, workplace) as sitting:
        await sitting.play("test")
    return [export_line(episode, words_only=True) for episode in store.episodes("test")]


@pytest.mark.slow
async def test_two_processes_say_the_same_as_one(small: Campaign, tmp_path: Path) -> None:
    alone = RunStore(f"sqlite:///{tmp_path}/a.db")
    one = await play(small, alone, None)
    store, told = RunStore(f"sqlite:///{tmp_path}/b.db"), list[int]()
    async with open_sitting(small, store, 2, None, TWO) as sitting:
        info = await sitting.play("test", on_played=lambda episode: told.append(episode.index))
    episodes = list(store.episodes("test"))
    assert [export_line(episode, words_only=True) for episode in episodes] == one
    assert info.finished
    assert sorted(told) == list(range(4))
    first, same = alone.episode("test", 0), episodes[0]
    assert (same.score, same.versions) == (first.score, first.versions)


@pytest.mark.slow
async def test_a_sitting_that_is_cut_short_goes_on_with_workers(
    small: Campaign, tmp_path: Path
) -> None:
    store = RunStore(f"sqlite:///{tmp_path}/a.db")

    def stop(_: Episode) -> None:
        raise RunStoppedError("enough for today")

    with pytest.raises(RunStoppedError, match="enough"):
        async with open_sitting(small, store, 2) as sitting:
            await sitting.play("test", on_stored=stop)
    assert store.info("test").completed == 2
    resumed = await play(small, store, ONE)
    assert len(resumed) == len(set(resumed)) == 4


@pytest.mark.slow
async def test_a_worker_that_dies_ends_the_run_with_one_sentence(
    small: Campaign, tmp_path: Path
) -> None:
    plugin = tmp_path / "salesman.py"
    plugin.write_text("import os\ndef speak(messages):\n    os.kill(os.getpid(), 9)\n")
    campaign = small.model_copy(update={"salesman": f"python:{plugin}:speak", "planner": "none"})
    store = RunStore(f"sqlite:///{tmp_path}/a.db")
    with pytest.raises(RunStoppedError, match="a worker process died") as died:
        await play(campaign, store, ONE)
    assert "\n" not in str(died.value)
    assert store.info("test").completed == 0


@pytest.mark.slow
async def test_what_a_worker_lacks_is_said_as_here(small: Campaign, tmp_path: Path) -> None:
    campaign = small.model_copy(update={"salesman": f"python:{tmp_path}/nowhere.py:speak"})
    with pytest.raises(InputError, match=r"nowhere\.py: no such file; check the path"):
        await play(campaign, RunStore(f"sqlite:///{tmp_path}/a.db"), ONE)


@pytest.mark.parametrize(
    ("thrift", "workplace", "says"),
    [
        (Thrift(max_usd=1.0), TWO, "--max-cost: several workers cannot keep one cap"),
        (Thrift(max_tokens=9), Workplace("ray"), "leave --engine ray out"),
        (Thrift(cache=Path("a.db")), Workplace("ray"), "--cache: machines of a cluster"),
    ],
)
async def test_what_workers_cannot_keep_is_refused(
    thrift: Thrift, workplace: Workplace, says: str, small: Campaign
) -> None:
    with pytest.raises(InputError, match=says):
        async with open_sitting(small, RunStore("sqlite://"), 2, thrift, workplace):
            pass


@pytest.mark.parametrize(
    "error",
    [
        InputError("wrong", source="a.yaml", field="seed"),
        UnknownNameError("planner", "dogs", ["doga"], field="planner"),
        EndpointDownError("HTTP 503"),
        BudgetReachedError("spent"),
        ModelReplyError("empty", tokens_in=3),
    ],
)
def test_errors_come_back_from_a_worker_as_they_were(error: AiSalesmanError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), str(back), vars(back)) == (type(error), str(error), vars(error))
