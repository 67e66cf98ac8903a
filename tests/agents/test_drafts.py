"""Which sampled drafts may be spoken."""

from __future__ import annotations

import pytest

from ai_salesman.agents.base import CallView
from ai_salesman.agents.drafts import speakable_drafts
from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.conversation.outline import IntentReading, Outline
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, Strategy
from ai_salesman.conversation.turn import Turn


@pytest.fixture
def call(merchant_ads: Campaign) -> CallView:
    """A call in which the salesman has asked one question."""
    asked = Turn(index=0, speaker=Speaker.SALESMAN, text="What takes up your week?")
    lead = Lead(name="Ms. Rivera", business="bakery")
    return CallView(sheet=merchant_ads.sheet, lead=lead, turns=(asked,), seed=1, max_turns=10)


def outline(strategy: Strategy, *facts: str) -> Outline:
    """A plan that states `facts`."""
    reading = IntentReading(act=CustomerAct.ACKNOWLEDGE, probability=0.9)
    return Outline(
        intent=reading,
        stage=Stage.CLOSING,
        strategy=strategy,
        key_facts={slot: slot for slot in facts},
    )


@pytest.mark.parametrize(
    "draft",
    [
        "I've entered it as we said, {price}. Which address should the papers go to?",
        "That's settled, then, and it was a pleasure to hear it: {price}.",
        "Welcome aboard! It is {price}.",
    ],
)
def test_consent_is_not_taken_for_granted(call: CallView, draft: str) -> None:
    assert speakable_drafts([draft], call, outline(Strategy.ASK_COMMITMENT, "price")) == []
    assert speakable_drafts([draft], call, outline(Strategy.CONFIRM_AGREEMENT, "price"))


def test_slots_are_filled_from_the_fact_sheet(call: CallView) -> None:
    found = speakable_drafts(
        ["It is {price}, all in."], call, outline(Strategy.STATE_PRICE, "price")
    )
    assert found == ["It is $199 a month, all in."]


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        ("What takes up your week?", "said before"),
        ("It is {price}, and {discount} on top.", "a discount of its own"),
        ("It is {colour}, all in.", "no such fact"),
        ("Fine. Fine.", "a sentence twice"),
        ("Let me think about that.", "lacks the planned fact"),
    ],
)
def test_what_is_not_spoken(call: CallView, draft: str, why: str) -> None:
    assert speakable_drafts([draft], call, outline(Strategy.STATE_PRICE, "price")) == [], why
