"""Campaigns with a learned customer: two local models side by side, and the shipped weights."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tiny_customer import make_tiny_customer
from tiny_model import make_tiny_model

from ai_salesman.agents.intent import intent_weights
from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.export import export_line
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.models.encoder import embedded_encoder
from ai_salesman.models.weights import embedded_folder
from ai_salesman.seat_names import check_names, learned_parts
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.decision_head import DECISIONS_FILE
from ai_salesman.simulators.line_check import READER_FILE
from ai_salesman.simulators.role_guard import RoleGuard
from ai_salesman.wiring import open_runner


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny salesman and a tiny customer."""
    folder = tmp_path_factory.mktemp("models")
    make_tiny_model(folder / "salesman")
    make_tiny_customer(folder / "customer")
    shutil.copy(intent_weights(), folder / "customer" / READER_FILE)
    shutil.copy(embedded_folder("customer") / DECISIONS_FILE, folder / "customer")
    return folder


@pytest.fixture
def calls(merchant_ads: Campaign) -> Campaign:
    """Short calls by the script salesman."""
    return merchant_ads.model_copy(update={"salesman": "script", "max_turns": 3, "judges": ()})


@pytest.fixture
def shipped(calls: Campaign) -> Campaign:
    """The same with the shipped customer."""
    try:
        embedded_folder("customer")
    except UnknownNameError as error:
        pytest.skip(f"the customer's weights are not here: {error}")
    return calls.model_copy(update={"customer": "learned"})


async def play(campaign: Campaign, folder: Path, concurrency: int) -> list[Episode]:
    """The calls, played in a store of their own."""
    store = RunStore(f"sqlite:///{folder}/{concurrency}.db")
    async with open_runner(campaign, store, concurrency) as runner:
        await runner.run("test", concurrency)
    return list(store.episodes("test"))


def words(episodes: list[Episode]) -> list[str]:
    return [export_line(episode, words_only=True) for episode in episodes]


async def test_two_local_models_share_a_cohort(calls: Campaign, tiny: Path, tmp_path: Path) -> None:
    campaign = calls.model_copy(
        update={
            "salesman": f"hf:{tiny}/salesman",
            "customer": f"learned:decides:hf:{tiny}/customer",
            "episodes": 16,
            "max_turns": 2,
        }
    )
    alone = await play(campaign, tmp_path, concurrency=1)
    assert words(alone) == words(await play(campaign, tmp_path, concurrency=16))
    # The tiny salesman sometimes has no words: such calls end early, and stop nobody else.
    failed = [episode for episode in alone if episode.stop is StopReason.INFRASTRUCTURE_ERROR]
    assert all("no text" in str(episode.error) for episode in failed)
    assert len({len(episode.turns) for episode in alone}) > 1


@pytest.mark.parametrize("customer", ["learned", "learned:decides"])
async def test_the_shipped_customer_says_the_same_at_any_concurrency(
    shipped: Campaign, tmp_path: Path, customer: str
) -> None:
    campaign = shipped.model_copy(update={"customer": customer, "episodes": 4, "cohort": 2})
    alone = await play(campaign, tmp_path, concurrency=1)
    assert words(alone) == words(await play(campaign, tmp_path, concurrency=16))


async def test_the_shipped_customer_stays_a_customer(shipped: Campaign, tmp_path: Path) -> None:
    episodes = await play(shipped.model_copy(update={"episodes": 5}), tmp_path, concurrency=5)
    guard = RoleGuard(embedded_encoder(), embedded_head())
    said = [t.text for e in episodes for t in e.turns if t.speaker is Speaker.CUSTOMER]
    assert said
    assert not [text for text in said if await guard.is_selling(text)]
    assert all(episode.health["role_inversion"] == 0 for episode in episodes)


def test_the_seats_of_a_learned_customer(calls: Campaign) -> None:
    assert learned_parts("") == ("agenda", "embedded:customer")
    assert learned_parts("decides") == ("decides", "embedded:customer")
    assert learned_parts("decides:hf:runs/customer") == ("decides", "hf:runs/customer")
    assert learned_parts("hf:runs/customer") == ("agenda", "hf:runs/customer")
    check_names(calls.model_copy(update={"customer": "learned:decides"}))
    with pytest.raises(InputError, match="model kind"):
        check_names(calls.model_copy(update={"customer": "learned:decide"}))


async def test_a_customer_cannot_sell(calls: Campaign, tiny: Path, tmp_path: Path) -> None:
    campaign = calls.model_copy(update={"salesman": f"hf:{tiny}/customer"})
    with pytest.raises(InputError, match="cannot sell"):
        await play(campaign, tmp_path, concurrency=1)
