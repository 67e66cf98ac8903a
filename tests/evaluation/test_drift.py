"""A customer that contradicts itself is seen; one that bargains or doubts is not."""

from __future__ import annotations

import pytest

from ai_salesman.conversation.persona import Persona
from ai_salesman.evaluation.drift import contradictions

BAKER = Persona(id="p", name="Ms. Rivera", business="bakery", needs={"more_customers": 1.0})
BOUND = BAKER.model_copy(update={"authority": "must_ask"})


@pytest.mark.parametrize(
    "said",
    [
        ["I run a garage on Mill Street."],
        ["I run a bakery.", "I run a small hotel, you see."],
        ["I pay $80 a month for flyers.", "We spend $200 a month on it."],
        ["It's my decision alone.", "I have to ask my partner first."],
        ["We need more walk-in customers.", "We don't need walk-in customers."],
        ["This is Mr. Baker speaking."],
    ],
)
def test_a_contradiction_is_drift(said: list[str]) -> None:
    assert contradictions(BAKER, said)


@pytest.mark.parametrize(
    "said",
    [
        ["I run a bakery near the hotel.", "My garage is full of flour."],
        ["I pay $80 a month now.", "I would pay $100 a month.", "You said $199 a month?"],
        ["I pay $80 a month.", "That's about $960 a year we spend."],
        ["I have to ask my wife.", "Do I decide alone? Not really."],
        ["We need more customers.", "I don't need this.", "I don't want any trouble."],
        ["It's not the right time.", "Well, maybe it is."],
        ["This is Ms. Rivera."],
    ],
)
def test_bargaining_doubts_and_first_mentions_are_none(said: list[str]) -> None:
    assert contradictions(BAKER, said) == []


def test_who_must_ask_cannot_decide_alone() -> None:
    assert contradictions(BOUND, ["It's my decision alone."]) == [
        (0, "decides alone, and must ask somebody")
    ]
    assert contradictions(BOUND, ["I have to ask my partner."]) == []
