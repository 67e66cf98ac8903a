"""A campaign on a Ray cluster, a node of which is lost in the middle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.engine import Workplace
from ai_salesman.campaigns.export import export_line
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
import asyncio, os, pathlib
started = pathlib.Path(__file__).with_name("started")
async def speak(messages):
    spoken = sum(m["role"] == "assistant" for m in messages)
    if not spoken:
        with started.open("a") as file:
            file.write(messages[0]["content"].splitlines()[0] + "\\n")
    await asyncio.sleep(0.4)
    return ["Good morning, how do people find you today?", "And what does it cost you now?",
            "Shall I tell you what others do about it?"][spoken % 3]
"""
TWO = Workplace("ray", workers=2)


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two nodes of one CPU each, on this machine; this process is connected to the first."""
    import ray
    from ray.cluster_utils import Cluster

    made = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 1, "include_dashboard": False},
    )
    made.second = made.add_node(num_cpus=1)  # type: ignore[attr-defined]
    ray.init(address=made.address, log_to_driver=False)
    try:
        yield made
    finally:
        ray.shutdown()
        made.shutdown()


@pytest.fixture
def campaign(merchant_ads: Campaign, tmp_path: Path) -> Campaign:
    """Twelve short calls in cohorts of two, by a salesman who notes each call that he begins."""
    (tmp_path / "salesman.py").write_text(SALESMAN)
    return merchant_ads.model_copy(
        update={
            "salesman": f"python:{tmp_path}/salesman.py:speak",
            "planner": "none",
            "retrieval": "none",
            "episodes": 12,
            "cohort": 2,
            "max_turns": 4,
            "judges": ("claims",),
        }
    )


def words(store: RunStore) -> list[str]:
    """What a seed fixes."""
    return [export_line(episode, words_only=True) for episode in store.episodes("test")]


async def test_a_node_is_lost_and_no_episode(
    campaign: Campaign, cluster: Any, tmp_path: Path
) -> None:
    here = RunStore(f"sqlite:///{tmp_path}/here.db")
    async with open_sitting(campaign, here, 2) as sitting:
        await sitting.play("test")
    (tmp_path / "started").unlink()

    there, stored = RunStore(f"sqlite:///{tmp_path}/there.db"), Counter[int]()

    def lose_a_node(episode: Episode) -> None:
        stored[episode.index] += 1
        if len(stored) == 4:
            cluster.remove_node(cluster.second, allow_graceful=False)

    async with open_sitting(campaign, there, 2, None, TWO) as sitting:
        info = await sitting.play("test", on_stored=lose_a_node)
    assert info.finished
    assert stored == Counter(range(12)), "each is stored once"
    assert words(there) == words(here)
    assert len((tmp_path / "started").read_text().splitlines()) > 12, "a cohort was played again"


async def test_a_cohort_that_kills_its_workers_ends_the_run(
    campaign: Campaign, cluster: Any, tmp_path: Path
) -> None:
    assert cluster.list_all_nodes()
    (tmp_path / "salesman.py").write_text(
        "import os\ndef speak(messages):\n    os.kill(os.getpid(), 9)\n"
    )
    store = RunStore(f"sqlite:///{tmp_path}/runs.db")
    one = campaign.model_copy(update={"episodes": 2})
    with pytest.raises(RunStoppedError, match=r"episodes 0 to 1 lost 5 Ray workers") as stopped:
        async with open_sitting(one, store, 2, None, TWO) as sitting:
            await sitting.play("test")
    assert "\n" not in str(stopped.value)

    absent = campaign.model_copy(update={"salesman": "python:nowhere.py:speak"})
    with pytest.raises(InputError, match=r"nowhere\.py: no such file"):
        async with open_sitting(absent, store, 2, None, TWO) as sitting:
            await sitting.play("other")


async def test_an_address_where_no_cluster_is(campaign: Campaign) -> None:
    nowhere = Workplace("ray", address="127.0.0.1:1")
    with pytest.raises(InputError, match="no Ray cluster answers") as caught:
        async with open_sitting(campaign, RunStore("sqlite://"), 2, None, nowhere) as sitting:
            await sitting.play("test")
    assert "\n" not in str(caught.value)
