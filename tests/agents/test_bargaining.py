"""The seller's side of a bargain: what counts as an offer, and how far it goes down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.agents.bargaining import answer_offer, named_price
from ai_salesman.agents.base import CallView
from ai_salesman.agents.expectation import expected_acts
from ai_salesman.agents.fact_choice import choose_facts, slot_values
from ai_salesman.agents.price_words import asked_price, discount_words
from ai_salesman.agents.strategy import HOME_STAGE
from ai_salesman.conversation.facts import DiscountStep, Fact, FactSheet, Need
from ai_salesman.conversation.outline import IntentReading, Outline
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.taxonomy import CustomerAct, FactKind, Strategy
from ai_salesman.conversation.turn import Speaker, Turn

READ = IntentReading(act=CustomerAct.OBJECTION_PRICE, probability=1.0)


def sheet(*percents: float) -> FactSheet:
    return FactSheet(
        company="Lakeside Media",
        agent="Dana",
        product="the plan",
        price=199,
        needs={"more_customers": Need(phrase="more customers", problem="quiet days")},
        facts={
            "price": Fact(kind=FactKind.PRICE, wording="$199 a month", value=199),
            "found": Fact(kind=FactKind.FEATURE, wording="people find you"),
        },
        discounts=tuple(
            DiscountStep(percent=p, wording=f"{p:g} percent off the first year") for p in percents
        ),
    )


def told(offer: FactSheet, rungs: int = 0) -> list[Outline]:
    """A call in which the price was told and `rungs` steps were offered."""
    done = [outline(Strategy.STATE_PRICE, {"price": "price"})]
    for _ in range(rungs):
        done.append(concession(offer, done))
    return done


def concession(offer: FactSheet, done: list[Outline]) -> Outline:
    facts = choose_facts(offer, Strategy.OFFER_CONCESSION, READ.act, None, done, {})
    return outline(Strategy.OFFER_CONCESSION, facts)


def outline(strategy: Strategy, facts: dict[str, str]) -> Outline:
    return Outline(intent=READ, stage=HOME_STAGE[strategy], strategy=strategy, key_facts=facts)


@pytest.mark.parametrize(
    ("words", "price"),
    [
        ("I could do $150 a month.", 150),
        ("Would you take 150?", 150),
        ("Can you knock 10 percent off?", 179.1),
        ("We can't spend $199 a month on this.", None),
        ("They charge me $120 a month for it.", None),
        ("I have 2 minutes.", None),
        ("Our rent just went up by $300.", None),
        ("Too expensive.", None),
    ],
)
def test_a_price_that_the_customer_names_is_an_offer(words: str, price: float | None) -> None:
    heard = named_price(words, sheet(5), told(sheet(5)))
    assert heard == (None if price is None else pytest.approx(price))


def test_before_a_price_was_told_nothing_is_an_offer() -> None:
    assert named_price("I could do $150 a month.", sheet(5), []) is None


@given(st.lists(st.integers(1, 90), max_size=5, unique=True), st.integers(0, 12))
def test_the_price_asked_only_falls_and_never_below_the_ladder(percents, offers) -> None:
    offer = sheet(*sorted(percents))
    floor = offer.price * (1 - max(percents, default=0) / 100)
    done = told(offer)
    for _ in range(offers):
        before = asked_price(offer, done)
        strategy = answer_offer(offer, done)
        if strategy is Strategy.OFFER_CONCESSION:
            done.append(concession(offer, done))
        else:
            done.append(outline(strategy, {"price": "price"}))
        assert floor - 0.006 <= asked_price(offer, done) <= before


def test_at_the_end_of_the_ladder_the_salesman_stands_by_its_price() -> None:
    offer = sheet(5, 10)
    assert answer_offer(offer, told(offer, 1)) is Strategy.OFFER_CONCESSION
    assert answer_offer(offer, told(offer, 2)) is Strategy.ASK_COMMITMENT


def test_a_concession_names_the_new_price_and_no_other() -> None:
    offer, done = sheet(5, 10), told(sheet(5, 10))
    assert discount_words(offer, "discount:1") == (
        "5 percent off the first year, so $189.05 a month"
    )
    values = slot_values(view(offer, done), concession(offer, done))
    assert "price" not in values


def test_afterwards_the_price_is_the_one_agreed() -> None:
    offer, done = sheet(5, 10), told(sheet(5, 10), 2)
    plan = outline(Strategy.ASK_COMMITMENT, {"price": "price"})
    assert slot_values(view(offer, done), plan)["price"] == "$179.10 a month"


@pytest.mark.parametrize("words", ["Good, I want it. Take my details.", "Deal.", "Sign me up."])
def test_a_plain_yes_is_expected_to_be_one_after_any_question(words: str) -> None:
    odds = expected_acts(Strategy.REDUCE_RISK, "Would you be willing to try?", words)
    assert max(odds, key=lambda act: odds[act]) is CustomerAct.AGREE


@pytest.mark.parametrize("words", ["I'll take it if you halve it.", "No deal.", "I don't want it."])
def test_a_yes_with_strings_attached_is_none(words: str) -> None:
    odds = expected_acts(Strategy.REDUCE_RISK, "Would you be willing to try?", words)
    assert odds.get(CustomerAct.AGREE, 1.0) <= 1.0


def view(offer: FactSheet, done: list[Outline]) -> CallView:
    turns = tuple(
        Turn(index=i, speaker=Speaker.SALESMAN, text="...", outline=planned)
        for i, planned in enumerate(done)
    )
    lead = Lead(name="Ms. Low", business="bakery")
    return CallView(sheet=offer, lead=lead, turns=turns, seed=1, max_turns=16)
