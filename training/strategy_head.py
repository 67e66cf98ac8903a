"""Train the head that reads a salesman's strategy from the words of one turn.

It learns from turns of built calls, good ones only: what a salesman says by a bad habit does not
show what he was after. The turns of the test split are made of templates it never meets.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np

from ai_salesman.conversation.slots import fill_slots
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.models.encoder import MiniLMEncoder, embedded_encoder
from ai_salesman.models.heads import TextHead

__all__ = ["embedded_strategy_head", "strategy_weights", "train_strategy_head", "wordings"]

_CALLS = 1500
_TURNS = 4000


def train_strategy_head(
    path: Path | None = None, encoder: MiniLMEncoder | None = None, turns: int = _TURNS
) -> TextHead:
    """Train the strategy head and save it; takes a minute or two.

    Args:
        path: file to write; None is the head that ships with the package.
        encoder: None takes the package's.
        turns: most turns to learn from.
    """
    pairs = wordings(build_corpus(CorpusSettings(dialogues=_CALLS, seed=11)), Split.TRAIN)
    order = np.random.default_rng(1).permutation(len(pairs))[:turns]
    texts, labels = zip(*(pairs[int(place)] for place in order), strict=True)
    head = TextHead.fit(texts, labels, encoder or embedded_encoder())
    head.save(path or strategy_weights())
    return head


def wordings(dialogues: Iterable[CorpusDialogue], split: Split) -> list[tuple[str, str]]:
    """Different (words, strategy) pairs of the good salesman turns of a split, slots filled."""
    found = (
        (fill_slots(turn.text, dialogue.values)[0], turn.strategy.value)
        for dialogue in dialogues
        if dialogue.split is split
        for turn in dialogue.turns
        if turn.speaker is Speaker.SALESMAN and turn.strategy and turn.habit is None
    )
    return list(dict.fromkeys(found))


def strategy_weights() -> Path:
    """Where the shipped strategy head lies."""
    root = Path(str(resources.files("ai_salesman.training")))
    return root / "weights" / "strategy.safetensors"


@lru_cache(maxsize=1)
def embedded_strategy_head() -> TextHead:
    """The shipped strategy head, loaded once per process.

    Raises:
        MissingPartError: the weights are not there.
    """
    return TextHead.load(strategy_weights(), embedded_encoder())
