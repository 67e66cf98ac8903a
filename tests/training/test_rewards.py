"""What a sampled turn earns, on cases made for the purpose."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_model import make_planning_model

from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.corpus.plan_prompt import Plan, read_completion
from ai_salesman.training.evidence import Claim, EvidenceScorer
from ai_salesman.training.plan_examples import PlanExample
from ai_salesman.training.rewards import (
    Rewarder,
    RewardSettings,
    RewardTerms,
    faithfulness,
    well_formed,
)
from ai_salesman.training.stage import StartingPoint, open_start
from ai_salesman.training.success_table import SuccessTable

ASKED = Plan(CustomerAct.ASK_PRICE, Stage.PRESENTATION, Strategy.STATE_PRICE, ("price",))
PUSHED = ASKED._replace(strategy=Strategy.ASK_COMMITMENT, slots=())
CONTEXT = "introduce: How much is it?"
OBSERVED = "It comes to {price}."
SAID = "ask_price presentation state_price {price} | It comes to {price}."


def example(call: str, plan: Plan, won: bool) -> PlanExample:
    """One labelled turn."""
    return PlanExample(call, 1, CONTEXT, plan, OBSERVED, won)


PRICES_WIN = [example(f"a{i}", ASKED, won=i % 10 != 0) for i in range(50)]
PUSHING_LOSES = [example(f"b{i}", PUSHED, won=i % 10 == 0) for i in range(50)]
TABLE = SuccessTable([*PRICES_WIN, *PUSHING_LOSES])


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> StartingPoint:
    """A small base model, trained for a minute, that knows which plan goes with which words."""
    folder = tmp_path_factory.mktemp("planning")
    make_planning_model(folder)
    return open_start(f"hf:{folder}")


@pytest.fixture(scope="module")
def scorer(start: StartingPoint) -> EvidenceScorer:
    """Weighs evidence by it, exactly."""
    return EvidenceScorer(start.model, start.tokenizer, start.form, exact=True)


def scored(scorer: EvidenceScorer, *completions: str, beta: bool = True) -> list[RewardTerms]:
    """The terms of completions for one context."""
    rewarder = Rewarder(scorer, TABLE, RewardSettings(beta_weight=beta))
    count = len(completions)
    return rewarder.terms([CONTEXT] * count, completions, [OBSERVED] * count)


@pytest.mark.slow
def test_a_plan_that_explains_the_reply_scores_above_one_that_does_not(
    scorer: EvidenceScorer,
) -> None:
    explains, misses = scored(scorer, SAID, SAID.replace("state_price", "introduce"), beta=False)
    assert explains.gain > 0
    assert explains.gain > misses.gain
    assert explains.evidence > misses.evidence


@pytest.mark.slow
def test_a_plan_whose_strategy_usually_fails_is_discounted(scorer: EvidenceScorer) -> None:
    pushing = SAID.replace("state_price", "ask_commitment")
    (discounted,), (plain,) = scored(scorer, pushing), scored(scorer, pushing, beta=False)
    assert discounted.success < 1
    assert discounted.evidence == pytest.approx(plain.evidence * discounted.success)
    (winning,) = scored(scorer, SAID)
    assert winning.success == 1


@pytest.mark.slow
def test_what_is_no_plan_earns_no_evidence(scorer: EvidenceScorer) -> None:
    (nothing,) = scored(scorer, "Well, hello there.")
    assert nothing == RewardTerms(0.0, 0.0, 0.0, 0.0, 1.0)


@pytest.mark.slow
def test_equal_claims_are_worth_the_same_in_any_company(scorer: EvidenceScorer) -> None:
    one = Claim(CONTEXT, ASKED.text(), OBSERVED)
    other = Claim("", PUSHED.text(), "Hello, this is {agent} with {company}, and I have news.")
    (alone,), together = scorer.gains([one]), scorer.gains([other, one, one])
    assert together[1] == together[2]
    assert alone == pytest.approx(together[1], abs=1e-4)


@pytest.mark.slow
def test_quick_weighing_is_near_the_exact_one(start: StartingPoint, scorer: EvidenceScorer) -> None:
    quick = EvidenceScorer(start.model, start.tokenizer, start.form)
    claims = [Claim(CONTEXT, plan.text(), OBSERVED) for plan in (ASKED, PUSHED)]
    assert quick.gains(claims) == pytest.approx(scorer.gains(claims), abs=2e-2)


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        (SAID, 1.0),
        ("ask_price presentation state_price {price} {term} | It comes to {price}.", 0.5),
        ("ask_price presentation state_price {term} | It comes to {price}.", 0.0),
        ("ask_price presentation state_price {price} | It comes to {price}, or $5.", 0.0),
        ("ask_price presentation state_price {price} | {price}, and it is for free.", 0.0),
        ("refuse closing respect_no | I understand. Goodbye.", 1.0),
        ("It comes to {price}.", 0.0),
    ],
)
def test_a_fact_that_was_not_planned_or_is_made_up_is_punished(
    completion: str, expected: float
) -> None:
    assert faithfulness(read_completion(completion)) == expected


@pytest.mark.slow
def test_a_plan_alone_earns_for_being_one(scorer: EvidenceScorer) -> None:
    rewarder = Rewarder(scorer, TABLE, RewardSettings())
    plan, nothing = rewarder.terms(
        [CONTEXT] * 2, [f"{ASKED.text()} |", "Well |"], [OBSERVED] * 2, [False] * 2
    )
    assert plan.faithfulness is nothing.faithfulness is None
    assert (plan.format, nothing.format) == (1.0, 0.0)
    (spoken,) = scored(scorer, SAID)
    assert plan.evidence == pytest.approx(spoken.evidence)


@pytest.mark.parametrize(
    ("completion", "expected"),
    [
        (SAID, 1.0),
        ("ask_price presentation state_price | It comes to", 0.5),
        ("ask_price presentation state_price | So it is. So it is.", 0.5),
        ("ask_price presentation", 0.0),
        ("ask_price presentation sell_it | It comes to {price}.", 0.0),
    ],
)
def test_a_whole_line_is_a_plan_and_sentences(completion: str, expected: float) -> None:
    assert well_formed(read_completion(completion)) == expected


def test_success_is_relative_to_what_else_answers_the_same_act() -> None:
    assert TABLE.success(ASKED) > TABLE.success(PUSHED)
    assert TABLE.weight(ASKED) == 1.0
    assert TABLE.weight(PUSHED) < 0.6
    unseen = ASKED._replace(strategy=Strategy.COMPARE)
    assert TABLE.weight(unseen) == pytest.approx(1.0)


def test_a_call_counts_once_however_often_it_shows_a_plan() -> None:
    again = [example("a1", ASKED, won=True)] * 30
    assert SuccessTable([*PRICES_WIN, *PUSHING_LOSES, *again]).success(ASKED) == TABLE.success(
        ASKED
    )


def test_success_never_teaches_to_ignore_a_no() -> None:
    refused = PUSHED._replace(intent=CustomerAct.REFUSE)
    won = [example(f"c{i}", refused, won=True) for i in range(20)]
    taken = [
        example(f"d{i}", refused._replace(strategy=Strategy.RESPECT_NO), False) for i in range(20)
    ]
    table = SuccessTable([*won, *taken])
    assert table.weight(refused) == table.weight(taken[0].plan) == 1.0


plans = st.builds(
    Plan,
    st.sampled_from(CustomerAct),
    st.sampled_from(Stage),
    st.sampled_from(Strategy),
    st.just(()),
)


@given(st.lists(st.tuples(plans, st.booleans()), max_size=30), plans)
def test_a_weight_is_a_discount(turns: Sequence[tuple[Plan, bool]], plan: Plan) -> None:
    table = SuccessTable([example(str(i), p, won) for i, (p, won) in enumerate(turns)])
    assert 0 <= table.weight(plan) <= 1
