"""The guard stops what the fact sheet does not bear out, and lets the rest pass."""

from __future__ import annotations

import pytest

from ai_salesman.agents.base import CallView
from ai_salesman.agents.claims_guard import ClaimsGuard
from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import Turn
from ai_salesman.models.encoder import MiniLMEncoder


def call(campaign: Campaign, customer: str = "") -> CallView:
    """A call in which the customer has just said `customer`."""
    turns = (Turn(index=0, speaker=Speaker.CUSTOMER, text=customer),) if customer else ()
    lead = Lead(name="Ms. Rivera", business="bakery")
    return CallView(sheet=campaign.sheet, lead=lead, turns=turns, seed=1, max_turns=10)


@pytest.fixture(scope="module")
def guard(merchant_ads: Campaign, encoder: MiniLMEncoder) -> ClaimsGuard:
    return ClaimsGuard(merchant_ads.sheet, encoder)


@pytest.mark.parametrize(
    "draft",
    [
        "It is $199 a month, on a 12-month contract with a start date of your choice.",
        "With 10 percent off the first year it comes to $179.10 a month.",
        "You are covered by a 30-day money-back guarantee.",
        "Do you have two minutes for me?",
        "More than 1,200 shops in the region already advertise with us.",
        "What does a quiet afternoon look like at the bakery?",
    ],
)
async def test_sound_drafts_pass(guard: ClaimsGuard, merchant_ads: Campaign, draft: str) -> None:
    assert await guard.problems(draft, call(merchant_ads)) == ()


@pytest.mark.parametrize(
    ("draft", "about"),
    [
        ("I can do it for $99 a month.", "$99"),
        ("You get half off today.", "half off"),
        ("That is 40 percent off.", "40 percent"),
        ("We have 50,000 shops on board.", "50,000 shops"),
        ("It comes with a free tablet computer and a trip to Rome.", "tablet"),
        ("You will double your sales.", "double your sales"),
        ("It is the best on the market.", "the best"),
        ("A 90-day guarantee protects you.", "90-day"),
    ],
)
async def test_unsupported_claims_are_named(
    guard: ClaimsGuard, merchant_ads: Campaign, draft: str, about: str
) -> None:
    (problem, *_) = await guard.problems(draft, call(merchant_ads))
    assert about in problem


async def test_the_customers_own_figures_may_be_repeated(
    guard: ClaimsGuard, merchant_ads: Campaign
) -> None:
    view = call(merchant_ads, "I can spend $120 a month, not more.")
    assert await guard.problems("You said $120 a month is your limit.", view) == ()
