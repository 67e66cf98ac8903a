"""Whose fault a lost call was: one example for each rule, in the order in which they decide."""

from __future__ import annotations

from typing import Any

import pytest

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import Capability, CustomerAct, Speaker, StopReason
from ai_salesman.conversation.turn import CustomerTrace, Turn
from ai_salesman.conversation.verdict import Claim, ComplianceIssue, Evidence, ScoreCell, Verdict
from ai_salesman.evaluation.attribution import attribute, attribution_of, helped

FAIR = """\
S: Hello, this is Dana. Do you have a minute?
C: Yes.
S: People nearby see your shop first. It is $199 a month.
C: I see.
S: You can leave after thirty days.
C: Fine.
S: Shall we go ahead and set it up?
C: No, thank you."""
PERSONA = Persona(id="p", name="Ms. Rivera", business="bakery", needs={"more_customers": 1.0})


def call(lines: str = FAIR, stop: StopReason = StopReason.REFUSED, **changes: Any) -> Episode:
    """A call from lines 'S: ...' and 'C: ...'; `persona` and `trace` may be changed too."""
    trace = changes.pop("trace", None)
    persona = PERSONA.model_copy(update=changes.pop("persona", {}))
    turns = [
        Turn(
            index=i,
            speaker=Speaker.SALESMAN if line[0] == "S" else Speaker.CUSTOMER,
            text=line[3:],
        )
        for i, line in enumerate(lines.splitlines())
    ]
    if trace is not None:
        turns[-1] = turns[-1].model_copy(update={"trace": trace})
    return Episode(
        run="r", index=0, seed=1, persona=persona, turns=tuple(turns), stop=stop, **changes
    )


def mind(utility: float) -> CustomerTrace:
    """A customer's mind at a refusal."""
    return CustomerTrace(
        act=CustomerAct.REFUSE, interest=0.5, trust=0.5, patience=0.5, utility=utility
    )


def judged(**findings: Any) -> dict[str, tuple[Verdict, ...]]:
    """One judge's findings."""
    return {"verdicts": (Verdict(judge="j", **findings),)}


def low(turn: int) -> ScoreCell:
    """A low score with evidence in a turn."""
    return ScoreCell(score=1.0, evidence=(Evidence(turn=turn, quote="..."),))


FALSE = judged(claims=(Claim(turn=2, quote="free", kind="price", status="contradicted"),))
PUSHED = judged(compliance=(ComplianceIssue(rule="pressure", turn=6),))
IGNORED = judged(compliance=(ComplianceIssue(rule="pressure_after_refusal", turn=6),))
BAD_OPENING = judged(capabilities={Capability.OPENING: low(0)})
DEAF = judged(capabilities={Capability.OBJECTION_HANDLING: low(4)})
FIRST_NO = "S: Hello, this is Dana.\nC: No."
NO_PRICE = FAIR.replace(" It is $199 a month.", "")
NO_ASK = FAIR.replace("Shall we go ahead and set it up?", "I see that you are busy.")
AGAIN = FAIR.replace("You can leave after thirty days.", FAIR.splitlines()[2][3:])
ASKED = NO_PRICE.replace("C: I see.", "C: How much is it?")

CASES = {
    "unhealthy": (call(health={"repetition": 0.9}), "simulator", None),
    "hung_up_at_once": (call(FIRST_NO), "simulator", 1),
    "refused_though_willing": (call(trace=mind(0.4)), "simulator", 7),
    "cannot_afford": (call(persona={"reserve": 0.4}), "customer", None),
    "no_authority": (
        call(stop=StopReason.CALLBACK, persona={"authority": "must_ask"}),
        "customer",
        7,
    ),
    "not_now": (call(stop=StopReason.CALLBACK, persona={"timing": "later"}), "customer", 7),
    "false_claim": (call(**FALSE), "agent", 2),
    "pressure": (call(**PUSHED), "agent", 6),
    "poor_opening": (call(FIRST_NO, **BAD_OPENING), "agent", 0),
    "price_withheld": (call(ASKED), "agent", 4),
    "objection_ignored": (call(**DEAF), "agent", 4),
    "repeated_itself": (call(AGAIN), "agent", 4),
    "no_price": (call(NO_PRICE), "agent", 6),
    "no_ask": (call(NO_ASK), "agent", 6),
    "ignored_no": (call(**IGNORED), "agent", 6),
    "gave_up": (call(stop=StopReason.MAX_TURNS), "agent", 6),
    "none": (call(trace=mind(-0.4)), "unclear", None),
}


@pytest.mark.parametrize("rule", CASES)
def test_each_rule_has_its_turn(rule: str, sheet: FactSheet) -> None:
    episode, fault, turn = CASES[rule]
    reading = attribute(episode, sheet)
    assert reading is not None
    assert (reading.rule, reading.fault, reading.turn) == (rule, fault, turn)


def test_pressure_that_the_customer_did_not_mind_is_not_why_it_left(sheet: FactSheet) -> None:
    early = judged(compliance=(ComplianceIssue(rule="pressure", turn=0),))
    reading = attribute(call(**early), sheet)
    assert reading is not None and reading.rule == "none"


def test_a_customer_that_could_not_pay_excuses_what_the_salesman_did(sheet: FactSheet) -> None:
    reading = attribute(call(persona={"reserve": 0.4}, **FALSE), sheet)
    assert reading is not None and reading.fault == "customer"


def test_won_and_failed_calls_have_no_fault(sheet: FactSheet) -> None:
    assert attribute(call(stop=StopReason.AGREED), sheet) is None
    assert attribute(call(stop=StopReason.INFRASTRUCTURE_ERROR), sheet) is None


def test_a_sale_to_an_unhealthy_customer_was_helped(sheet: FactSheet) -> None:
    given = call(stop=StopReason.AGREED, health={"over_agreeable": 1.0})
    assert helped(given)
    assert not helped(call(stop=StopReason.AGREED, health={"over_agreeable": 0.0}))
    readings = [attribute(c, sheet) for c in (given, call(NO_ASK), call(FIRST_NO))]
    counted = attribution_of(readings, helped=1)
    assert counted.lost == {"agent": 1, "simulator": 1, "customer": 0, "unclear": 0}
    assert counted.rules == {"no_ask": 1, "hung_up_at_once": 1}
    assert counted.helped == 1
