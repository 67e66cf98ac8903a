"""The nodes of the episode graph: plan, retrieve, speak, guard, customer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ai_salesman.agents.base import CallView
from ai_salesman.agents.fact_choice import slot_values
from ai_salesman.agents.script_salesman import best_script
from ai_salesman.conversation.episode import transcript_of
from ai_salesman.conversation.persona import Lead, Persona
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.conversation.turn import GuardAction, Turn
from ai_salesman.graphs.parts import CallParts
from ai_salesman.graphs.state import CallState, Ending, TurnInMaking
from ai_salesman.models.spending import account
from ai_salesman.scripts_library.retrieve import ScriptQuery
from ai_salesman.scripts_library.script import Segment

__all__ = ["CallNodes", "view_of"]

Update = Mapping[str, Any]


class CallNodes:
    """The nodes of one campaign's calls. Each takes the state and returns what changed."""

    def __init__(self, parts: CallParts):
        self._parts = parts

    async def plan(self, state: CallState) -> Update:
        """Read the customer's last words and outline the next turn."""
        started = time.perf_counter()
        with account() as spent:
            outline = await self._parts.planner.plan(self._view(state))
        return {"making": TurnInMaking(outline, use=spent.total, started=started)}

    async def retrieve(self, state: CallState) -> Update:
        """Fetch scripts for the outline; the salesman does without where there is no library."""
        if self._parts.library is None:
            return {}
        making = _planned(state)
        outline, view = making.outline, self._view(state)
        query = ScriptQuery(
            text=outline.query,
            stage=outline.stage,
            strategy=outline.strategy,
            intent=outline.intent.act if outline.intent.probability > 0 else None,
            slots=frozenset(slot_values(view, outline)),
            segments=_segments(view.lead),
            wanted=frozenset(outline.key_facts),
            used=frozenset(o.scripts[0].id for o in view.outlines if o.scripts),
            seed=view.seed + view.salesman_turns,
        )
        scripts = await self._parts.library.retrieve(query)
        return {"making": replace(making, outline=outline.model_copy(update={"scripts": scripts}))}

    async def speak(self, state: CallState) -> Update:
        """Draft the turn, or draft it again with the guard's feedback."""
        making = _planned(state)
        reply = await self._parts.salesman.speak(self._view(state), making.outline, making.problems)
        outline = reply.outline or making.outline
        return {"making": replace(making, outline=outline, draft=reply, use=making.use + reply.use)}

    async def guard(self, state: CallState) -> Update:
        """Check the draft's claims: let it pass, send it back, or replace it by a script."""
        view, making = self._view(state), _planned(state)
        draft = making.draft
        assert draft is not None, "the salesman speaks before the guard"
        found = await self._parts.guard.problems(draft.text, view)
        problems = (*making.problems, *found)
        if found and making.rewrites < self._parts.max_rewrites:
            again = replace(making, draft=None, problems=problems, rewrites=making.rewrites + 1)
            return {"making": again}
        turn = Turn(
            index=len(state["turns"]),
            speaker=Speaker.SALESMAN,
            text=best_script(view, making.outline) if found else draft.text,
            outline=making.outline,
            guard=GuardAction(rewrites=making.rewrites, fell_back=bool(found), problems=problems),
            use=making.use,
            seconds=time.perf_counter() - making.started,
        )
        own_end = Ending(StopReason.SALESMAN_ENDED) if draft.end else None
        return {"turns": (turn,), "ending": state["ending"] or own_end}

    async def customer(self, state: CallState) -> Update:
        """Let the customer hear the words and answer."""
        started = time.perf_counter()
        reply = await self._parts.customer.respond(state["customer"], transcript_of(state["turns"]))
        turn = Turn(
            index=len(state["turns"]),
            speaker=Speaker.CUSTOMER,
            text=reply.text,
            messages=reply.messages,
            trace=reply.trace,
            use=reply.use,
            seconds=time.perf_counter() - started,
        )
        return {
            "turns": (turn,),
            "customer": reply.state,
            "ending": Ending(reply.stop, reply.offer) if reply.stop else None,
        }

    def _view(self, state: CallState) -> CallView:
        return view_of(self._parts, state)


def view_of(parts: CallParts, state: CallState) -> CallView:
    """What the selling side may know of a call."""
    persona: Persona = state["customer"].scene.persona
    turns = tuple(
        turn if turn.trace is None else turn.model_copy(update={"trace": None})
        for turn in state["turns"]
    )
    return CallView(
        sheet=parts.sheet,
        lead=persona.lead,
        turns=turns,
        seed=state["customer"].scene.seed,
        max_turns=parts.max_turns,
    )


def _planned(state: CallState) -> TurnInMaking:
    making = state["making"]
    assert making is not None, "the graph plans before it retrieves, speaks and guards"
    return making


def _segments(lead: Lead) -> frozenset[Segment]:
    return frozenset({"household" if lead.business == "household" else "business"})
