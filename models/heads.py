"""Trained text classifiers: a linear head on sentence vectors and hashed word n-grams.

The encoder alone confuses acceptance with refusal; the words beside it settle that. A head
is trained from labelled sentences in seconds and stored as one small safetensors file.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.errors import MissingPartError
from ai_salesman.models.base import Encoder
from ai_salesman.models.encoder import MiniLMEncoder

__all__ = ["TextHead"]

_BUCKETS = 4096
_LEXICAL_WEIGHT = 1.0
"""Scale of the n-gram part beside the unit-length sentence vector."""

Array = NDArray[np.float32]


class TextHead:
    """Multinomial logistic regression over a closed set of labels."""

    def __init__(self, labels: Sequence[str], weights: Array, bias: Array, encoder: Encoder):
        self.labels = tuple(labels)
        self._weights = weights
        self._bias = bias
        self._encoder = encoder

    async def probabilities(self, texts: list[str]) -> Array:
        """Label probabilities, shape (len(texts), len(labels))."""
        return self.from_vectors(texts, await self._encoder.encode(texts))

    def from_vectors(self, texts: Sequence[str], vectors: Array) -> Array:
        """Label probabilities of texts whose sentence vectors are known."""
        logits = _features(texts, vectors) @ self._weights.T + self._bias
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        encoder: MiniLMEncoder,
        strength: float = 3.0,
    ) -> Self:
        """Train on labelled sentences; classes count alike whatever their size.

        Args:
            texts: sentences.
            labels: one label each.
            encoder: makes the sentence vectors.
            strength: inverse regularisation.
        """
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=strength, max_iter=2000, class_weight="balanced")
        model.fit(_features(texts, encoder.encode_now(texts)), list(labels))
        return cls(
            [str(label) for label in model.classes_],
            model.coef_.astype(np.float32),
            model.intercept_.astype(np.float32),
            encoder,
        )

    def save(self, path: Path) -> None:
        """Write the head as safetensors."""
        from safetensors.numpy import save_file

        path.parent.mkdir(parents=True, exist_ok=True)
        tensors: dict[str, NDArray[Any]] = {
            # safetensors writes the buffer as it lies: it must be in row order.
            "weights": np.ascontiguousarray(self._weights, dtype=np.float16),
            "bias": self._bias,
        }
        metadata = {"labels": json.dumps(self.labels), "encoder": self._encoder.name}
        save_file(tensors, str(path), metadata=metadata)

    @classmethod
    def load(cls, path: Path, encoder: Encoder) -> Self:
        """Read a head.

        Raises:
            MissingPartError: no such file, or it was trained on another encoder.
        """
        from safetensors import safe_open

        if not path.exists():
            raise MissingPartError(f"{path}: no such weights; run: ai-salesman train heads")
        with safe_open(str(path), framework="np") as file:
            metadata = file.metadata()
            if metadata["encoder"] != encoder.name:
                raise MissingPartError(
                    f"{path}: trained on encoder {metadata['encoder']}, not {encoder.name}; "
                    "run: ai-salesman train heads"
                )
            weights = file.get_tensor("weights").astype(np.float32)
            bias = file.get_tensor("bias")
        return cls(json.loads(metadata["labels"]), weights, bias, encoder)


def _features(texts: Sequence[str], vectors: Array) -> Array:
    lexical = np.zeros((len(texts), _BUCKETS), dtype=np.float32)
    for row, text in enumerate(texts):
        for gram in _word_grams(text):
            lexical[row, zlib.crc32(gram.encode()) % _BUCKETS] = 1.0
    norms = np.linalg.norm(lexical, axis=1, keepdims=True)
    lexical *= _LEXICAL_WEIGHT / np.maximum(norms, 1.0)
    return np.concatenate([vectors, lexical], axis=1)


def _word_grams(text: str) -> list[str]:
    words = re.findall(r"[a-z']+|\d+|[?$%]", text.lower())
    words = ["#" if word.isdigit() else word for word in words]
    edges = [f"^{words[0]}", f"{words[-1]}$"] if words else []
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    return words + pairs + edges
