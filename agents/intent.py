"""Read the customer's intent (dialogue act) from the customer's words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.outline import IntentReading
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.models.encoder import embedded_encoder
from ai_salesman.models.heads import TextHead

__all__ = ["IntentReader", "embedded_intent_reader", "intent_weights"]

_WEAK = {
    CustomerAct.GREET,
    CustomerAct.ACKNOWLEDGE,
    CustomerAct.OFF_TOPIC,
    CustomerAct.INTEREST,
    CustomerAct.GOODBYE,
}
"""Acts that yield to another one in the same turn: "Okay, but what does it cost?"."""
_WEAK_FACTOR = 0.6


class IntentReader:
    """Recognises the intent of a customer turn, sentence by sentence and as a whole."""

    def __init__(self, head: TextHead):
        self._head = head
        self._acts = [CustomerAct(label) for label in head.labels]
        self._weight = np.array([_WEAK_FACTOR if a in _WEAK else 1.0 for a in self._acts])

    async def read(
        self, text: str, expected: Mapping[CustomerAct, float] | None = None
    ) -> IntentReading:
        """The most likely act of `text`, with its probability.

        Args:
            text: the customer's words.
            expected: prior odds of acts, from what was said before; 1 where not listed.
        """
        sentences = split_sentences(text)
        if not sentences:
            return IntentReading(act=CustomerAct.ACKNOWLEDGE, probability=0.0)
        texts = [text, *sentences] if len(sentences) > 1 else sentences
        prior = np.array([(expected or {}).get(act, 1.0) for act in self._acts])
        scores = self._combine(await self._head.probabilities(texts)) * prior
        scores /= scores.sum()
        best = int(scores.argmax())
        return IntentReading(act=self._acts[best], probability=float(scores[best]))

    def _combine(self, probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
        if len(probabilities) == 1:
            return np.asarray(probabilities[0], dtype=np.float64)
        whole, parts = probabilities[0], probabilities[1:]
        scores = (0.5 * whole + 0.5 * parts.max(axis=0)) * self._weight
        return np.asarray(scores / scores.sum(), dtype=np.float64)


def intent_weights() -> Path:
    """Where the shipped intent head lies."""
    return Path(str(resources.files("ai_salesman.agents"))) / "weights" / "intent.safetensors"


@lru_cache(maxsize=1)
def embedded_intent_reader() -> IntentReader:
    """The shipped intent reader, loaded once per process."""
    return IntentReader(TextHead.load(intent_weights(), embedded_encoder()))
