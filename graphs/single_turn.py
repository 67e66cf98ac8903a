"""One salesman turn apart from the running graph: drafted for a given outline, or given whole."""

from __future__ import annotations

from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import GuardAction, Turn
from ai_salesman.graphs.nodes import CallNodes, view_of
from ai_salesman.graphs.parts import CallParts
from ai_salesman.graphs.state import CallState

__all__ = ["given_turn", "take_turn"]


async def take_turn(parts: CallParts, state: CallState) -> CallState:
    """The call after a salesman turn for the plan in `state`: retrieved, drafted, guarded.

    Raises:
        ModelError: the salesman's model gave no usable answer.
    """
    nodes = CallNodes(parts)
    state = _changed(state, **await nodes.retrieve(state))
    while True:
        state = _changed(state, **await nodes.speak(state))
        said = dict(await nodes.guard(state))
        turns = said.pop("turns", ())
        state = _changed(state, **said, turns=(*state["turns"], *turns))
        if turns:
            return state


async def given_turn(parts: CallParts, state: CallState, text: str, outline: Outline) -> CallState:
    """The call after the salesman said `text`, word for word.

    The guard's objections are noted with the turn; they change no word of it. `outline` is
    what the planner will remember of the turn.
    """
    problems = await parts.guard.problems(text, view_of(parts, state))
    turn = Turn(
        index=len(state["turns"]),
        speaker=Speaker.SALESMAN,
        text=text,
        outline=outline,
        guard=GuardAction(problems=problems),
    )
    return _changed(state, turns=(*state["turns"], turn))


def _changed(state: CallState, **changes: object) -> CallState:
    return {**state, **changes}  # type: ignore[typeddict-item]
