"""The salesman with a model that was trained on plans: `<plan> | <delexicalised line>`.

Given an outline, the model says it. Without one it plans for itself: several completions are
sampled, the plan that most of them name is followed, and it becomes the outline of the turn.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import NamedTuple

from ai_salesman.agents.base import CallView, SalesmanReply
from ai_salesman.agents.drafts import nearest_to_scripts, speakable_drafts
from ai_salesman.agents.fact_choice import choose_facts
from ai_salesman.agents.planner import goal_of
from ai_salesman.agents.script_salesman import best_script
from ai_salesman.agents.strategy import ENDING
from ai_salesman.conversation.outline import IntentReading, Outline
from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.corpus.plan_prompt import (
    SEPARATOR,
    Plan,
    call_context,
    plan_messages,
    read_completion,
)
from ai_salesman.models.act_hints import ActHints
from ai_salesman.models.base import ChatReply, ChatRequest, Encoder, LanguageModel

__all__ = ["PlanningSalesman"]

_REPLY_TOKENS = 72
_PLAN_TOKENS = 24


class _Chosen(NamedTuple):
    outline: Outline
    drafts: list[str]


class PlanningSalesman:
    """Speaks, and plans if nobody else does, with a model that was trained on plans.

    Args:
        model: answers `plan_messages`.
        encoder: compares drafts with scripts.
        hints: what the model is told in place of the customer's words; None for the words.
        candidates: completions of a turn to choose from.
        temperature: of sampling.
    """

    def __init__(
        self,
        model: LanguageModel,
        encoder: Encoder,
        hints: ActHints | None = None,
        candidates: int = 3,
        temperature: float = 0.5,
    ):
        self.uri = model.uri
        self._model = model
        self._encoder = encoder
        self._hints = hints
        self._candidates = candidates
        self._temperature = temperature

    async def speak(
        self, call: CallView, outline: Outline, feedback: tuple[str, ...] = ()
    ) -> SalesmanReply:
        """The best of several sampled lines, or the best script when none will do.

        The reply carries the outline when the model made it.
        """
        own = outline.strategy is None
        heard = call.last_customer_words
        if self._hints:
            heard = await self._hints.hear(heard)
        requests = [
            self._request(call, outline, heard, f"{len(feedback)}/{k}")
            for k in range(self._candidates)
        ]
        replies = await asyncio.gather(*(self._model.chat(request) for request in requests))
        use = reduce(add, (reply.use for reply in replies), TokenUse())
        chosen = (
            _most_planned(replies, call, outline)
            if own
            else _Chosen(outline, [reply.text for reply in replies])
        )
        drafts = speakable_drafts(chosen.drafts, call, chosen.outline)
        text = best_script(call, chosen.outline)
        if drafts:
            best = await nearest_to_scripts(self._encoder, drafts, call, chosen.outline)
            text = drafts[best]
        made = chosen.outline if own and chosen.outline.strategy else None
        return SalesmanReply(text=text, end=chosen.outline.end_call, use=use, outline=made)

    def _request(self, call: CallView, outline: Outline, heard: str, draft: str) -> ChatRequest:
        done = [earlier.strategy for earlier in call.outlines if earlier.strategy]
        plan = _plan_of(outline, opening=not call.turns)
        key = f"{call.seed}/{call.salesman_turns}/{draft}"
        return ChatRequest(
            messages=plan_messages(
                call_context(done, heard),
                f"{plan.text()}{SEPARATOR}" if plan else None,
            ),
            max_tokens=_REPLY_TOKENS if plan else _PLAN_TOKENS + _REPLY_TOKENS,
            temperature=self._temperature,
            seed=zlib.crc32(key.encode()),
        )


def _plan_of(outline: Outline, opening: bool) -> Plan | None:
    if outline.stage is None or outline.strategy is None:
        return None
    act = None if opening else outline.intent.act
    return Plan(act, outline.stage, outline.strategy, tuple(sorted(outline.key_facts)))


def _most_planned(replies: Sequence[ChatReply], call: CallView, outline: Outline) -> _Chosen:
    """The plan with the strategy that most completions name, and their lines."""
    read = [read_completion(reply.text) for reply in replies]
    counts = Counter(found.plan.strategy for found in read if found.plan)
    if not counts:
        return _Chosen(outline, [])
    strategy, votes = counts.most_common(1)[0]
    following = [found for found in read if found.plan and found.plan.strategy is strategy]
    plan = following[0].plan
    assert plan is not None
    lines = [found.reply for found in following if found.plan and found.plan.slots == plan.slots]
    return _Chosen(_outlined(plan, votes / len(replies), call, outline), lines)


def _outlined(plan: Plan, agreement: float, call: CallView, outline: Outline) -> Outline:
    """The model's plan as an outline; scripts and query stay as they are."""
    act = plan.intent or CustomerAct.GREET
    return outline.model_copy(
        update={
            "intent": IntentReading(act=act, probability=agreement),
            "stage": plan.stage,
            "strategy": plan.strategy,
            "goal": goal_of(plan.strategy),
            "key_facts": choose_facts(
                call.sheet, plan.strategy, act, outline.focus_need, call.outlines, {}, plan.slots
            ),
            "end_call": plan.strategy in ENDING,
        }
    )
