"""The planner's choice of strategy, as examples."""

from __future__ import annotations

import pytest

from ai_salesman.agents.strategy import HOME_STAGE, Situation, choose_strategy
from ai_salesman.conversation.outline import Belief, IntentReading, Outline
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy

A, S = CustomerAct, Strategy


def outlines(*strategies: Strategy, intent: CustomerAct = A.ACKNOWLEDGE) -> list[Outline]:
    """Turns already taken."""
    reading = IntentReading(act=intent, probability=0.9)
    return [Outline(intent=reading, stage=HOME_STAGE[s], strategy=s) for s in strategies]


def chosen(
    intent: CustomerAct,
    done: list[Outline],
    needs: dict[str, float] | None = None,
    interest: float = 0.4,
) -> Strategy:
    belief = Belief(interest=interest, needs=needs or {})
    return choose_strategy(Situation(intent, belief, done, turns_left=10))[1]


def test_a_call_opens_with_an_introduction() -> None:
    assert chosen(A.GREET, []) is S.INTRODUCE


@pytest.mark.parametrize(
    ("intent", "strategy"),
    [
        (A.ASK_PRICE, S.STATE_PRICE),
        (A.ASK_PROCESS, S.EXPLAIN_PROCESS),
        (A.CONFUSED, S.CLARIFY),
        (A.BUSY, S.ASK_PERMISSION),
        (A.CALLBACK, S.SCHEDULE_CALLBACK),
        (A.OBJECTION_TRUST, S.REDUCE_RISK),
        (A.OBJECTION_COMPETITOR, S.COMPARE),
        (A.AGREE, S.CONFIRM_AGREEMENT),
    ],
)
def test_what_is_asked_is_answered(intent: CustomerAct, strategy: Strategy) -> None:
    assert chosen(intent, outlines(S.INTRODUCE)) is strategy


@pytest.mark.parametrize("intent", [A.REFUSE, A.DO_NOT_CALL, A.GOODBYE])
def test_a_no_is_a_no(intent: CustomerAct) -> None:
    situation = Situation(intent, Belief(), outlines(S.INTRODUCE), turns_left=10)
    assert choose_strategy(situation) == (Stage.CLOSING, S.RESPECT_NO, True)


def test_discovery_comes_before_the_pitch() -> None:
    assert chosen(A.GREET, outlines(S.INTRODUCE)) is S.OPEN_QUESTION
    done = outlines(S.INTRODUCE, S.OPEN_QUESTION)
    assert chosen(A.PROVIDE_INFO, done) is S.FOLLOW_UP


def test_a_known_need_is_given_back_then_served() -> None:
    known = {"save_time": 0.9}
    done = outlines(S.INTRODUCE, S.OPEN_QUESTION, S.FOLLOW_UP)
    assert chosen(A.PROVIDE_INFO, done, known) is S.SUMMARISE_NEED
    done += outlines(S.SUMMARISE_NEED)
    assert chosen(A.ACKNOWLEDGE, done, known) is S.PRESENT_BENEFIT


def test_an_objection_raised_again_gets_another_answer() -> None:
    first = outlines(S.INTRODUCE)
    again = [*first, *outlines(S.REFRAME_VALUE, intent=A.OBJECTION_PRICE)]
    third = [*again, *outlines(S.OFFER_CONCESSION, intent=A.OBJECTION_PRICE)]
    answers = [chosen(A.OBJECTION_PRICE, done) for done in (first, again, third)]
    assert answers == [S.REFRAME_VALUE, S.OFFER_CONCESSION, S.REDUCE_RISK]


@pytest.mark.parametrize("intent", list(A))
@pytest.mark.parametrize("turns", [0, 1, 5, 14])
def test_every_situation_has_a_strategy_of_its_stage(intent: CustomerAct, turns: int) -> None:
    done = outlines(*list(S)[:turns])
    stage, strategy, _ = choose_strategy(Situation(intent, Belief(), done, turns_left=3))
    assert HOME_STAGE[strategy] is stage
