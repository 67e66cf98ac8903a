"""Corrupt calls on purpose, to measure how much noise a way of training withstands.

A corrupted call is one whose records went wrong: its outcome is drawn at random, and half of its
turns between greeting and farewell say what does not belong there. What they say is labelled
rightly; that it does not fit is for training to find out.
"""

from __future__ import annotations

import numpy as np

from ai_salesman.conversation.taxonomy import Speaker, Stage, StopReason, Strategy
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn
from ai_salesman.corpus.phrasing import SalesmanPhrases

__all__ = ["corrupted"]

_MISPLACED = 0.5
"""Share of a corrupted call's inner turns that are replaced."""
_LOST = (StopReason.REFUSED, StopReason.HUNG_UP, StopReason.MAX_TURNS)


def corrupted(
    dialogue: CorpusDialogue,
    words: SalesmanPhrases,
    stages: dict[Strategy, Stage],
    rng: np.random.Generator,
) -> CorpusDialogue:
    """The call with a random outcome, won half the time, and misplaced salesman turns.

    Args:
        dialogue: a sound call.
        words: what a salesman of its split says.
        stages: where a strategy belongs.
        rng: decides everything.
    """
    inner = [i for i, turn in enumerate(dialogue.turns) if turn.speaker is Speaker.SALESMAN][1:-1]
    turns = list(dialogue.turns)
    for i in inner:
        if rng.random() < _MISPLACED:
            turns[i] = _misplaced(words, stages, rng)
    lost = _LOST[int(rng.integers(len(_LOST)))]
    outcome = StopReason.AGREED if rng.random() < 0.5 else lost
    return dialogue.model_copy(update={"turns": tuple(turns), "outcome": outcome})


def _misplaced(
    words: SalesmanPhrases, stages: dict[Strategy, Stage], rng: np.random.Generator
) -> CorpusTurn:
    """A turn of any strategy, whatever the customer has said."""
    strategies = list(stages)
    phrase = None
    while phrase is None:
        strategy = strategies[int(rng.integers(len(strategies)))]
        phrase = words.good(strategy, None, rng)
    return CorpusTurn(
        speaker=Speaker.SALESMAN,
        text=phrase.text,
        stage=stages[strategy],
        strategy=strategy,
        fitting=False,
        slots=phrase.slots,
        templates=phrase.templates,
    )
