"""The checks of a customer find what is wrong with one, and let a sound one pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.customer_check.checking import CALLS_PER_EPISODE, check_customer
from ai_salesman.campaigns.customer_check.demand import SCALES, check_demand
from ai_salesman.campaigns.customer_check.diversity import check_diversity, distinct, self_bleu
from ai_salesman.campaigns.customer_check.leaks import check_leaks
from ai_salesman.campaigns.customer_check.objections import check_objections
from ai_salesman.campaigns.customer_check.page import write_page
from ai_salesman.campaigns.customer_check.patience import check_patience
from ai_salesman.campaigns.customer_check.pricing import at_price
from ai_salesman.campaigns.customer_check.reaction import check_reaction
from ai_salesman.campaigns.customer_check.results import CheckResult, Figure
from ai_salesman.campaigns.customer_check.sickness import check_sickness
from ai_salesman.campaigns.customer_check.tiers import check_tiers
from ai_salesman.campaigns.customer_check.trials import (
    OpenCalls,
    Trial,
    play_campaign,
    trial_campaign,
    with_fixed_reserve,
)
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.errors import ModelReplyError
from ai_salesman.evaluation.reader import call_reader
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.population import builtin_personas
from ai_salesman.simulators.role_guard import RoleGuard
from ai_salesman.wiring import open_runner

ODD = Path(__file__).parent / "odd_customers.py"


def quiet(_what: str) -> None:
    """Nobody watches a test's progress."""


@pytest.fixture
def open_calls() -> OpenCalls:
    """Campaigns made to work, each with an empty store."""
    return lambda campaign: open_runner(campaign, RunStore("sqlite://"), 16)


async def trial(campaign: Campaign, customer: str, episodes: int = 10, max_turns: int = 7) -> Trial:
    """Calls of a plain script salesman with a customer, built in or one of the odd ones."""
    uri = customer if customer == "agenda" else f"python:{ODD}:{customer}"
    tried = trial_campaign(campaign, uri, "script", episodes, seed=3)
    tried = tried.model_copy(update={"planner": "static", "max_turns": max_turns})
    async with open_runner(tried, RunStore("sqlite://"), 16) as runner:
        return await play_campaign(runner, tried.sheet.price, quiet, "calls")


def figure(result: CheckResult, start: str) -> Figure:
    """The figure whose name starts so."""
    return next(f for f in result.figures if f.name.startswith(start))


async def test_a_customer_that_ignores_words_fails_to_react(merchant_ads: Campaign) -> None:
    result = await check_reaction([await trial(merchant_ads, "Deaf")], quiet)
    assert result.passed is False
    assert figure(result, "outcome reproduced").value == 1.0
    assert figure(result, "outcome changed by another").value == 0.0
    assert figure(result, "conversion lost").value == 0.0


async def test_a_listening_customer_is_repeated_word_for_word(merchant_ads: Campaign) -> None:
    result = await check_reaction([await trial(merchant_ads, "agenda", 8, max_turns=14)], quiet)
    assert figure(result, "outcome reproduced").value == 1.0
    assert figure(result, "customer's words reproduced").value == 1.0
    changed = figure(result, "outcome changed by another").value
    assert changed is not None and changed > 0.0


async def test_a_customer_that_never_minds_the_price_has_no_demand_curve(
    merchant_ads: Campaign, open_calls: OpenCalls
) -> None:
    played = await trial(merchant_ads, "Deaf", 8)
    result = await check_demand([played], open_calls, quiet)
    assert result.passed is False
    assert [point.x for point in result.curves[0].points] == list(SCALES)
    assert len({point.rate for point in result.curves[0].points}) == 1
    assert figure(result, "conversion at").value == 0.0


def test_another_price_changes_the_figure_and_the_words(merchant_ads: Campaign) -> None:
    dear = at_price(merchant_ads.sheet, 2.0)
    assert (dear.price, dear.facts["price"].value) == (398, 398)
    assert dear.facts["price"].wording == "$398 a month"
    assert dear.facts["guarantee"] == merchant_ads.sheet.facts["guarantee"]
    assert at_price(merchant_ads.sheet, 0.5).facts["price"].wording == "$99.50 a month"


def test_a_reserve_price_does_not_grow_with_the_list_price() -> None:
    persona = builtin_personas()["ana_rivera_bakery"]
    fixed = with_fixed_reserve(persona, 200)
    assert (fixed.reserve, fixed.reserve_unit) == (persona.reserve * 200, "absolute")
    assert with_fixed_reserve(fixed, 400) == fixed


async def test_tiers_that_buy_alike_fail(merchant_ads: Campaign) -> None:
    result = check_tiers([await trial(merchant_ads, "Deaf", 20)])
    assert result.passed is False
    assert {"easy", "adversarial"} <= {f.name for f in result.figures}


async def test_hidden_numbers_in_the_words_are_found(merchant_ads: Campaign) -> None:
    result = check_leaks([await trial(merchant_ads, "Leaky", 6)])
    assert result.passed is False
    assert figure(result, "calls with a hidden").value == 1.0
    assert "price_sensitivity" in result.note


