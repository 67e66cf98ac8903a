"""Training examples of the embedded salesman: prompt and reply, one for each good turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from ai_salesman.conversation.taxonomy import Speaker, Strategy
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split
from ai_salesman.corpus.plan_prompt import NO_PLAN, Plan, call_context, stated_facts
from ai_salesman.training.hearing import AS_SPOKEN, Hearing

__all__ = ["Augmentation", "Example", "evened", "examples_of"]

Kind = TypeVar("Kind")


class Augmentation(NamedTuple):
    """How examples are disturbed in training, and what is asked of them."""

    plan_only: float = 0.25
    """Share of examples that ask for a plan."""
    own_plan: float = 0.2
    """Share of those that are answered with the turn's own plan. The others keep the customer's
    act and take what to do from another call's turn at the same place."""
    no_plan: float = 0.15
    """Share of the others that withhold the plan: the reply must be guessed from what was heard."""


class Example(NamedTuple):
    """One salesman turn to learn from."""

    plan: Plan
    done: tuple[Strategy, ...]
    """Strategies of the salesman's turns before, oldest first."""
    heard: str
    """The customer's words, or the hints that stand for them."""
    reply: str
    """Delexicalised."""

    @property
    def context(self) -> str:
        """What the turn is planned from."""
        return call_context(self.done, self.heard)

    def prompt(self, planned: bool = True) -> tuple[str, str]:
        """(system, user) message, with the plan or without."""
        return self.plan.text() if planned else NO_PLAN, self.context


def examples_of(
    dialogues: Iterable[CorpusDialogue], split: Split, hearing: Hearing = AS_SPOKEN
) -> list[Example]:
    """One example for each salesman turn that fits and has no bad habit."""
    return [
        example
        for dialogue in dialogues
        if dialogue.split is split
        for example in _examples(dialogue.turns, hearing)
    ]


def evened(
    examples: Sequence[Kind], rng: np.random.Generator, label: Callable[[Kind], str]
) -> list[Kind]:
    """As many examples, drawn with return so that a label's share goes with the square root
    of its count: rare ones need practice too."""
    counts = Counter(label(example) for example in examples)
    weights = np.array([counts[label(example)] ** -0.5 for example in examples])
    drawn = rng.choice(len(examples), size=len(examples), p=weights / weights.sum())
    return [examples[int(i)] for i in drawn]


def _examples(turns: Iterable[CorpusTurn], hearing: Hearing) -> Iterator[Example]:
    heard, act = "", None
    done: tuple[Strategy, ...] = ()
    for turn in turns:
        if turn.speaker is Speaker.CUSTOMER:
            heard, act = hearing.of(turn.text), turn.act
        elif turn.stage and turn.strategy:
            if turn.habit is None and turn.fitting:
                plan = Plan(act, turn.stage, turn.strategy, stated_facts(turn.text))
                yield Example(plan, done, heard, turn.text)
            done = (*done, turn.strategy)
