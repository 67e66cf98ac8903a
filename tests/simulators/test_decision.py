"""Laws of the buying decision: dearer is never better, trust never hurts."""

from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.conversation.facts import Fact, FactSheet, Need
from ai_salesman.conversation.taxonomy import FactKind
from ai_salesman.simulators.base import Scene
from ai_salesman.simulators.decision import acceptance, utility
from ai_salesman.simulators.mind import AgendaState, awaken
from ai_salesman.simulators.mind_settings import MindSettings
from ai_salesman.simulators.population import builtin_personas

_SHEET = FactSheet(
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
_CFG = MindSettings()

unit = st.floats(0, 1)
prices = st.floats(1, 2000)
people = st.sampled_from(sorted(builtin_personas()))


def _mind(person: str, trust: float, belief: float, price: float) -> AgendaState:
    scene = Scene.of(_SHEET, builtin_personas()[person], seed=1)
    changes = {"trust": trust, "price": price, "belief": dict.fromkeys(scene.weights, belief)}
    return awaken(scene).model_copy(update=changes)


@given(people, unit, unit, prices, prices)
def test_a_higher_price_never_helps(person, trust, belief, one, other):
    low, high = sorted((one, other))
    cheap, dear = _mind(person, trust, belief, low), _mind(person, trust, belief, high)
    assert acceptance(dear, _CFG) <= acceptance(cheap, _CFG)


@given(people, unit, unit, unit, prices)
def test_more_trust_never_hurts(person, one, other, belief, price):
    low, high = sorted((one, other))
    wary, trusting = _mind(person, low, belief, price), _mind(person, high, belief, price)
    assert utility(wary, _CFG) <= utility(trusting, _CFG)


@given(people, unit, unit, unit, prices)
def test_more_belief_never_hurts(person, trust, one, other, price):
    low, high = sorted((one, other))
    unsure, sure = _mind(person, trust, low, price), _mind(person, trust, high, price)
    assert utility(unsure, _CFG) <= utility(sure, _CFG) + 1e-12