async def test_a_manner_that_shows_the_tier_is_found(merchant_ads: Campaign) -> None:
    result = check_leaks([await trial(merchant_ads, "GivesItselfAway", 40)])
    assert result.passed is False
    assert figure(result, "AUC: hard tier").value == pytest.approx(1.0)


async def test_a_customer_that_loves_repetition_fails(merchant_ads: Campaign) -> None:
    result = await check_patience([await trial(merchant_ads, "LovesRepetition", 6)], quiet)
    assert result.passed is False
    stayed = figure(result, "turns stayed lost by repetition")
    assert stayed.value is not None and stayed.value < 0


async def test_a_sound_customer_tires_and_wants_its_doubts_answered(
    merchant_ads: Campaign, encoder: MiniLMEncoder
) -> None:
    played = await trial(merchant_ads, "agenda", 8)
    patience = await check_patience([played], quiet)
    assert patience.passed is True
    assert figure(patience, "patience lost by pressure").above_zero
    doubts = await check_objections([played], call_reader(encoder), quiet)
    gone, passed_over = figure(doubts, "gone after its"), figure(doubts, "gone after an")
    assert gone.value is not None and passed_over.value is not None
    assert gone.value > passed_over.value


async def test_a_doubt_that_goes_away_by_itself_is_found(
    merchant_ads: Campaign, encoder: MiniLMEncoder
) -> None:
    played = await trial(merchant_ads, "Forgetful", 6)
    result = await check_objections([played], call_reader(encoder), quiet)
    assert figure(result, "gone after an irrelevant").value == 1.0
    assert result.passed is False


async def test_a_customer_that_sells_is_found(
    merchant_ads: Campaign, encoder: MiniLMEncoder
) -> None:
    guard = RoleGuard(encoder, embedded_head())
    result = await check_sickness([await trial(merchant_ads, "Saleswoman", 4)], guard)
    assert result.passed is False
    assert figure(result, "role inversion").value == 1.0
    assert figure(result, "sells, by the role guard").value == 1.0


async def test_a_customer_that_talks_without_end_is_found(
    merchant_ads: Campaign, encoder: MiniLMEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REAL_DIALOGUES", raising=False)
    result = check_diversity([await trial(merchant_ads, "Chatterbox", 4)], encoder)
    assert result.passed is False
    words = figure(result, "words per customer turn").value
    assert words is not None and words > 50


async def test_a_customer_that_pays_more_than_its_reserve_is_found(
    merchant_ads: Campaign, open_calls: OpenCalls
) -> None:
    result = await check_demand([await trial(merchant_ads, "SpendsMore", 5)], open_calls, quiet)
    assert result.passed is False
    assert figure(result, "sales at more than").value == 1.0
    assert figure(result, "elasticity, ").value is None  # everybody buys at any price


def test_repeated_words_are_less_distinct_and_more_alike() -> None:
    varied = [f"word{i} thing{i}" for i in range(2000)]
    assert distinct(varied, 1) == 1.0
    assert distinct(["the same words"] * 1000, 2) == pytest.approx(3 / 1999)
    assert distinct(["too short"], 1) is None
    assert self_bleu(["a b c d e", "a b c d e"]) == pytest.approx(100.0)
    assert self_bleu(["alone"]) is None


async def test_a_customer_that_always_fails_ends_in_one_sentence(
    merchant_ads: Campaign, tmp_path: Path
) -> None:
    plugin = tmp_path / "broken.py"
    plugin.write_text(
        "from ai_salesman.simulators.base import CustomerState\n"
        "class Broken:\n    name = 'broken'\n"
        "    def begin(self, scene): return CustomerState(scene=scene)\n"
        "    async def respond(self, state, transcript): raise RuntimeError('out of order')\n"
    )
    tried = trial_campaign(merchant_ads, f"python:{plugin}:Broken", "script", 2, 1)
    async with open_runner(tried, RunStore("sqlite://"), 2) as runner:
        with pytest.raises(ModelReplyError, match="no call could be played"):
            await play_campaign(runner, 199, quiet, "calls")


@pytest.mark.slow
async def test_the_whole_check_ends_in_a_page(
    merchant_ads: Campaign, open_calls: OpenCalls, tmp_path: Path
) -> None:
    ticks: list[str] = []
    small = merchant_ads.model_copy(update={"planner": "static", "max_turns": 4})
    uri = f"python:{ODD}:Deaf"
    found = await check_customer(uri, [small], open_calls, episodes=4, tick=ticks.append)
    assert [check.id for check in found.checks] == [
        "reaction",
        "demand",
        "tiers",
        "leaks",
        "patience",
        "objections",
        "role",
        "diversity",
        "hearing",
    ]
    assert len(ticks) == 4 * CALLS_PER_EPISODE
    hearing = found.checks[-1]
    assert (hearing.passed, hearing.note) == (
        None,
        "This customer shows no ear: its traces name no acts heard.",
    )
    page = write_page(found, tmp_path, "ai-salesman customer-check mine")
    assert "| reacts to text |" in page.read_text() and "**failed**" in page.read_text()
    assert (page.with_suffix("") / "demand.svg").read_text().startswith("<?xml")
