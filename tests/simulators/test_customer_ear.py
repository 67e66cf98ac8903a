"""The ear reads words that its training sentences lack, and hears nonsense as nonsense."""

import pytest
from calls_played import NONSENSE

from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct
from ai_salesman.simulators.act_reader import ear_accuracy, embedded_head
from ai_salesman.simulators.base import Scene
from ai_salesman.simulators.heard import Context
from ai_salesman.simulators.population import builtin_personas


@pytest.fixture
def scene(sheet):
    return Scene.of(sheet, builtin_personas()["ana_rivera_bakery"], seed=1)


def test_the_shipped_head_is_accurate_on_other_words(encoder):
    score = ear_accuracy(embedded_head(), encoder)
    assert score.accuracy > 0.75
    assert score.macro_f1 > 0.75


async def test_price_discount_and_terms_are_heard(ear, scene):
    heard = await ear.hear(
        "It's $200 a month for 12 months, and I can give you 15 percent off.", scene, Context()
    )
    assert (heard.price, heard.period, heard.discount) == (200, "month", 15)
    assert heard.terms == ("12 months",)


async def test_free_wording_serves_the_need_it_is_about(ear, scene):
    heard = await ear.hear(
        "People nearby who search for a bakery will see your shop first.", scene, Context()
    )
    assert heard.served["more_customers"] > heard.served.get("save_time", 0.0)


async def test_a_question_about_a_need_is_heard(ear, scene):
    heard = await ear.hear("How do new walk-in customers find your shop?", scene, Context())
    assert "more_customers" in heard.asked
    assert heard.acts == {SalesAct.ASK_OPEN}


@pytest.mark.parametrize("line", NONSENSE)
async def test_nonsense_serves_no_need_and_settles_no_doubt(ear, scene, line):
    heard = await ear.hear(line, scene, Context(my_words="What does it cost?"))
    assert not heard.served
    assert not heard.remedies
    assert heard.price is None


async def test_a_question_passed_over_is_irrelevant(ear, scene):
    asked = Context(my_words="So what does it cost?", my_act=CustomerAct.ASK_PRICE)
    answered = await ear.hear("It is $200 a month.", scene, asked)
    evaded = await ear.hear("Our office has a lovely view of the lake.", scene, asked)
    assert answered.relevance == 1.0
    assert evaded.relevance < 0.5


async def test_contradictions_and_tall_claims_are_noticed(ear, scene):
    known = Context(price=200.0)
    assert (await ear.hear("It is $150 a month.", scene, known)).suspicious
    assert (await ear.hear("I guarantee you will double your sales.", scene, known)).suspicious
    assert (await ear.hear("I'll give you 60 percent off.", scene, known)).suspicious
    assert not (await ear.hear("It is $200 a month.", scene, known)).suspicious


async def test_repetition_is_heard(ear, scene):
    line = "With us, your shop shows up first when people nearby search."
    again = await ear.hear(line, scene, Context(earlier=(line,)))
    other = await ear.hear("Setting it up takes three days.", scene, Context(earlier=(line,)))
    assert again.repetition == pytest.approx(1.0)
    assert other.repetition < 0.2


def test_you_pay_names_our_price_and_you_are_paying_does_not() -> None:
    from ai_salesman.simulators.heard import Context
    from ai_salesman.simulators.prices_heard import hear_money

    assert hear_money("You pay $199 a month, all in.", Context()).price == 199
    assert hear_money("You're paying $120 a month at present.", Context()).price is None


@pytest.mark.parametrize(
    "line",
    [
        "That's all there is to it. Are you in?",
        "It costs $200 a month. Do you want to accept that?",
        "So which is it, yes or no?",
        "Shall we make a start this week?",
    ],
)
async def test_asking_for_a_yes_is_heard_as_such(ear, scene, line):
    heard = await ear.hear(line, scene, Context(my_words="I see."))
    assert "commitment" in heard.questions


async def test_a_goodbye_is_heard_and_a_doubtful_one_does_not_end_the_call(ear, scene):
    assert (await ear.hear("All right, I'll leave it there. Goodbye.", scene, Context())).farewell
    going_on = "By now you'll have a feeling about it. Your shop would be seen by people nearby."
    assert not (await ear.hear(going_on, scene, Context())).farewell
