"""How a small salesman hears: the dialogue acts that the customer's words may be, and how surely.

A model that knew no English before its corpus cannot read wording that it has not met. A pretrained
encoder can. A head on it names the likeliest acts, and the model is told these in place of the
words: `objection_price! hesitate?`. What they are worth it learns in training, where they
are as uncertain as they will be at work (`training.hearing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.models.weights import weights_of

__all__ = ["HINTS_FILE", "ActHints", "act_hints_of", "hint_text"]

HINTS_FILE = "hints.safetensors"
"""In the folder of a model that is told acts instead of words: the head that reads them."""

_MOST = 3
"""Acts that are told."""
_LEAST = 0.08
"""Probability below which an act is left out, but for the likeliest."""
_BANDS = ((0.6, "!"), (0.25, ""), (0.0, "?"))
"""Probability from which a mark stands behind the act."""


class ActHints:
    """Turns the customer's words into hints."""

    def __init__(self, head: TextHead):
        self._head = head

    async def hear(self, words: str) -> str:
        """The hints of one customer turn; none where nothing was said."""
        if not words.strip():
            return ""
        return hint_text((await self._head.probabilities([words]))[0], self._head.labels)

    def of_vectors(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> list[str]:
        """The hints of texts whose sentence vectors are known."""
        chances = self._head.from_vectors(texts, vectors)
        return [hint_text(row, self._head.labels) for row in chances]

    def save(self, folder: Path) -> None:
        """Write the head into a model's folder."""
        self._head.save(folder / HINTS_FILE)

    @classmethod
    def load(cls, folder: Path, encoder: MiniLMEncoder) -> Self:
        """Read the head of a model's folder.

        Raises:
            MissingPartError: it was trained on another encoder.
        """
        return cls(TextHead.load(folder / HINTS_FILE, encoder))


def act_hints_of(uri: str, encoder: MiniLMEncoder) -> ActHints | None:
    """The hints that a model is told; None for a model that takes the words as they are.

    Raises:
        InputError: the URI names an adapter whose base is not told.
        MissingPartError: the head was trained on another encoder.
    """
    weights = weights_of(uri)
    if weights is None or not (Path(weights.source) / HINTS_FILE).exists():
        return None
    return ActHints.load(Path(weights.source), encoder)


def hint_text(chances: NDArray[np.float32], labels: Sequence[str]) -> str:
    """The likeliest labels, best first, each with the mark of its band.

    Args:
        chances: probability of each label, shape (labels,).
        labels: their names.
    """
    best = np.argsort(-chances, kind="stable")[:_MOST]
    told = [int(i) for rank, i in enumerate(best) if rank == 0 or chances[i] >= _LEAST]
    return " ".join(f"{labels[i]}{_mark(float(chances[i]))}" for i in told)


def _mark(chance: float) -> str:
    return next(mark for least, mark in _BANDS if chance >= least)
