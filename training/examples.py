"""Training examples of the embedded salesman: prompt and reply, one for each good turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from ai_salesman.conversation.taxonomy import Speaker, Strategy
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split
from ai_salesman.corpus.noise import drop_words
from ai_salesman.corpus.plan_prompt import NO_PLAN, Plan, call_context, stated_facts

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
    """Share of the others that withhold the plan: the reply must be guessed from the words."""
    dropout: float = 0.3
    """Share of examples whose customer loses some words."""
    dropped: float = 0.2
    """Share of the words lost there."""


class Example(NamedTuple):
    """One salesman turn to learn from."""

    plan: Plan
    done: tuple[Strategy, ...]
    """Strategies of the salesman's turns before, oldest first."""
    words: str
    """The customer's words."""
    reply: str
    """Delexicalised."""

    @property
    def context(self) -> str:
        """What the turn is planned from."""
        return call_context(self.done, self.words)

    def prompt(self, planned: bool = True) -> tuple[str, str]:
        """(system, user) message, with the plan or without."""
        return self.plan.text() if planned else NO_PLAN, self.context

    def disturbed(self, rng: np.random.Generator, how: Augmentation) -> Example:
        """The example as one epoch sees it: the customer may lose words."""
        if not self.words or rng.random() >= how.dropout:
            return self
        return self._replace(words=drop_words(self.words, rng, how.dropped))


def examples_of(dialogues: Iterable[CorpusDialogue], split: Split) -> list[Example]:
    """One example for each salesman turn that fits and has no bad habit."""
    return [
        example
        for dialogue in dialogues
        if dialogue.split is split
        for example in _examples(dialogue.turns)
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


def _examples(turns: Iterable[CorpusTurn]) -> Iterator[Example]:
    words, act = "", None
    done: tuple[Strategy, ...] = ()
    for turn in turns:
        if turn.speaker is Speaker.CUSTOMER:
            words, act = turn.text, turn.act
        elif turn.stage and turn.strategy:
            if turn.habit is None and turn.fitting:
                plan = Plan(act, turn.stage, turn.strategy, stated_facts(turn.text))
                yield Example(plan, done, words, turn.text)
            done = (*done, turn.strategy)
