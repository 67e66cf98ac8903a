"""Training examples of the learned customer: a line for an act, or an act and its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ai_salesman.conversation.slots import fill_slots, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Style
from ai_salesman.corpus.customer_lines import CustomerLine, customer_lines
from ai_salesman.corpus.customer_prompt import (
    MindBands,
    Wanted,
    decide_prompt,
    decision,
    say_prompt,
)
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split
from ai_salesman.corpus.noise import drop_words

__all__ = ["CustomerAugmentation", "CustomerExample", "corpus_examples"]


class CustomerAugmentation(NamedTuple):
    """How a prompt is disturbed in training."""

    decides: float = 0.45
    """Share of examples in which the model names the act."""
    mindless: float = 0.15
    """Share of those whose state is withheld."""
    deaf: float = 0.5
    """Share of the others without the salesman's words, on which their line hardly depends."""
    dropout: float = 0.3
    """Share of examples whose salesman loses some words."""
    dropped: float = 0.2
    """Share of the words lost there."""


class CustomerExample(NamedTuple):
    """One customer turn to learn from."""

    wanted: Wanted
    act: CustomerAct
    """What the turn means: the act by which the customer's mind answers."""
    mind: MindBands | None
    """None where the corpus does not know it."""
    words: str
    """What the salesman said."""
    line: str
    """Delexicalised."""

    def said(self) -> tuple[str, str, str]:
        """(plan, words, reply) when the act is named."""
        return (*say_prompt(self.wanted, self.words), self.line)

    def chosen(self) -> tuple[str, str, str]:
        """(plan, words, reply) when the model names it."""
        prompt = decide_prompt(self.wanted.style, self.mind, self.words)
        return (*prompt, decision(self.act, self.line))

    def disturbed(
        self, rng: np.random.Generator, how: CustomerAugmentation
    ) -> tuple[str, str, str]:
        """Plan, words and reply as training sees them in one epoch."""
        words = self.words
        if words and rng.random() < how.dropout:
            words = drop_words(words, rng, how.dropped)
        decides, blank = rng.random() < how.decides, rng.random()
        if decides:
            mind = None if blank < how.mindless else self.mind
            return self._replace(words=words, mind=mind).chosen()
        return self._replace(words="" if blank < how.deaf else words).said()


def corpus_examples(dialogues: Iterable[CorpusDialogue], split: Split) -> list[CustomerExample]:
    """One example for each customer turn made of templates; its buyers' minds are not known."""
    return [
        example
        for dialogue in dialogues
        if dialogue.split is split
        if dialogue.style is not None
        for example in _examples(dialogue, dialogue.style)
    ]


def _examples(dialogue: CorpusDialogue, style: Style) -> Iterator[CustomerExample]:
    words, done = "", set[CustomerAct]()
    for turn in dialogue.turns:
        if turn.speaker is Speaker.SALESMAN:
            words = fill_slots(turn.text, dialogue.values)[0]
        elif turn.act is not None and turn.templates:
            yield _example(turn, turn.act, style, words, turn.act in done)
            done.add(turn.act)


def _example(
    turn: CorpusTurn, act: CustomerAct, style: Style, words: str, again: bool
) -> CustomerExample:
    lines = [_lines()[name] for name in turn.templates]
    text = " ".join(line.text for line in lines)
    acts = tuple(line.act for line in lines)
    wanted = Wanted(style, acts, again=again, slots=tuple(slots_in(text)))
    return CustomerExample(wanted, act, None, words, text)


@lru_cache(maxsize=1)
def _lines() -> dict[str, CustomerLine]:
    return {line.id: line for line in customer_lines()}
