"""The text form of a plan, and of what it is made from: one form for corpus, training and work.

A model that plans for itself is asked with the context (its own strategies so far and the
customer's words, or hints of what they may mean) and completes `<plan> | <reply>`. When a planner
plans for it, the plan stands in the prompt and only the reply is left to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from ai_salesman.conversation.slots import FACT_SLOTS, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.models.base import Message

__all__ = [
    "NO_PLAN",
    "SEPARATOR",
    "Completion",
    "Plan",
    "call_context",
    "plan_messages",
    "read_completion",
    "stated_facts",
]

SEPARATOR = " |"
"""Ends the plan; a space and the reply follow."""

NO_PLAN = "free"
"""Stands for the whole plan when it is withheld."""

_SILENCE = "silence"
"""Stands for the customer's act at the opening."""

_MOST_WORDS = 40
"""Of a long customer turn the last words are kept: the question stands at the end."""
_MOST_STRATEGIES = 14


class Plan(NamedTuple):
    """What one salesman turn is to do: the latent variable `z` of the training stage."""

    intent: CustomerAct | None
    """What the customer did; None at the opening."""
    stage: Stage
    strategy: Strategy
    slots: tuple[str, ...] = ()
    """Fact slots that the turn states, sorted."""

    def text(self) -> str:
        """The plan in words: act, stage, strategy, slots. First what was heard, then what to do."""
        act = self.intent.value if self.intent else _SILENCE
        facts = " ".join(f"{{{slot}}}" for slot in self.slots)
        return f"{act} {self.stage.value} {self.strategy.value} {facts}".strip()


class Completion(NamedTuple):
    """What a model that plans for itself answered."""

    plan: Plan | None
    """None: what stands before the separator is no plan."""
    reply: str
    """Delexicalised; empty when there is no separator."""


def call_context(strategies: Sequence[Strategy], heard: str) -> str:
    """What a turn is planned from.

    Args:
        strategies: those of the salesman's turns so far; the last fourteen are kept.
        heard: the customer's last turn, in its words or as hints (`models.act_hints`); empty at
            the opening.
    """
    done = " ".join(strategy.value for strategy in strategies[-_MOST_STRATEGIES:])
    kept = " ".join(heard.split()[-_MOST_WORDS:])
    return f"{done}: {kept}".strip() if done else kept


def plan_messages(context: str, begun: str | None = None) -> tuple[Message, ...]:
    """How a model is asked for a plan and a reply.

    Args:
        context: see `call_context`.
        begun: the plan with its separator, when it is given: the model goes on from there.
    """
    asked = (
        Message(role="system", content=_instruction()),
        Message(role="user", content=context),
    )
    return asked if begun is None else (*asked, Message(role="assistant", content=begun))


def read_completion(text: str) -> Completion:
    """Plan and reply of a completion."""
    plan, found, reply = text.partition(SEPARATOR.strip())
    return Completion(_read_plan(plan), reply.strip() if found else "")


@cache
def _instruction() -> str:
    """What any model is told; those that were trained on plans from scratch do not need it."""
    from jinja2 import Environment, StrictUndefined

    source = resources.files("ai_salesman.corpus") / "plan_instruction.j2"
    template = Environment(undefined=StrictUndefined).from_string(source.read_text("utf-8"))
    return template.render(
        stages=[stage.value for stage in Stage],
        strategies=[strategy.value for strategy in Strategy],
        acts=[act.value for act in CustomerAct],
        slots=[f"{{{slot}}}" for slot in FACT_SLOTS],
    )


def stated_facts(reply: str) -> tuple[str, ...]:
    """The fact slots that a delexicalised reply states, sorted."""
    return tuple(sorted(slot for slot in slots_in(reply) if slot in FACT_SLOTS))


def _read_plan(text: str) -> Plan | None:
    words = [word for word in re.split(r"\s+|(?=\{)", text.strip()) if word]
    if len(words) < 3:
        return None
    try:
        act = None if words[0] == _SILENCE else CustomerAct(words[0])
        stage, strategy = Stage(words[1]), Strategy(words[2])
    except ValueError:
        return None
    if not all(re.fullmatch(r"\{[a-z_0-9]+\}", word) for word in words[3:]):
        return None
    return Plan(act, stage, strategy, stated_facts(" ".join(words[3:])))
