"""The next line of a call of which only the words are known.

A call in the making carries outlines: what the planner thought at each turn. A client sends words,
so the outlines are made again from them, turn by turn, as they were made then. A short memory
spares most of that work; an answer does not depend on whether it helps.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ai_salesman.agents.fact_choice import slot_values
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.persona import Lead, Persona
from ai_salesman.conversation.slots import fill_slots
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.graphs.nodes import CallNodes, view_of
from ai_salesman.graphs.parts import CallParts
from ai_salesman.graphs.single_turn import take_turn
from ai_salesman.graphs.state import CallState, call_state
from ai_salesman.simulators.base import CustomerState, Scene

__all__ = ["Answer", "ServedSalesman", "SpokenCall"]

_REMEMBERED = 10_000
"""Outlines kept, of about 5 kB each."""


@dataclass(frozen=True)
class SpokenCall:
    """A call as a client tells it."""

    turns: tuple[Turn, ...]
    """Words only. The salesman's comes first: it is he who calls."""
    lead: Lead
    seed: int
    """Luck of the salesman: which of equally good scripts he takes, and how a model samples."""


@dataclass(frozen=True)
class Answer:
    """What the salesman says next."""

    turn: Turn
    end: bool
    """He ends the call with it."""
    use: TokenUse
    """Of all models, for this turn and for making earlier outlines again."""


class ServedSalesman:
    """The selling side of one campaign: planner, scripts, model and guard."""

    def __init__(self, parts: CallParts, remembered: int = _REMEMBERED):
        """
        Args:
            parts: of the campaign; the customer among them is never asked.
            remembered: how many outlines to keep.
        """
        self._parts = parts
        self._nodes = CallNodes(parts)
        self._memory = _Memory(remembered)

    async def answer(self, call: SpokenCall) -> Answer:
        """The salesman's next turn.

        Raises:
            ModelError: a model gave no usable answer.
        """
        state, use = await self._recalled(call)
        state = _changed(state, await self._nodes.plan(state))
        state = await take_turn(self._parts, state)
        turn = state["turns"][-1]
        if turn.outline is not None:
            self._memory.keep(call.lead, state["turns"], turn.outline)
        return Answer(turn, end=state["ending"] is not None, use=use + turn.use)

    async def _recalled(self, call: SpokenCall) -> tuple[CallState, TokenUse]:
        """The call after its last turn, with the outlines of the salesman's turns."""
        state, use = call_state(_somebody(self._parts, call)), TokenUse()
        for turn in call.turns:
            if turn.speaker is Speaker.SALESMAN:
                said = (*state["turns"], turn)
                outline = self._memory.find(call.lead, said)
                if outline is None:
                    outline, spent = await self._planned_again(state, turn.text)
                    use += spent
                    self._memory.keep(call.lead, said, outline)
                turn = turn.model_copy(update={"outline": outline})
            state = _changed(state, {"turns": (*state["turns"], turn)})
        return state, use

    async def _planned_again(self, state: CallState, said: str) -> tuple[Outline, TokenUse]:
        """The outline of a turn that came out as `said`."""
        state = _changed(state, await self._nodes.plan(state))
        state = _changed(state, await self._nodes.retrieve(state))
        making = state["making"]
        assert making is not None, "the planner has planned"
        outline = making.outline
        values = slot_values(view_of(self._parts, state), outline)
        # The script that was said, if it was one, is the one that must not be said again.
        scripts = sorted(outline.scripts, key=lambda s: fill_slots(s.text, values)[0] != said)
        return outline.model_copy(update={"scripts": tuple(scripts)}), making.use


class _Memory:
    """Outlines by the words of a call up to the turn they were made for; the oldest go first."""

    def __init__(self, size: int):
        self._size = size
        self._kept: OrderedDict[bytes, Outline] = OrderedDict()

    def find(self, lead: Lead, turns: Sequence[Turn]) -> Outline | None:
        key = _key(lead, turns)
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, lead: Lead, turns: Sequence[Turn], outline: Outline) -> None:
        self._kept[_key(lead, turns)] = outline
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)


def _key(lead: Lead, turns: Sequence[Turn]) -> bytes:
    words = repr([lead.name, lead.business, *(turn.text for turn in turns)])
    return hashlib.sha256(words.encode(errors="surrogatepass")).digest()


def _somebody(parts: CallParts, call: SpokenCall) -> CustomerState:
    """A customer of whom nothing but the lead is known; nobody asks it anything."""
    person = Persona(
        id="caller", name=call.lead.name, business=call.lead.business, needs={"unknown": 1.0}
    )
    return CustomerState(scene=Scene.of(parts.sheet, person, call.seed))


def _changed(state: CallState, changes: Mapping[str, Any]) -> CallState:
    return {**state, **changes}  # type: ignore[typeddict-item]
