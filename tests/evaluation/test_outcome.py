"""The outcome judge reads the buying intent from the customer's words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.taxonomy import BuyingIntent, Speaker
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.base import Judge, JudgedCall
from ai_salesman.evaluation.outcome import intent_chances
from ai_salesman.evaluation.reader import CallReader

MakeCall = Callable[[str], JudgedCall]

ASKED = "S: It is $199 a month. Would you like to go ahead with it?\n"

ENDINGS = {
    "C: I'll take it.": "A",
    "C: Yes, sure.": "A",
    "C: Okay, you convinced me, sign me up. Bye now.": "A",
    "C: I don't want it before Friday, but I'll take it.": "A",
    "C: Sounds nice.": "B",
    "C: I'd have to think about it, call me next week.": "B",
    "C: No thank you, I'm not interested.": "C",
    "C: We don't need that, so it's a no from me.": "C",
    "C: Take me off your list and don't call again.": "C",
    "C: Uh-huh.": "X",
    "C: Right. Okay. Bye.": "X",
    "C: You people are pathetic crooks, go to hell.": "F",
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_endings(judges: dict[str, Judge], make_call: MakeCall, ending: str) -> None:
    verdict = await judges["outcome"].judge(make_call(ASKED + ending))
    assert verdict.intent == ENDINGS[ending]
    assert [evidence.turn for evidence in verdict.intent_evidence] == [1]
    assert verdict.intent_evidence[0].quote in ending


async def test_an_agreement_stands_until_it_is_taken_back(
    judges: dict[str, Judge], make_call: MakeCall
) -> None:
    agreed = (
        ASKED + "C: I'll take it.\nS: Which email shall I use?\nC: The one on the website. Bye."
    )
    revoked = agreed + "\nS: Wonderful.\nC: Actually no, I don't want it after all. Not interested."
    assert (await judges["outcome"].judge(make_call(agreed))).intent == "A"
    assert (await judges["outcome"].judge(make_call(revoked))).intent == "C"


async def test_the_salesmans_words_are_no_intent(
    judges: dict[str, Judge], make_call: MakeCall
) -> None:
    call = make_call(
        "C: Hello?\nS: You said you'll take it, so I sign you up. It's a deal!\nC: Um."
    )
    assert (await judges["outcome"].judge(call)).intent != "A"


async def test_a_customer_that_never_spoke_was_perfunctory(
    judges: dict[str, Judge], make_call: MakeCall
) -> None:
    verdict = await judges["outcome"].judge(make_call("S: Hello? Is anybody there?"))
    assert verdict.intent == "X"
    assert verdict.intent_evidence == ()


def real_calls(folder: Path, sheet: FactSheet, most: int) -> list[tuple[JudgedCall, bool]]:
    """Finished bargains without the action turns that give the outcome away."""
    found = []
    with (folder / "craigslistbargain" / "dialogues.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            dialogue = json.loads(line)
            turns, deal = dialogue["turns"], dialogue["outcome"]["success"]
            unfinished = not deal and turns[-1]["labels"]["action"] == "message"
            said = [turn for turn in turns if turn["labels"]["action"] == "message"]
            if not unfinished and len(said) > 1:
                found.append((call_of(said, sheet), deal))
    deals = [pair for pair in found if pair[1]][:most]
    return deals + [pair for pair in found if not pair[1]][:most]


def call_of(said: list[dict[str, str]], sheet: FactSheet) -> JudgedCall:
    speakers = {"salesperson": Speaker.SALESMAN, "customer": Speaker.CUSTOMER}
    turns = tuple(
        Turn(index=i, speaker=speakers[turn["role"]], text=turn["text"])
        for i, turn in enumerate(said)
    )
    return JudgedCall(turns, sheet, Lead(name="the buyer", business="household"))


@pytest.mark.slow
async def test_real_bargains_are_told_from_failed_ones_better_than_by_chance(
    reader: CallReader, sheet: FactSheet, real_dialogues: Path
) -> None:
    from sklearn.metrics import balanced_accuracy_score, roc_auc_score

    calls = real_calls(real_dialogues, sheet, most=50)
    deals = [deal for _, deal in calls]
    chances = [intent_chances(await reader.read(call)) for call, _ in calls]
    bought = [max(c, key=lambda i: c[i]) is BuyingIntent.A for c in chances]
    warmth = [c[BuyingIntent.A] - c[BuyingIntent.C] - c[BuyingIntent.X] for c in chances]
    accuracy = balanced_accuracy_score(deals, bought)
    area = roc_auc_score(deals, warmth)
    print(f"{len(deals)} bargains: balanced accuracy {accuracy:.3f} (majority .5), AUC {area:.3f}")
    assert accuracy > 0.55
    assert area > 0.65
