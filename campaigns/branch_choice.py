"""What a branch does at its turn: as recorded, another strategy, or words of one's own."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel, ConfigDict

from ai_salesman.agents.fact_choice import choose_facts
from ai_salesman.agents.planner import goal_of, query_of
from ai_salesman.agents.strategy import HOME_STAGE
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.taxonomy import Speaker, Strategy
from ai_salesman.conversation.turn import Turn
from ai_salesman.graphs.nodes import view_of
from ai_salesman.graphs.parts import CallParts
from ai_salesman.graphs.single_turn import given_turn, take_turn
from ai_salesman.graphs.state import CallState, TurnInMaking

__all__ = ["AS_RECORDED", "Choice", "after_choice"]

_ENDING = (Strategy.RESPECT_NO, Strategy.CONFIRM_AGREEMENT)
"""Strategies that end the call."""


class Choice(BaseModel):
    """What the salesman does at the turn of a branch."""

    model_config = ConfigDict(frozen=True)

    strategy: Strategy | None = None
    """Follow this strategy; with `say`, only remember the words as following it."""
    say: str | None = None
    """Say this, word for word."""

    @property
    def label(self) -> str:
        """A short name, fit for the name of a run."""
        if self.say is None:
            return self.strategy.value if self.strategy else "original"
        words = hashlib.sha256(self.say.encode()).hexdigest()[:8]
        return f"{self.strategy.value}-say-{words}" if self.strategy else f"say-{words}"

    @property
    def words(self) -> str:
        """The choice as it is named in a sentence."""
        if self.say is not None:
            return f"'{self.say}'"
        return self.strategy.value.replace("_", " ") if self.strategy else "the recorded turn"


AS_RECORDED = Choice()
"""No other choice: the recorded turn, word for word."""


async def after_choice(
    choice: Choice, recorded: Turn, state: CallState, parts: CallParts
) -> CallState:
    """The call after its turn.

    The plan starts from what the recorded outline had read in the customer's words, so no
    planner is asked, unless the recorded turn has no outline.

    Args:
        choice: what to do at the turn.
        recorded: the turn as it was.
        state: the call before it.
        parts: the selling side; its model is asked for words only when a strategy is chosen.

    Raises:
        InputError: `say` holds no words.
        ModelError: a model gave no usable answer.
    """
    if choice == AS_RECORDED:
        return {**state, "turns": (*state["turns"], recorded)}
    outline = recorded.outline or await parts.planner.plan(view_of(parts, state))
    if choice.strategy is not None:
        outline = _with_strategy(outline, choice.strategy, state["turns"], parts.sheet)
    if choice.say is None:
        return await take_turn(parts, {**state, "making": TurnInMaking(outline)})
    text = " ".join(choice.say.split())
    if not text:
        raise InputError("holds no words", field="--say")
    spoken = outline.model_copy(update={"scripts": (), "end_call": False})
    return await given_turn(parts, state, text, spoken)


def _with_strategy(
    outline: Outline, strategy: Strategy, turns: tuple[Turn, ...], sheet: FactSheet
) -> Outline:
    """The outline that follows `strategy` instead, from the same reading of the customer."""
    done = [turn.outline for turn in turns if turn.outline is not None]
    act, focus = outline.intent.act, outline.focus_need
    said = [turn.text for turn in turns if turn.speaker is Speaker.CUSTOMER]
    return outline.model_copy(
        update={
            "stage": HOME_STAGE[strategy],
            "strategy": strategy,
            "goal": goal_of(strategy),
            "key_facts": choose_facts(sheet, strategy, act, focus, done, {}),
            "query": query_of(act, strategy, said[-1] if said else ""),
            "end_call": strategy in _ENDING,
            "scripts": (),
        }
    )
