"""Where a call goes after each node that can branch.

The routes are coroutines because LangGraph runs plain functions in threads, which costs more than
all they do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.graphs.state import CallState

__all__ = ["FAREWELL", "after_customer", "after_guard", "at_start"]

FAREWELL = {
    StopReason.AGREED,
    StopReason.CALLBACK,
    StopReason.REFUSED,
    StopReason.DO_NOT_CALL,
}
"""After these the salesman has the last word: to confirm, to fix the time, to take the no."""


async def at_start(state: CallState) -> Literal["plan", "customer", "end"]:
    """A call is opened by `plan`; one taken up after a salesman turn goes on with its answer."""
    if not state["turns"] or state["turns"][-1].speaker is Speaker.CUSTOMER:
        return "plan"
    return "end" if state["ending"] else "customer"


async def after_guard(state: CallState) -> Literal["speak", "customer", "end"]:
    """Back to `speak` for a rewrite, on to the customer, or the end."""
    if state["making"] and state["making"].draft is None:
        return "speak"
    return "end" if state["ending"] else "customer"


def after_customer(max_turns: int) -> Callable[[CallState], Awaitable[Literal["plan", "end"]]]:
    """Route after a customer turn in calls of at most `max_turns` salesman turns."""

    async def route(state: CallState) -> Literal["plan", "end"]:
        if ending := state["ending"]:
            return "plan" if ending.stop in FAREWELL else "end"
        spoken = sum(turn.speaker is Speaker.SALESMAN for turn in state["turns"])
        return "end" if spoken >= max_turns else "plan"

    return route
