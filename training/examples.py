"""Training examples of the embedded salesman: prompt and reply, one for each good turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from ai_salesman.conversation.slots import FACT_SLOTS, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, Strategy
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split
from ai_salesman.corpus.noise import drop_words
from ai_salesman.corpus.outline_prompt import outline_prompt

__all__ = ["Augmentation", "Example", "evened", "examples_of", "planned_slots"]

Kind = TypeVar("Kind")


class Augmentation(NamedTuple):
    """How a prompt is disturbed in training."""

    no_plan: float = 0.15
    """Share of examples without a plan: the model must then guess it from the words."""
    dropout: float = 0.3
    """Share of examples whose customer loses some words."""
    dropped: float = 0.2
    """Share of the words lost there."""


class Example(NamedTuple):
    """One salesman turn to learn from."""

    stage: Stage
    strategy: Strategy
    act: CustomerAct | None
    """What the customer did; None at the opening."""
    words: str
    """The customer's words."""
    reply: str
    """Delexicalised."""

    def prompt(self, planned: bool = True) -> tuple[str, str]:
        """(system, user) message, with the plan or without."""
        stage, strategy = (self.stage, self.strategy) if planned else (None, None)
        return outline_prompt(stage, strategy, self.act, planned_slots(self.reply), self.words)

    def disturbed(self, rng: np.random.Generator, how: Augmentation) -> tuple[str, str]:
        """The prompt as training sees it in one epoch."""
        words = self.words
        if rng.random() < how.dropout:
            words = drop_words(words, rng, how.dropped) if words else words
        planned = bool(rng.random() >= how.no_plan)
        return self._replace(words=words).prompt(planned)


def planned_slots(reply: str) -> tuple[str, ...]:
    """The fact slots that a plan for `reply` would name, sorted."""
    return tuple(sorted(slot for slot in slots_in(reply) if slot in FACT_SLOTS))


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
    for turn in turns:
        if turn.speaker is Speaker.CUSTOMER:
            words, act = turn.text, turn.act
        elif turn.habit is None and turn.fitting and turn.stage and turn.strategy:
            yield Example(turn.stage, turn.strategy, act, words, turn.text)
