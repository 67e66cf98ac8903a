"""One call as a LangGraph state machine.

plan -> retrieve -> speak -> guard -+-> customer -> (end?) -> plan ...
                      ^-- rewrite --+
"""

from __future__ import annotations

import time
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import ModelError
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.graphs.nodes import CallNodes
from ai_salesman.graphs.parts import CallParts
from ai_salesman.graphs.routing import after_customer, after_guard
from ai_salesman.graphs.state import CallState
from ai_salesman.simulators.base import Scene

__all__ = ["build_episode_graph", "play_episode"]

EpisodeGraph = CompiledStateGraph[CallState, None, CallState, CallState]

_STEPS_PER_TURN = 5
"""Nodes that one exchange passes without rewrites."""


def build_episode_graph(parts: CallParts) -> EpisodeGraph:
    """Compile the graph of one campaign's calls."""
    nodes = CallNodes(parts)
    graph = StateGraph(CallState)
    graph.add_node("plan", nodes.plan)
    graph.add_node("retrieve", nodes.retrieve)
    graph.add_node("speak", nodes.speak)
    graph.add_node("guard", nodes.guard)
    graph.add_node("customer", nodes.customer)
    graph.add_edge(START, "plan")
    graph.add_edge("plan", "retrieve")
    graph.add_edge("retrieve", "speak")
    graph.add_edge("speak", "guard")
    graph.add_conditional_edges(
        "guard", after_guard, {"speak": "speak", "customer": "customer", "end": END}
    )
    graph.add_conditional_edges(
        "customer", after_customer(parts.max_turns), {"plan": "plan", "end": END}
    )
    return graph.compile()


async def play_episode(
    graph: EpisodeGraph, parts: CallParts, run: str, index: int, persona: Persona, seed: int
) -> Episode:
    """Play one call to its end. A failed model ends it as an infrastructure error."""
    started = time.perf_counter()
    state = _initial(parts, persona, seed)
    steps = (parts.max_turns + 1) * (_STEPS_PER_TURN + 2 * parts.max_rewrites) + 10
    error: str | None = None
    final: Any = state
    try:
        async for values in graph.astream(
            state, config={"recursion_limit": steps}, stream_mode="values"
        ):
            final = values  # kept step by step: a failed call keeps what was said before
    except ModelError as failure:
        error = str(failure)
    turns: tuple[Turn, ...] = final["turns"]
    stop = StopReason.INFRASTRUCTURE_ERROR if error else final["stop"] or StopReason.MAX_TURNS
    return Episode(
        run=run,
        index=index,
        seed=seed,
        persona=persona,
        turns=turns,
        stop=stop,
        offer=final["offer"] if stop is StopReason.AGREED else None,
        error=error,
        use=sum((turn.use for turn in turns), TokenUse()),
        seconds=time.perf_counter() - started,
    )


def _initial(parts: CallParts, persona: Persona, seed: int) -> CallState:
    scene = Scene.of(parts.sheet, persona, seed)
    return CallState(
        turns=(),
        outline=None,
        draft=None,
        problems=(),
        rewrites=0,
        turn_use=TokenUse(),
        turn_started=0.0,
        customer=parts.customer.begin(scene),
        stop=None,
        offer=None,
    )
