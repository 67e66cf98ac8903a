"""What the store does when its database is away, is full, or is shared, or its process dies."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from places import CAMPAIGNS
from private_postgres import PrivatePostgres
from sqlalchemy import Engine, event
from stored import judged_calls

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.export import export_line
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.errors import StoreError
from ai_salesman.engines import open_sitting

SAVES_ALL = """
import sys
from pathlib import Path
from stored import judged_calls
from ai_salesman.campaigns.campaign import load_campaign
from ai_salesman.campaigns.store import RunStore

store = RunStore(sys.argv[1])
store.begin("test", load_campaign(Path(sys.argv[2])))
for index in range(30):
    store.save("test", judged_calls([index, index + 1]), seconds=1)
"""
DIES_IN_A_SAVE = """
import os, signal, sys
from stored import judged_calls
from sqlalchemy import Engine, event
from ai_salesman.campaigns.store import RunStore

store = RunStore(sys.argv[1])
store.save("test", judged_calls(range(4)))
event.listen(Engine, "commit", lambda _: os.kill(os.getpid(), signal.SIGKILL))
store.save("test", judged_calls(range(4, 40)))
"""


def process(script: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A process that runs `script` with the tests' modules."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
    )


def test_a_save_waits_for_a_database_that_comes_back(
    postgres: PrivatePostgres, merchant_ads: Campaign
) -> None:
    store = RunStore(postgres.new_database(), patience=60)
    store.begin("test", merchant_ads)
    store.save("test", judged_calls(range(3)), seconds=1)
    postgres.stop()
    try:
        saving = threading.Thread(
            target=store.save, args=("test", judged_calls(range(3, 6)), 2.0), daemon=True
        )
        saving.start()
        saving.join(1.5)
        assert saving.is_alive(), "it waits"
    finally:
        postgres.start()
    saving.join(60)
    assert list(store.episodes("test")) == judged_calls(range(6))
    assert store.info("test").wall_seconds == 3


def test_a_database_that_stays_away_is_one_sentence_and_loses_nothing(
    postgres: PrivatePostgres, merchant_ads: Campaign
) -> None:
    store = RunStore(postgres.new_database(), patience=0.5)
    store.begin("test", merchant_ads)
    store.save("test", judged_calls(range(3)))
    postgres.stop()
    try:
        with pytest.raises(StoreError) as caught:
            store.save("test", judged_calls(range(3, 6)))
    finally:
        postgres.start()
    assert "the same command goes on from there" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list(store.episodes("test")) == judged_calls(range(3))
    store.save("test", judged_calls(range(3, 6)))
    assert list(store.episodes("test")) == judged_calls(range(6))


@contextmanager
def files_of_at_most(pages: int) -> Iterator[None]:
    """SQLite files that are opened meanwhile are full at so many pages of 4 kB."""

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


async def test_a_full_disk_ends_a_run_that_can_go_on(
    merchant_ads: Campaign, tmp_path: Path
) -> None:
    few = {"salesman": "script", "episodes": 8, "cohort": 2, "max_turns": 3, "judges": ()}
    small = merchant_ads.model_copy(update=few)

    async def play(store: RunStore) -> list[str]:
        async with open_sitting(small, store, 2) as sitting:
            await sitting.play("test")
        return [export_line(episode, words_only=True) for episode in store.episodes("test")]

    whole = await play(RunStore(f"sqlite:///{tmp_path}/whole.db"))
    RunStore(f"sqlite:///{tmp_path}/full.db").begin("test", small)
    used = (tmp_path / "full.db").stat().st_size // 4096
    with files_of_at_most(used + 3):
        full = RunStore(f"sqlite:///{tmp_path}/full.db")
        with pytest.raises(StoreError, match=r"disk is full.*the same command goes on from there"):
            await play(full)
    roomy = RunStore(f"sqlite:///{tmp_path}/full.db")
    kept = [export_line(episode, words_only=True) for episode in roomy.episodes("test")]
    assert 0 < len(kept) < 8
    assert kept == whole[: len(kept)]
    assert await play(roomy) == whole


def test_processes_share_a_store(store_url: str) -> None:
    campaign = str(CAMPAIGNS / "merchant_ads.yaml")
    savers = [process(SAVES_ALL, store_url, campaign) for _ in range(3)]
    assert [(p.communicate(timeout=120)[1], p.returncode) for p in savers] == [(b"", 0)] * 3
    store = RunStore(store_url)
    assert [info.id for info in store.runs()] == ["test"]
    assert list(store.episodes("test")) == judged_calls(range(31))
    assert [call.index for call in store.calls("test")] == list(range(31))
    assert store.info("test").wall_seconds == 90


def test_a_process_that_dies_in_a_save_has_saved_nothing_of_it(
    store_url: str, merchant_ads: Campaign
) -> None:
    store = RunStore(store_url)
    store.begin("test", merchant_ads)
    dying = process(DIES_IN_A_SAVE, store_url)
    assert dying.communicate(timeout=60)[1] == b""
    assert dying.returncode == -signal.SIGKILL
    assert list(store.episodes("test")) == judged_calls(range(4))
    store.save("test", judged_calls(range(4, 40)))
    assert list(store.episodes("test")) == judged_calls(range(40))
