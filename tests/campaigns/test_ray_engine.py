"""A campaign on a Ray cluster: the same words as here, streamed to the store, whatever is lost."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from stored import judged_calls

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.engine import CohortJob, EpisodeListener, Workplace
from ai_salesman.campaigns.export import export_line
from ai_salesman.campaigns.ray_engine import RayEngine
from ai_salesman.campaigns.sitting import Sitting
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError, RunStoppedError
from ai_salesman.engines import open_sitting

pytest.importorskip("ray", reason="Ray is not installed: pip install 'ai-salesman[ray]'")
pytestmark = [
    pytest.mark.slow,
    # Ray leaves files and sockets to the end of the process.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SALESMAN = """
import asyncio
async def speak(messages):
    spoken = sum(m["role"] == "assistant" for m in messages)
    await asyncio.sleep(0.4)
    return ["Good morning, how do people find you today?", "And what does it cost you now?",
            "Shall I tell you what others do about it?"][spoken % 3]
"""


@dataclass(frozen=True)
class RecordedCalls:
    """Opens a player that needs no models: each cohort takes a moment and is noted in a file."""

    notes: Path
    fault: str = ""
    """What befalls the worker when it plays."""

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[RecordedCalls]:
        if self.fault == "cannot open":
            raise InputError("there is no such file; check the path", source="nowhere.py")
        yield self

    async def play_cohort(
        self, job: CohortJob, on_played: EpisodeListener | None = None
    ) -> list[Episode]:
        assert on_played is None, "listeners stay at home"
        with self.notes.open("a") as file:
            file.write(f"{job.indices.start} {os.getpid()}\n")
        await asyncio.sleep(1.2)
        if self.fault == "dies":
            os._exit(9)
        return [e for e in judged_calls(job.indices, job.run) if e.index not in job.done]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A node of one CPU on this machine; runs connect to it, and tests may add another."""
    import ray
    from ray.cluster_utils import Cluster

    # Workers cannot import the classes of these tests: they are sent along.
    for module in (sys.modules[__name__], sys.modules["stored"]):
        ray.cloudpickle.register_pickle_by_value(module)
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        yield made
    finally:
        made.shutdown()


def words(store: RunStore) -> list[str]:
    """What a seed fixes."""
    return [export_line(episode, words_only=True) for episode in store.episodes("test")]


def plain(merchant_ads: Campaign, tmp_path: Path, episodes: int) -> Campaign:
    """Short calls in cohorts of two, by a salesman who takes his time."""
    (tmp_path / "salesman.py").write_text(SALESMAN)
    return merchant_ads.model_copy(
        update={
            "salesman": f"python:{tmp_path}/salesman.py:speak",
            "planner": "none",
            "retrieval": "none",
            "episodes": episodes,
            "cohort": 2,
            "max_turns": 3,
            "judges": ("claims",),
        }
    )


async def test_the_same_words_as_here(merchant_ads: Campaign, cluster: Any, tmp_path: Path) -> None:
    campaign = plain(merchant_ads, tmp_path, 4)
    here, there = (RunStore(f"sqlite:///{tmp_path}/{name}.db") for name in ("here", "there"))
    async with open_sitting(campaign, here, 2) as sitting:
        await sitting.play("test")
    stored = list[tuple[int, int]]()

    def note(episode: Episode) -> None:
        stored.append((episode.index, len(there.done("test"))))

    workplace = Workplace("ray", workers=1, address=cluster.address)
    async with open_sitting(campaign, there, 2, None, workplace) as sitting:
        info = await sitting.play("test", on_stored=note)
    assert info.finished
    assert words(there) == words(here)
    assert stored == [(0, 2), (1, 2), (2, 4), (3, 4)], "each cohort is stored as it comes"


@pytest.mark.soak
async def test_a_node_is_lost_and_no_word(
    merchant_ads: Campaign, cluster: Any, tmp_path: Path
) -> None:
    campaign = plain(merchant_ads, tmp_path, 12)
    here, there = (RunStore(f"sqlite:///{tmp_path}/{name}.db") for name in ("here", "there"))
    async with open_sitting(campaign, here, 2) as sitting:
        await sitting.play("test")
    second, stored = cluster.add_node(num_cpus=1), Counter[int]()

    def lose_a_node(episode: Episode) -> None:
        stored[episode.index] += 1
        if len(stored) == 4:
            cluster.remove_node(second, allow_graceful=False)

    workplace = Workplace("ray", workers=2, address=cluster.address)
    async with open_sitting(campaign, there, 2, None, workplace) as sitting:
        info = await sitting.play("test", on_stored=lose_a_node)
    assert info.finished
    assert stored == Counter(range(12)), "each is stored once"
    assert words(there) == words(here)


async def test_cohorts_of_a_lost_node_are_played_again(
    merchant_ads: Campaign, cluster: Any, tmp_path: Path
) -> None:
    campaign = merchant_ads.model_copy(update={"episodes": 24, "cohort": 2})
    store, notes = RunStore(f"sqlite:///{tmp_path}/runs.db"), tmp_path / "notes"
    second, stored, lost = cluster.add_node(num_cpus=1), Counter[int](), list[str]()

    def lose_a_node(episode: Episode) -> None:
        stored[episode.index] += 1
        pids = [line.split()[1] for line in notes.read_text().splitlines()]
        if len(set(pids)) == 2 and not lost:  # both nodes are at work
            lost.append("the second")
            cluster.remove_node(second, allow_graceful=False)

    engine = RayEngine(RecordedCalls(notes), workers=2, address=cluster.address)
    info = await Sitting(campaign, store, engine).play("test", on_stored=lose_a_node)
    assert lost
    assert info.completed + info.failed == 24
    assert stored == Counter(range(24)), "each is stored once"
    begun = Counter(line.split()[0] for line in notes.read_text().splitlines())
    assert set(begun) == {str(start) for start in range(0, 24, 2)}
    assert begun.total() > 12, "a cohort was played again"


async def test_a_cohort_that_kills_its_workers_ends_the_run(
    merchant_ads: Campaign, cluster: Any, tmp_path: Path
) -> None:
    campaign = merchant_ads.model_copy(update={"episodes": 2, "cohort": 2})
    store, notes = RunStore(f"sqlite:///{tmp_path}/runs.db"), tmp_path / "notes"
    deadly = RayEngine(RecordedCalls(notes, "dies"), workers=1, address=cluster.address)
    with pytest.raises(RunStoppedError, match=r"episodes 0 to 1 lost 5 Ray workers") as stopped:
        await Sitting(campaign, store, deadly).play("test")
    assert "\n" not in str(stopped.value)
    assert len(notes.read_text().splitlines()) == 5

    lacking = RayEngine(RecordedCalls(notes, "cannot open"), workers=1, address=cluster.address)
    with pytest.raises(InputError, match=r"nowhere\.py: there is no such file"):
        await Sitting(campaign, store, lacking).play("other")


async def test_an_address_where_no_cluster_is(merchant_ads: Campaign, tmp_path: Path) -> None:
    engine = RayEngine(RecordedCalls(tmp_path / "notes"), address="127.0.0.1:1")
    with pytest.raises(InputError, match="no Ray cluster answers") as caught:
        await Sitting(merchant_ads, RunStore("sqlite://"), engine).play("test")
    assert "\n" not in str(caught.value)
