"""The run store on a real SQLite file and a real PostgreSQL server."""

from __future__ import annotations

from pathlib import Path

import pytest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError, StoreError, UnknownNameError
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.simulators.population import builtin_personas


@pytest.fixture
def store(store_url: str) -> RunStore:
    """An empty store."""
    return RunStore(store_url)


def episode(index: int, stop: StopReason = StopReason.REFUSED, seed: int = 0) -> Episode:
    """A call without words."""
    persona = next(iter(builtin_personas().values()))
    return Episode(run="test", index=index, seed=seed, persona=persona, turns=(), stop=stop)


def test_what_is_saved_comes_back_in_order(store: RunStore, merchant_ads: Campaign) -> None:
    store.begin("test", merchant_ads)
    saved = [episode(i) for i in range(3)]
    store.save("test", reversed(saved), seconds=2.5)
    assert list(store.episodes("test")) == saved
    assert store.episode("test", 1) == saved[1]
    info = store.info("test")
    assert (info.completed, info.failed, info.wall_seconds) == (3, 0, 2.5)
    assert info.campaign == merchant_ads


def test_a_run_goes_on_in_another_process(store: RunStore, merchant_ads: Campaign) -> None:
    store.begin("test", merchant_ads)
    store.save("test", [episode(0)])
    again = RunStore(store.url)
    began = again.begin("test", merchant_ads)
    assert began.started == store.info("test").started
    assert again.done("test") == {0}


def test_saving_twice_keeps_the_first(store: RunStore, merchant_ads: Campaign) -> None:
    store.begin("test", merchant_ads)
    store.save("test", [episode(0, seed=1)])
    store.save("test", [episode(0, seed=2)])
    assert [e.seed for e in store.episodes("test")] == [1]


def test_only_a_failed_episode_is_replaced(store: RunStore, merchant_ads: Campaign) -> None:
    store.begin("test", merchant_ads)
    failed = StopReason.INFRASTRUCTURE_ERROR
    store.save("test", [episode(0, StopReason.AGREED), episode(1, failed)])
    assert (store.info("test").completed, store.info("test").failed) == (1, 1)
    assert store.done("test") == {0}
    store.save("test", [episode(0, failed), episode(1)])
    assert [e.stop for e in store.episodes("test")] == [StopReason.AGREED, StopReason.REFUSED]


def test_rejudging_replaces_a_sound_episode(store: RunStore, merchant_ads: Campaign) -> None:
    store.begin("test", merchant_ads)
    store.save("test", [episode(0)])
    store.rejudge("test", [episode(0).model_copy(update={"health": {"echo": 1.0}})])
    assert store.episode("test", 0).health == {"echo": 1.0}


def test_a_run_is_finished_when_every_call_is_sound(
    store: RunStore, merchant_ads: Campaign
) -> None:
    store.begin("test", merchant_ads.model_copy(update={"episodes": 2}))
    store.save("test", [episode(0), episode(1, StopReason.INFRASTRUCTURE_ERROR)])
    assert not store.info("test").finished
    store.save("test", [episode(1)])
    assert store.info("test").finished


def test_runs_are_found_by_id_beginning_digest_and_last(
    store: RunStore, merchant_ads: Campaign
) -> None:
    other = merchant_ads.model_copy(update={"seed": 2})
    store.begin("ads-one", merchant_ads)
    store.begin("ads-one-2", merchant_ads)
    store.begin("solar", other)
    assert store.info("sol").id == "solar"
    assert store.info("ads-one").id == "ads-one", "a whole id wins over a longer one"
    assert store.info("last").id == "solar"
    assert [info.id for info in store.runs()] == ["solar", "ads-one-2", "ads-one"]
    assert store.find(merchant_ads.digest()) == ["ads-one-2", "ads-one"]
    assert store.find(other.digest()) == ["solar"]


def test_an_unknown_run_offers_the_nearest(store: RunStore, merchant_ads: Campaign) -> None:
    store.begin("merchant-ads-1", merchant_ads)
    store.begin("merchant-ads-2", merchant_ads)
    with pytest.raises(UnknownNameError, match="did you mean 'merchant-ads-2'"):
        store.info("merchent-ads-2")
    with pytest.raises(InputError, match="2 runs begin like 'merchant'"):
        store.info("merchant")
    with pytest.raises(UnknownNameError, match="unknown run '%'"):
        store.info("%")
    with pytest.raises(UnknownNameError, match="unknown episode '7'; known: none"):
        store.episode("merchant-ads-1", 7)


def test_an_empty_store_has_no_last_run(store: RunStore) -> None:
    assert store.runs() == []
    with pytest.raises(InputError, match="this store holds no run yet"):
        store.info("last")


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "",
        "nosuch:///runs.db",
        "postgresql://dana:secret@db:port/runs",
        "sqlite:////proc/nowhere/runs.db",
        "sqlite:////proc/version",
        "sqlite:////",
    ],
)
def test_a_store_that_cannot_be_used_is_one_sentence(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        RunStore(url)
    sentence = str(caught.value)
    assert sentence.startswith("run store ")
    assert "\n" not in sentence
    assert "secret" not in sentence


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "runs.db").write_text("Just some words, for long enough to be no database.\n" * 40)
    with pytest.raises(StoreError, match="not a database"):
        RunStore(f"sqlite:///{tmp_path}/runs.db")
