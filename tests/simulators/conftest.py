"""The parts that the customer's tests share: encoder, ear, customer, a fact sheet."""

import pytest

from ai_salesman.conversation.facts import Fact, FactSheet, Need
from ai_salesman.conversation.taxonomy import FactKind
from ai_salesman.models.encoder import MiniLMEncoder, embedded_encoder
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.agenda import AgendaCustomer
from ai_salesman.simulators.ear import Ear


@pytest.fixture(scope="session")
def encoder() -> MiniLMEncoder:
    return embedded_encoder()


@pytest.fixture(scope="session")
def ear(encoder: MiniLMEncoder) -> Ear:
    return Ear(encoder, embedded_head())


@pytest.fixture(scope="session")
def agenda(encoder: MiniLMEncoder) -> AgendaCustomer:
    return AgendaCustomer(encoder)


@pytest.fixture(scope="session")
def sheet() -> FactSheet:
    return FactSheet(
        company="Lakeside Media",
        agent="Dana",
        product="the Local Spotlight plan",
        price=200,
        needs={
            "more_customers": Need(
                phrase="getting more walk-in customers", problem="quiet weekday afternoons"
            ),
            "save_time": Need(
                phrase="spending less time on marketing",
                problem="evenings lost to posting online",
            ),
        },
        facts={
            "price": Fact(kind=FactKind.PRICE, wording="$200 a month", value=200),
            "found": Fact(
                kind=FactKind.FEATURE,
                wording="your shop shows up first when people nearby search",
                serves=("more_customers",),
            ),
            "editor": Fact(
                kind=FactKind.FEATURE,
                wording="an editor writes and updates your page for you",
                serves=("save_time",),
            ),
            "guarantee": Fact(kind=FactKind.GUARANTEE, wording="a 30-day money-back guarantee"),
        },
    )
