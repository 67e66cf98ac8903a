"""Laws of the bargain: a buyer's figures rise, and never pass its reserve or what is asked."""

import pytest
from calls_played import GOOD, play
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_salesman.conversation.facts import Fact, FactSheet, Need
from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.persona import Persona, Traits
from ai_salesman.conversation.slots import slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, FactKind, StopReason, Style, Tier
from ai_salesman.simulators.bargain_choice import bargain
from ai_salesman.simulators.base import Scene
from ai_salesman.simulators.decision import acceptance, willing_to_pay
from ai_salesman.simulators.haggling import next_offer, spoken_down
from ai_salesman.simulators.heard import Context, Heard
from ai_salesman.simulators.mind import AgendaState, awaken
from ai_salesman.simulators.mind_settings import MindSettings
from ai_salesman.simulators.population import Population, draw
from ai_salesman.simulators.prices_heard import hear_money
from ai_salesman.simulators.wording import BARGAINING, load_answers

CFG = MindSettings()
SHEET = FactSheet(
    company="Lakeside Media",
    agent="Dana",
    product="the plan",
    price=200,
    needs={"more_customers": Need(phrase="more customers", problem="quiet days")},
    facts={
        "price": Fact(kind=FactKind.PRICE, wording="$200 a month", value=200),
        "found": Fact(kind=FactKind.FEATURE, wording="people find you"),
    },
)
unit = st.floats(0, 1)
minds = st.builds(
    lambda reserve, price, belief, seed, traits: awaken(
        Scene.of(SHEET, buyer(reserve, **traits), seed=seed)
    ).model_copy(update={"price": price, "belief": {"more_customers": belief}, "interest": belief}),
    reserve=st.floats(0.1, 3),
    price=st.floats(20, 2000),
    belief=unit,
    seed=st.integers(0, 50),
    traits=st.fixed_dictionaries(
        {"trust": unit, "patience": unit, "price_sensitivity": unit, "openness": unit}
    ),
)


def buyer(reserve: float = 1.0, **traits: float) -> Persona:
    """Somebody who always bargains."""
    return Persona(
        id="buyer",
        name="Ms. Low",
        needs={"more_customers": 1.0},
        reserve=reserve,
        haggles=1.0,
        traits=Traits(**traits),
    )


@settings(max_examples=40, deadline=None)
@given(minds, st.lists(st.floats(0, 0.4), max_size=6))
def test_figures_rise_and_never_pass_the_reserve_or_the_price(mind: AgendaState, cuts) -> None:
    for cut in [0.0, *cuts]:
        mind = mind.model_copy(update={"discount": max(mind.discount, 100 * cut)})
        figure = next_offer(mind, CFG)
        if figure is None:
            continue
        assert figure <= mind.scene.reserve
        assert figure < mind.net_price
        assert not mind.offers or figure > mind.offers[-1]
        mind = mind.model_copy(update={"offers": (*mind.offers, figure)})


@settings(max_examples=40, deadline=None)
@given(minds)
def test_nobody_is_willing_to_pay_more_than_its_reserve(mind: AgendaState) -> None:
    assert willing_to_pay(mind, CFG) <= mind.scene.reserve


@settings(max_examples=40, deadline=None)
@given(minds)
def test_a_price_well_beyond_the_reserve_is_fatal(mind: AgendaState) -> None:
    dear = mind.model_copy(update={"price": 1.25 * mind.scene.reserve, "trust": 1.0})
    assert acceptance(dear, CFG) < 0.01


@given(st.floats(0.5, 100_000))
def test_round_figures_are_never_rounded_up(amount: float) -> None:
    assert 0 <= spoken_down(amount) <= amount


@settings(max_examples=20, deadline=None)
@given(minds)
def test_the_same_customer_names_the_same_figure(mind: AgendaState) -> None:
    assert next_offer(mind, CFG) == next_offer(mind.model_copy(), CFG)


def test_every_style_has_eight_ways_to_bargain_each_naming_the_figure() -> None:
    answers = load_answers()
    for kind in BARGAINING:
        slot = "price" if kind == "take_price" else "budget"
        for style in Style:
            forms = answers.root[kind][style]
            assert len(set(forms)) >= 8
            assert all(slots_in(form) == [slot] for form in forms)


HAGGLING = (
    *GOOD[:6],
    "I can give you 5 percent off the first year, so $190 a month. Can we shake hands on that?",
    "One more step: 10 percent off the first year, so $180 a month. Do you want it on those terms?",
    "My last word is 15 percent off the first year, so $170 a month. Shall we go ahead?",
)


async def test_in_a_call_every_figure_said_is_higher_than_the_one_before(agenda, sheet) -> None:
    people = draw(Population(tiers={Tier.EASY: 1, Tier.MEDIUM: 1, Tier.HARD: 1}), "any", 6, seed=5)
    bargains = 0
    for persona in people:
        haggler = persona.model_copy(update={"haggles": 1.0})
        replies = await play(agenda, sheet, haggler, HAGGLING)
        offers = replies[-1].state.offers
        said = [f.value for r in replies for f in find_figures(r.text) if f.kind == "money"]
        assert list(offers) == sorted(set(offers))
        assert set(offers) <= set(said)
        assert all(offer <= replies[-1].state.scene.reserve for offer in offers)
        bargains += bool(offers)
    assert bargains >= 3


async def test_the_price_agreed_is_one_that_both_named(agenda, sheet) -> None:
    people = draw(Population(tiers={Tier.EASY: 1.0}), "any", 6, seed=5)
    agreed = []
    for persona in people:
        haggler = persona.model_copy(update={"haggles": 1.0})
        replies = await play(agenda, sheet, haggler, HAGGLING)
        last = replies[-1]
        if last.stop is StopReason.AGREED and last.state.offers:
            named = [f.value for f in find_figures(last.text) if f.kind == "money"]
            assert last.offer.price in named
            assert any(f"${last.offer.price:g} a month" in line for line in HAGGLING)
            agreed.append(last)
    assert agreed


@pytest.mark.parametrize(
    ("words", "discount"),
    [
        ("I can give you 5 percent off the first year, so $190 a month.", 5),
        ("Alright, $160 a month it is.", 20),
        ("I can do $180.", 10),
        ("You said $150, and I can't go that far.", None),
        ("$150 is too low for me.", None),
        ("The price is $200 a month.", None),
    ],
)
def test_a_seller_who_comes_down_is_heard(words: str, discount: float | None) -> None:
    context = Context(my_act=CustomerAct.OBJECTION_PRICE, price=200, offer=150)
    heard = hear_money(words, context).discount
    assert heard == (None if discount is None else pytest.approx(discount))


def test_a_reduction_named_before_the_price_tells_the_price() -> None:
    money = hear_money("With 10 percent off, so $180 a month, it is yours.", Context())
    assert (money.price, money.discount) == (200, 10)


@settings(max_examples=40, deadline=None)
@given(minds, st.floats(1, 40))
def test_nobody_agrees_before_a_price_is_known(mind: AgendaState, cut: float) -> None:
    """A reduction may be offered before anybody named what it reduces."""
    mind = mind.model_copy(update={"price": None, "discount": cut})
    choice = bargain(mind, Heard(discount=cut), CFG)
    assert choice is None or choice.stop is not StopReason.AGREED
