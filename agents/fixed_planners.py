"""Planners that do not listen: the fixed outline, and no outline at all (baselines)."""

from __future__ import annotations

from ai_salesman.agents.base import CallView
from ai_salesman.agents.fact_choice import choose_facts
from ai_salesman.agents.planner import goal_of, query_of
from ai_salesman.agents.strategy import HOME_STAGE
from ai_salesman.conversation.outline import IntentReading, Outline
from ai_salesman.conversation.taxonomy import CustomerAct, Strategy

__all__ = ["NoPlanner", "StaticPlanner"]

_UNREAD = IntentReading(act=CustomerAct.ACKNOWLEDGE, probability=0.0)

_CALL_SHEET = (
    Strategy.INTRODUCE,
    Strategy.OPEN_QUESTION,
    Strategy.FOLLOW_UP,
    Strategy.SUMMARISE_NEED,
    Strategy.PRESENT_BENEFIT,
    Strategy.SHARE_PROOF,
    Strategy.STATE_PRICE,
    Strategy.REDUCE_RISK,
    Strategy.ASK_COMMITMENT,
    Strategy.EXPLAIN_PROCESS,
    Strategy.ASK_COMMITMENT,
    Strategy.RESPECT_NO,
)


class StaticPlanner:
    """Goes through one call sheet, whatever the customer says."""

    name = "static"

    async def plan(self, call: CallView) -> Outline:
        """The next line of the call sheet."""
        position = min(call.salesman_turns, len(_CALL_SHEET) - 1)
        strategy = _CALL_SHEET[position]
        needs = list(call.sheet.needs)
        focus = needs[call.salesman_turns % len(needs)] if needs else None
        return Outline(
            intent=_UNREAD,
            stage=HOME_STAGE[strategy],
            strategy=strategy,
            goal=goal_of(strategy),
            key_facts=choose_facts(
                call.sheet, strategy, CustomerAct.ACKNOWLEDGE, focus, call.outlines, {}
            ),
            focus_need=focus,
            query=query_of(CustomerAct.ACKNOWLEDGE, strategy, ""),
            end_call=position == len(_CALL_SHEET) - 1,
        )


class NoPlanner:
    """No outline: the salesman model is on its own (ablation)."""

    name = "none"

    async def plan(self, call: CallView) -> Outline:
        """An outline that says nothing; scripts are sought by the customer's words alone."""
        return Outline(
            intent=_UNREAD,
            stage=None,
            strategy=None,
            goal=goal_of(None),
            query=call.last_customer_words or "hello",
        )
