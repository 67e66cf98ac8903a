"""A store of an older package is brought up to date; one of a newer package is left alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, inspect, text
from stored import judged_calls

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.schema import NEWEST
from ai_salesman.campaigns.store import RunStore
from ai_salesman.campaigns.tables import EpisodeRow, columns_of
from ai_salesman.conversation.errors import StoreError

FIRST_TABLES = """
CREATE TABLE runs (id VARCHAR(120) NOT NULL PRIMARY KEY, campaign VARCHAR(120) NOT NULL,
 digest VARCHAR(32) NOT NULL, content TEXT NOT NULL, started VARCHAR(40) NOT NULL,
 wall_seconds FLOAT NOT NULL);
CREATE INDEX ix_runs_campaign ON runs (campaign);
CREATE INDEX ix_runs_digest ON runs (digest);
CREATE INDEX ix_runs_started ON runs (started);
CREATE TABLE episodes (run VARCHAR(120) NOT NULL REFERENCES runs (id), "index" INTEGER NOT NULL,
 stop VARCHAR(30) NOT NULL, tier VARCHAR(20) NOT NULL, score FLOAT, content TEXT NOT NULL,
 PRIMARY KEY (run, "index"));
CREATE INDEX ix_episodes_stop ON episodes (stop);
CREATE INDEX ix_episodes_tier ON episodes (tier);
CREATE INDEX ix_episodes_score ON episodes (score);
"""
"""What a package without migrations made."""
CALLS = judged_calls(range(250))


@pytest.fixture
def old(store_url: str) -> Iterator[Engine]:
    """A database of the kind, with no table in it."""
    if store_url.startswith("sqlite:"):
        store_url = store_url.replace("new/folder/", "")
    engine = create_engine(store_url)
    yield engine
    engine.dispose()


def url_of(engine: Engine) -> str:
    """Its URL, password and all."""
    return engine.url.render_as_string(hide_password=False)


def fill(engine: Engine, campaign: Campaign) -> None:
    """A run of 250 calls in the first tables."""
    run = {"digest": campaign.digest(), "content": campaign.model_dump_json()}
    with engine.begin() as connection:
        for statement in FIRST_TABLES.split(";\n"):
            if statement.strip():
                connection.execute(text(statement))
        connection.execute(
            text(
                "INSERT INTO runs VALUES ('test', 'merchant_ads', :digest, :content,"
                " '2026-10-01T12:00:00+00:00', 80.5)"
            ),
            run,
        )
        connection.execute(
            text("INSERT INTO episodes VALUES ('test', :index, :stop, :tier, :score, :content)"),
            [
                {
                    "index": e.index,
                    "stop": e.stop.value,
                    "tier": e.persona.tier.value,
                    "score": e.score.total if e.score else None,
                    "content": e.model_dump_json(),
                }
                for e in CALLS
            ],
        )


def test_every_call_of_an_old_store_is_kept(old: Engine, merchant_ads: Campaign) -> None:
    fill(old, merchant_ads)
    store = RunStore(url_of(old))
    assert list(store.episodes("test")) == CALLS
    info = store.info("test")
    assert (info.wall_seconds, info.options, info.versions) == (80.5, None, {})
    assert info.campaign == merchant_ads
    failed = sum(call.stop == "infrastructure_error" for call in CALLS)
    assert (info.completed, info.failed) == (250 - failed, failed)


def test_moved_calls_have_the_columns_of_new_ones(old: Engine, merchant_ads: Campaign) -> None:
    fill(old, merchant_ads)
    store = RunStore(url_of(old))
    with store.session() as session:
        rows = session.query(EpisodeRow).order_by(EpisodeRow.index).all()
        moved = [{name: getattr(row, name) for name in columns_of(CALLS[0])} for row in rows]
    assert moved == [columns_of(call) for call in CALLS]


def test_an_old_run_goes_on(old: Engine, merchant_ads: Campaign) -> None:
    fill(old, merchant_ads)
    store = RunStore(url_of(old))
    store.begin("test", merchant_ads)
    store.save("test", judged_calls([250, 251]), seconds=1.5)
    assert [call.index for call in store.calls("test")] == list(range(252))
    assert store.info("test").wall_seconds == 82


def test_an_old_store_and_a_new_one_have_the_same_tables(
    old: Engine, merchant_ads: Campaign, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fill(old, merchant_ads)
    RunStore(url_of(old))
    fresh = f"sqlite:///{tmp_path_factory.mktemp('fresh')}/fresh.db"
    RunStore(fresh)
    engine = create_engine(fresh)
    assert shape(old) == shape(engine)
    engine.dispose()


def shape(engine: Engine) -> dict[str, set[str]]:
    """Table -> its columns."""
    found = inspect(engine)
    return {
        table: {str(column["name"]) for column in found.get_columns(table)}
        for table in found.get_table_names()
    }


def test_opening_again_changes_nothing(store_url: str, merchant_ads: Campaign) -> None:
    RunStore(store_url).begin("test", merchant_ads)
    assert RunStore(store_url).info("test").campaign == merchant_ads


def test_a_store_of_a_newer_package_is_refused(store_url: str, merchant_ads: Campaign) -> None:
    store = RunStore(store_url)
    store.begin("test", merchant_ads)
    with store.session() as session:
        session.execute(text("UPDATE ai_salesman_schema SET version_num = '0999'"))
    with pytest.raises(StoreError) as caught:
        RunStore(store_url)
    sentence = str(caught.value)
    assert f"newer ai-salesman (step 0999, this one knows {NEWEST})" in sentence
    assert "\n" not in sentence


def test_processes_that_open_an_old_store_at_once_move_it_once(
    old: Engine, merchant_ads: Campaign
) -> None:
    fill(old, merchant_ads)
    script = "import sys; from ai_salesman.campaigns.store import RunStore; RunStore(sys.argv[1])"
    command = [sys.executable, "-c", script, url_of(old)]
    openers = [
        subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(3)
    ]
    assert [(p.communicate(timeout=120)[1], p.returncode) for p in openers] == [(b"", 0)] * 3
    assert list(RunStore(url_of(old)).episodes("test")) == CALLS
