"""`doga:<model uri>`: an instruction-following model fills the same outline."""

from __future__ import annotations

import json
import zlib
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ai_salesman.agents.base import CallView
from ai_salesman.agents.belief import initial_belief
from ai_salesman.agents.chat_salesman import prompt_template
from ai_salesman.agents.planner import goal_of, query_of
from ai_salesman.agents.price_words import next_rung
from ai_salesman.conversation.errors import ModelReplyError
from ai_salesman.conversation.outline import Belief, IntentReading, Outline
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.models.base import ChatRequest, LanguageModel, Message

__all__ = ["ModelPlanner"]

_ATTEMPTS = 2
_ACTS, _STAGES, _STRATEGIES = (
    ", ".join(member.value for member in kind) for kind in (CustomerAct, Stage, Strategy)
)


class _Plan(BaseModel):
    """What the model must answer with."""

    model_config = ConfigDict(extra="ignore")

    intent: CustomerAct
    intent_probability: float = Field(ge=0, le=1)
    interest: float = Field(ge=0, le=1)
    trust: float = Field(ge=0, le=1)
    focus_need: str | None
    stage: Stage
    strategy: Strategy
    facts: list[str]
    avoid: list[str] = []
    end_call: bool


class ModelPlanner:
    """Asks a model for the outline of each turn, as one JSON object."""

    def __init__(self, model: LanguageModel):
        self.name = f"doga:{model.uri}"
        self._model = model

    async def plan(self, call: CallView) -> Outline:
        """The outline of the next turn, without scripts.

        Raises:
            ModelReplyError: the model gave no valid outline, twice.
            ModelUnreachableError: the model gave no answer.
        """
        problem = ""
        for attempt in range(_ATTEMPTS):
            reply = await self._model.chat(self._request(call, problem, attempt))
            try:
                return _outline(_Plan.model_validate(_json_object(reply.text)), call)
            except (ValidationError, ValueError) as error:
                problem = str(error)
        raise ModelReplyError(f"{self.name}: no valid outline: {problem.splitlines()[0]}")

    def _request(self, call: CallView, problem: str, attempt: int) -> ChatRequest:
        system = prompt_template("planner.j2").render(
            sheet=call.sheet,
            lead=call.lead,
            acts=_ACTS,
            stages=_STAGES,
            strategies=_STRATEGIES,
            problem=problem,
        )
        lines = "\n".join(f"{turn.speaker.value}: {turn.text}" for turn in call.turns)
        return ChatRequest(
            messages=(
                Message(role="system", content=system),
                Message(role="user", content=lines or "(The customer picks up the telephone.)"),
            ),
            max_tokens=400,
            temperature=0.0,
            seed=zlib.crc32(f"{call.seed}/{call.salesman_turns}/{attempt}".encode()),
            json_object=True,
        )


def _json_object(text: str) -> dict[str, Any]:
    """The JSON object in a reply that may have prose or a code fence around it."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise ValueError("the reply holds no JSON object")
    content = json.loads(text[start : end + 1])
    if not isinstance(content, dict):
        raise ValueError("the reply is not a JSON object")
    return content


def _outline(plan: _Plan, call: CallView) -> Outline:
    sheet, rung = call.sheet, next_rung(call.sheet, call.outlines)
    known = {name: sheet.facts[name] for name in plan.facts if name in sheet.facts}
    belief = call.outlines[-1].belief if call.outlines else initial_belief(sheet)
    focus = plan.focus_need if plan.focus_need in sheet.needs else None
    return Outline(
        intent=IntentReading(act=plan.intent, probability=plan.intent_probability),
        stage=plan.stage,
        strategy=plan.strategy,
        goal=goal_of(plan.strategy),
        key_facts={
            fact.slot: (rung or name) if fact.slot == "discount" else name
            for name, fact in known.items()
        },
        focus_need=focus,
        avoid=tuple(plan.avoid),
        query=query_of(plan.intent, plan.strategy, call.last_customer_words),
        end_call=plan.end_call,
        belief=Belief(
            interest=plan.interest,
            trust=plan.trust,
            needs=belief.needs | ({focus: 0.9} if focus else {}),
        ),
    )
