"""The judge's ear: which dialogue act a sentence is, of either speaker.

It is built and trained apart from the customer's ear, so that a salesman cannot please the
judge by pleasing the one model that hears for everybody. Two unlike opinions are multiplied:
a linear support vector machine on character and word n-grams, and the nearest labelled
neighbours among sentence vectors.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.errors import MissingPartError
from ai_salesman.evaluation.ngrams import count_matrix, inverse_frequency, weighted
from ai_salesman.models.encoder import MiniLMEncoder

__all__ = ["JudgeEar", "Opinion"]

_NEIGHBOURS = 5
_LEXICAL_SHARPNESS = 3.0
"""Multiplies the support vector machine's margins before the softmax."""
_NEIGHBOUR_SHARPNESS = 20.0
"""Multiplies the mean cosine to a label's nearest examples before the softmax."""

Array = NDArray[np.float32]


class Opinion(NamedTuple):
    """What the ear makes of one sentence."""

    label: str
    probability: float


class JudgeEar:
    """Labels sentences. Its state is five arrays, stored as one safetensors file."""

    def __init__(self, labels: Sequence[str], encoder_name: str, arrays: dict[str, NDArray[Any]]):
        self.labels = tuple(labels)
        self.encoder_name = encoder_name
        self._arrays = arrays
        self._inverse: Array = arrays["inverse"].astype(np.float32)
        self._weights: Array = arrays["weights"].astype(np.float32)
        self._bias: Array = arrays["bias"].astype(np.float32)
        examples = arrays["examples"].astype(np.float32)
        self._examples: Array = examples / np.linalg.norm(examples, axis=1, keepdims=True)
        self._members = [np.flatnonzero(arrays["owners"] == i) for i in range(len(labels))]

    def probabilities(self, texts: Sequence[str], vectors: Array) -> Array:
        """Label probabilities, shape (len(texts), len(labels)).

        Args:
            texts: sentences.
            vectors: their unit sentence vectors.
        """
        if not texts:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        product = _softmax(self._lexical(texts)) * _softmax(self._neighbourly(vectors))
        root = np.sqrt(product)
        return np.asarray(root / root.sum(axis=1, keepdims=True), dtype=np.float32)

    def hear(self, texts: Sequence[str], vectors: Array) -> list[Opinion]:
        """The likeliest label of each sentence."""
        return [
            Opinion(self.labels[int(row.argmax())], float(row.max()))
            for row in self.probabilities(texts, vectors)
        ]

    def _lexical(self, texts: Sequence[str]) -> Array:
        features = weighted(count_matrix(texts), self._inverse)
        margins = features @ self._weights.T + self._bias
        return np.asarray(_LEXICAL_SHARPNESS * margins, dtype=np.float32)

    def _neighbourly(self, vectors: Array) -> Array:
        cosine = vectors @ self._examples.T
        nearest = [np.sort(cosine[:, m], axis=1)[:, -_NEIGHBOURS:] for m in self._members]
        means = np.stack([near.mean(axis=1) for near in nearest], axis=1)
        return np.asarray(_NEIGHBOUR_SHARPNESS * means, dtype=np.float32)

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Sequence[str], encoder: MiniLMEncoder) -> Self:
        """Train on labelled sentences; classes count alike whatever their size."""
        from sklearn.svm import LinearSVC

        counts = count_matrix(texts)
        inverse = inverse_frequency(counts)
        machine = LinearSVC(C=0.3, class_weight="balanced", random_state=0)
        machine.fit(weighted(counts, inverse), list(labels))
        names = [str(name) for name in machine.classes_]
        arrays = {
            "inverse": inverse.astype(np.float16),
            "weights": machine.coef_.astype(np.float16),
            "bias": machine.intercept_.astype(np.float32),
            "examples": np.round(encoder.encode_now(texts) * 500).clip(-127, 127).astype(np.int8),
            "owners": np.array([names.index(label) for label in labels], dtype=np.int16),
        }
        return cls(names, encoder.name, arrays)

    def save(self, path: Path) -> None:
        """Write the ear as safetensors."""
        from safetensors.numpy import save_file

        path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"labels": json.dumps(self.labels), "encoder": self.encoder_name}
        save_file(self._arrays, str(path), metadata=metadata)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an ear.

        Raises:
            MissingPartError: no such file.
        """
        from safetensors import safe_open

        if not path.exists():
            raise MissingPartError(f"{path}: no such weights; run: ai-salesman train heads")
        with safe_open(str(path), framework="np") as file:
            metadata = file.metadata()
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return cls(json.loads(metadata["labels"]), metadata["encoder"], arrays)


def _softmax(logits: Array) -> Array:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)
