"""Signals that the simulated customer, not the salesman, was at fault."""

from __future__ import annotations

import pytest

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.health import (
    UNHEALTHY_FROM,
    health_of,
    is_healthy,
    unhealthy_signals,
)


def health(lines: str, stop: StopReason = StopReason.REFUSED) -> dict[str, float]:
    speakers = {"S": Speaker.SALESMAN, "C": Speaker.CUSTOMER}
    turns = tuple(
        Turn(index=i, speaker=speakers[line[0]], text=line[3:])
        for i, line in enumerate(lines.strip().splitlines())
    )
    persona = Persona(id="p", name="Ms. Rivera", needs={"more_customers": 1.0})
    return health_of(Episode(run="r", index=0, seed=1, persona=persona, turns=turns, stop=stop))


def test_a_sound_call_is_healthy(sound: str) -> None:
    signals = health(sound, StopReason.AGREED)
    assert set(signals) == set(UNHEALTHY_FROM)
    assert is_healthy(signals)


POURS_OUT = " ".join(["We run a bakery with six people and the afternoons are quiet."] * 7)
SICK = {
    "role_inversion": "S: Hello, Dana here.\n"
    "C: Hello, I'm calling from Sweet Bakery to offer you cake."
    "\nS: Pardon?\nC: Would you like to buy our plan? I can offer you ten percent.",
    "repetition": "S: Hello.\nC: I am not sure about that.\nS: Why?\nC: I am not sure about that."
    "\nS: Why?\nC: I am not sure about that.",
    "early_disclosure": f"S: Hello, this is Dana.\nC: {POURS_OUT}",
    "over_agreeable": "S: Hello, this is Dana.\nC: Great, I'll take it, sign me up!",
    "persona_drift": "S: How do people find you?\nC: We run a bakery, mostly by word of mouth."
    "\nS: I see.\nC: And we own a garage with four lifts.",
    "goodbye_loop": "S: I won't keep you.\nC: Bye then.\nS: Goodbye!\nC: Bye, take care."
    "\nS: You take care too.\nC: Bye bye.",
}


@pytest.mark.parametrize("signal", SICK)
def test_a_sick_customer_is_seen(signal: str) -> None:
    signals = health(SICK[signal])
    assert signals[signal] >= UNHEALTHY_FROM[signal]
    assert not is_healthy(signals)


def test_an_empty_reply_is_an_inverted_role() -> None:
    assert health("S: Hello?\nC: ")["role_inversion"] == 1.0


def test_an_agreement_signalled_before_any_price_is_over_agreeable() -> None:
    silent = health("S: Shall we?\nC: Mm.", StopReason.AGREED)
    priced = health("S: Hello.\nC: Hi.\nS: It is $199. Shall we?\nC: Yes.", StopReason.AGREED)
    assert silent["over_agreeable"] == 1.0
    assert priced["over_agreeable"] == 0.0


@pytest.mark.parametrize(
    ("words", "agrees"),
    [
        ("I'm in the middle of something right now.", False),
        ("I would stop short of saying that I want it.", False),
        ("I'm in.", True),
        ("Okay, I'm in, send it over.", True),
        ("I want it today.", True),
    ],
)
def test_only_a_yes_before_the_price_is_over_agreeable(words: str, agrees: bool) -> None:
    assert bool(health(f"S: Hello, this is Dana.\nC: {words}")["over_agreeable"]) is agrees


def test_signals_unknown_to_this_version_are_ignored() -> None:
    assert is_healthy({"some_new_signal": 1.0})


def test_one_goodbye_of_each_side_is_civil() -> None:
    assert health("S: I won't keep you.\nC: No, thanks. Bye.\nS: Goodbye!")["goodbye_loop"] == 0.0


def test_the_signals_that_reach_their_bounds_are_named() -> None:
    assert unhealthy_signals({"repetition": 0.9, "goodbye_loop": 0.2}) == ("repetition",)
