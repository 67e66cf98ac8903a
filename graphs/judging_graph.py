"""The judges of one call as a LangGraph fan-out; each result is a verdict or a failure."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Send

from ai_salesman.conversation.errors import (
    ModelReplyError,
    ModelUnreachableError,
    RunStoppedError,
)
from ai_salesman.conversation.verdict import JudgeFailure, JudgeResult, Verdict
from ai_salesman.evaluation.base import Judge, JudgedCall
from ai_salesman.graphs.state import JudgingState

__all__ = ["JUDGE_SECONDS", "JudgingGraph", "build_judging_graph", "judge_call"]

JudgingGraph = CompiledStateGraph[JudgingState, None, JudgingState, JudgingState]

JUDGE_SECONDS = 300.0
"""Patience with one judge on one call."""


def build_judging_graph(judges: Sequence[Judge], seconds: float = JUDGE_SECONDS) -> JudgingGraph:
    """Compile the graph in which all `judges` hear a call side by side.

    A judge that takes longer than `seconds` has failed.
    """

    def fan_out(state: JudgingState) -> list[Send]:
        return [Send(name, state) for name in seats]

    graph = StateGraph(JudgingState)
    seats = [_seat_name(number, judge) for number, judge in enumerate(judges, 1)]
    for name, judge in zip(seats, judges, strict=True):
        graph.add_node(name, _seat(judge, seconds))
        graph.add_edge(name, END)
    graph.add_conditional_edges(START, fan_out, seats or [END])
    return graph.compile()


def _seat_name(number: int, judge: Judge) -> str:
    """A name that a graph drawing can hold, and that no other judge has."""
    return f"judge_{number}_" + re.sub(r"\W+", "_", judge.name)


def _seat(judge: Judge, seconds: float) -> Any:
    async def hear(state: JudgingState) -> dict[str, Any]:
        return {"results": (await _heard(judge, state["call"], seconds),)}

    return hear


async def judge_call(graph: JudgingGraph, call: JudgedCall) -> tuple[JudgeResult, ...]:
    """The results of all judges, in their order."""
    final = await graph.ainvoke(JudgingState(call=call, results=()))
    return tuple(final["results"])


async def _heard(judge: Judge, call: JudgedCall, seconds: float) -> JudgeResult:
    failure = {"judge": judge.name, "version": judge.version}
    try:
        verdict: object = await asyncio.wait_for(judge.judge(call), seconds)
    except TimeoutError:
        return JudgeFailure(error=f"no verdict in {seconds:g} s", cause="timeout", **failure)
    except RunStoppedError:  # not the judge failed: nobody can go on
        raise
    except ModelReplyError as error:
        return JudgeFailure(error=str(error), cause="malformed", **failure)
    except ModelUnreachableError as error:
        return JudgeFailure(error=str(error), cause="unreachable", **failure)
    except Exception as error:  # a judge may be anybody's plug-in: its crash is a value
        return JudgeFailure(error=f"{type(error).__name__}: {error}", cause="crashed", **failure)
    if not isinstance(verdict, Verdict):
        found = f"returned {verdict!r:.80} instead of a verdict"
        return JudgeFailure(error=found, cause="malformed", **failure)
    return verdict
