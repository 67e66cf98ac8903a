"""The DOGA planner: intent -> belief -> stage -> strategy -> facts -> outline.

DOGA is the Dynamic Outline-Guided Agent of AI-Salesman (arXiv 2511.12133); its inner
workings beyond "intent recognition, outline, script retrieval" are ours.
"""

from __future__ import annotations

from collections.abc import Mapping

from ai_salesman.agents.bargaining import answer_offer, named_price
from ai_salesman.agents.base import CallView
from ai_salesman.agents.belief import initial_belief, update_belief
from ai_salesman.agents.expectation import expected_acts
from ai_salesman.agents.fact_choice import choose_facts, focus_of
from ai_salesman.agents.hearing import SheetReader
from ai_salesman.agents.intent import IntentReader
from ai_salesman.agents.strategy import Situation, choose_strategy
from ai_salesman.conversation.outline import Belief, IntentReading, Outline
from ai_salesman.conversation.taxonomy import CustomerAct, Strategy

__all__ = ["DogaPlanner", "goal_of", "query_of"]

_TELLS_NEEDS = {
    CustomerAct.PROVIDE_INFO,
    CustomerAct.ASK_DETAIL,
    CustomerAct.INTEREST,
    CustomerAct.OBJECTION_COMPETITOR,
}
"""Acts whose words say something about what the customer wants."""

_GOALS: Mapping[Strategy, str] = {
    Strategy.INTRODUCE: "say who calls and why, and ask for a minute",
    Strategy.ASK_PERMISSION: "earn one more minute, or agree on a better time",
    Strategy.BUILD_RAPPORT: "answer as a person would, then come back to the point",
    Strategy.OPEN_QUESTION: "learn how things are done today and what hurts",
    Strategy.FOLLOW_UP: "go deeper into what was just told",
    Strategy.CLARIFY: "say it again, more simply",
    Strategy.SUMMARISE_NEED: "give the need back and have it confirmed",
    Strategy.QUANTIFY_PROBLEM: "make the cost of the problem felt",
    Strategy.PRESENT_BENEFIT: "show the one fact that serves the need",
    Strategy.STATE_PRICE: "name the price plainly, with what it includes",
    Strategy.SHARE_PROOF: "show that others gain from it",
    Strategy.ANSWER_QUESTION: "answer exactly what was asked",
    Strategy.ACKNOWLEDGE_OBJECTION: "hear the doubt and find what lies behind it",
    Strategy.REFRAME_VALUE: "set the doubt against the benefit",
    Strategy.REDUCE_RISK: "take the risk out of the decision",
    Strategy.OFFER_CONCESSION: "offer the next rung of the discount ladder",
    Strategy.COMPARE: "show what differs from what they have",
    Strategy.EXPLAIN_PROCESS: "make the next steps concrete",
    Strategy.PROPOSE_NEXT_STEP: "propose one concrete step",
    Strategy.SCHEDULE_CALLBACK: "fix a time to call again",
    Strategy.TRIAL_CLOSE: "find out how near the decision is",
    Strategy.ASK_COMMITMENT: "ask for the decision",
    Strategy.CONFIRM_AGREEMENT: "repeat what was agreed and what follows",
    Strategy.RESPECT_NO: "take the no, thank, and leave",
}


class DogaPlanner:
    """Plans each turn anew from the customer's last words and its own earlier outlines."""

    name = "doga"

    def __init__(self, reader: IntentReader, sheet_reader: SheetReader):
        self._reader = reader
        self._sheet_reader = sheet_reader

    async def plan(self, call: CallView) -> Outline:
        """The outline of the next turn, without scripts."""
        words = call.last_customer_words
        offer = named_price(words, call.sheet, call.outlines)
        reading = _as_offer(await self._read_intent(call), offer)
        needs, facts = await self._sheet_reader.read(words) if words else ({}, {})
        belief = self._belief(call, reading, needs)
        done = call.outlines
        stage, strategy, end = choose_strategy(
            Situation(
                reading.act,
                belief,
                done,
                turns_left=call.max_turns - call.salesman_turns,
                certainty=reading.probability,
                counter=answer_offer(call.sheet, done) if offer is not None else None,
            )
        )
        focus = focus_of(belief, done)
        return Outline(
            intent=reading,
            stage=stage,
            strategy=strategy,
            goal=goal_of(strategy),
            key_facts=choose_facts(call.sheet, strategy, reading.act, focus, done, facts),
            focus_need=focus,
            avoid=_avoid(reading.act, strategy),
            query=query_of(reading.act, strategy, words),
            end_call=end,
            belief=belief,
        )

    async def _read_intent(self, call: CallView) -> IntentReading:
        words = call.last_customer_words
        if not call.turns:
            return IntentReading(act=CustomerAct.GREET, probability=1.0)
        last = call.outlines[-1].strategy if call.outlines else None
        said = call.turns[-2].text if len(call.turns) > 1 else ""
        return await self._reader.read(words, expected_acts(last, said, words))

    @staticmethod
    def _belief(call: CallView, reading: IntentReading, needs: Mapping[str, float]) -> Belief:
        before = call.outlines[-1].belief if call.outlines else initial_belief(call.sheet)
        if not call.outlines:
            return before
        return update_belief(before, reading, needs if reading.act in _TELLS_NEEDS else None)


def _as_offer(reading: IntentReading, offer: float | None) -> IntentReading:
    """Naming a lower price is an objection to the price, however it is put."""
    if offer is None or reading.act is CustomerAct.DO_NOT_CALL:
        return reading
    return IntentReading(act=CustomerAct.OBJECTION_PRICE, probability=1.0)


def goal_of(strategy: Strategy | None) -> str:
    """One line for the reader: what a strategy is after."""
    return _GOALS[strategy] if strategy else "speak without a plan"


def query_of(intent: CustomerAct, strategy: Strategy | None, words: str) -> str:
    """What the script library is asked, in the form in which scripts are indexed."""
    move = f"{strategy.value.replace('_', ' ')}: " if strategy else ""
    return f"customer: {intent.value.replace('_', ' ')}. {move}{words}"


def _avoid(intent: CustomerAct, strategy: Strategy) -> tuple[str, ...]:
    avoid = []
    if strategy in (Strategy.OPEN_QUESTION, Strategy.FOLLOW_UP, Strategy.INTRODUCE):
        avoid.append("pitching before a need is known")
    if intent.value.startswith("objection_") or intent is CustomerAct.HESITATE:
        avoid.append("repeating an answer that did not help")
    if strategy is Strategy.RESPECT_NO:
        avoid.append("any further question or offer")
    return tuple(avoid)
