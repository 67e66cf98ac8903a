"""Judges against people: who agrees, how far, and when there is too little to say."""

from __future__ import annotations

from random import Random

import pytest

from ai_salesman.evaluation.agreement import (
    LEAST_PAIRS,
    JudgeView,
    agreement_of_people,
    agreement_with_people,
    majority_of,
)
from ai_salesman.evaluation.pairwise import Preference

CHOICES: tuple[Preference, ...] = ("a", "tie", "b")
PAIRS = 40


def choices(seed: int, count: int = PAIRS) -> dict[int, Preference]:
    random = Random(seed)
    return {pair: random.choice(CHOICES) for pair in range(count)}


def view(prefers: dict[int, Preference], lead: float = 2.0) -> JudgeView:
    leads = {"a": -lead, "tie": 0.0, "b": lead}
    return JudgeView(
        judge="j", prefers=prefers, differences={p: leads[c] for p, c in prefers.items()}
    )


def test_a_judge_that_prefers_what_people_prefer() -> None:
    people = choices(1)
    found = agreement_with_people(view(people), {p: {"ana": c} for p, c in people.items()})
    assert found.pairs == PAIRS
    assert found.alpha and found.alpha.alpha == 1.0
    assert found.same and found.same.share == 1.0 and found.same.ci95[0] < 1
    assert found.pearson and found.pearson.value == pytest.approx(1.0)
    assert found.spearman and found.spearman.ci95 == pytest.approx((1.0, 1.0))


def test_a_judge_that_guesses_is_near_zero_and_one_that_is_wrong_below() -> None:
    people = choices(1)
    opinions = {p: {"ana": c, "ben": c} for p, c in people.items()}
    guess = agreement_with_people(view(choices(2)), opinions)
    assert guess.pearson and guess.pearson.ci95[0] < 0 < guess.pearson.ci95[1]
    wrong = agreement_with_people(view(people, lead=-1.0), opinions)
    assert wrong.pearson and wrong.pearson.value == pytest.approx(-1.0)


def test_people_are_compared_on_the_pairs_they_share() -> None:
    ana, ben = choices(1), choices(1, PAIRS // 2)
    opinions = {p: {"ana": c} | ({"ben": ben[p]} if p in ben else {}) for p, c in ana.items()}
    found = agreement_of_people(opinions)
    assert found.pairs == PAIRS // 2
    assert found.alpha and found.alpha.alpha == 1.0
    assert majority_of(["a", "b"]) == "tie"
    assert majority_of(["b", "b", "tie"]) == "b"


def test_too_few_pairs_give_no_figure() -> None:
    few = choices(1, LEAST_PAIRS - 1)
    opinions = {p: {"ana": c, "ben": c} for p, c in few.items()}
    found = agreement_with_people(view(few), opinions)
    assert found.pairs == LEAST_PAIRS - 1
    assert (found.alpha, found.same, found.pearson, found.spearman) == (None,) * 4
    assert agreement_of_people(opinions).alpha is None


def test_a_judge_that_always_says_the_same_has_no_correlation() -> None:
    ties: dict[int, Preference] = dict.fromkeys(range(PAIRS), "tie")
    opinions = {p: {"ana": c} for p, c in choices(1).items()}
    found = agreement_with_people(view(ties), opinions)
    assert found.pearson is None and found.spearman is None
    assert found.alpha and found.alpha.alpha is not None and found.alpha.alpha < 0.2
