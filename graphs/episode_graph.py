"""One call as a LangGraph state machine.

plan -> retrieve -> speak -> guard -+-> customer -> (end?) -> plan ...
                      ^-- rewrite --+

A call may also be taken up in the middle, from a state that holds what was said before.
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
from ai_salesman.graphs.routing import after_customer, after_guard, at_start
from ai_salesman.graphs.state import CallState, Ending, call_state
from ai_salesman.simulators.base import Scene

__all__ = ["EpisodeGraph", "build_episode_graph", "play_episode", "play_from"]

EpisodeGraph = CompiledStateGraph[CallState, None, CallState, CallState]

_STEPS_PER_TURN = 5
"""Nodes that one exchange passes without rewrites."""


def build_episode_graph(parts: CallParts) -> EpisodeGraph:
    """Compile the graph of one campaign's calls; without a library there is no `retrieve`."""
    nodes = CallNodes(parts)
    graph = StateGraph(CallState)
    graph.add_node("plan", nodes.plan)
    if parts.library is not None:
        graph.add_node("retrieve", nodes.retrieve)
    graph.add_node("speak", nodes.speak)
    graph.add_node("guard", nodes.guard)
    graph.add_node("customer", nodes.customer)
    graph.add_conditional_edges(
        START, at_start, {"plan": "plan", "customer": "customer", "end": END}
    )
    if parts.library is None:
        graph.add_edge("plan", "speak")
    else:
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
    scene = Scene.of(parts.sheet, persona, seed)
    return await play_from(graph, parts, run, index, call_state(parts.customer.begin(scene)))


async def play_from(
    graph: EpisodeGraph, parts: CallParts, run: str, index: int, state: CallState
) -> Episode:
    """Play a call from `state` to its end: a new one, or one taken up between two turns."""
    started = time.perf_counter()
    scene = state["customer"].scene
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
    ending: Ending = final["ending"] or Ending(StopReason.MAX_TURNS)
    stop = StopReason.INFRASTRUCTURE_ERROR if error else ending.stop
    return Episode(
        run=run,
        index=index,
        seed=scene.seed,
        persona=scene.persona,
        turns=turns,
        stop=stop,
        offer=ending.offer if stop is StopReason.AGREED else None,
        error=error,
        use=sum((turn.use for turn in turns), TokenUse()),
        seconds=time.perf_counter() - started,
    )
