"""The judge's ear: which dialogue act a sentence is, of either speaker.

It is built and trained apart from the customer's ear, so that a salesman cannot please the
judge by pleasing the one model that hears for everybody. A linear support vector machine
weighs character and word n-grams, hand-written cues and the sentence vector; the nearest
labelled neighbours among the sentence vectors have a say beside it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.errors import MissingPartError
from ai_salesman.evaluation.cues import cue_matrix
from ai_salesman.evaluation.ngrams import count_matrix, inverse_frequency, weighted
from ai_salesman.models.encoder import MiniLMEncoder

__all__ = ["JudgeEar", "Opinion"]

_NEIGHBOURS = 8
_NGRAM_SCALE = 0.45
_CUE_SCALE = 0.45
_MARGIN_WEIGHT = 4.6
"""Multiplies the machine's margins before the softmax: makes probabilities honest."""
NEIGHBOUR_WEIGHT = 6.0
"""Multiplies the mean cosine to a label's nearest examples before the softmax."""

Array = NDArray[np.float32]


class Opinion(NamedTuple):
    """What the ear makes of one sentence."""

    label: str
    probability: float


class JudgeEar:
    """Labels sentences. Its state is five arrays, stored as one safetensors file."""

    def __init__(
        self,
        labels: Sequence[str],
        cues: str,
        arrays: dict[str, NDArray[Any]],
        neighbour_weight: float = NEIGHBOUR_WEIGHT,
    ):
        self.labels = tuple(labels)
        self._cues = cues
        self._neighbour_weight = neighbour_weight
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
        features = _features(self._cues, texts, vectors, self._inverse)
        logits = _MARGIN_WEIGHT * (features @ self._weights.T + self._bias)
        logits += self._neighbour_weight * self._likeness(vectors)
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)

    def hear(self, texts: Sequence[str], vectors: Array) -> list[Opinion]:
        """The likeliest label of each sentence."""
        return [
            Opinion(self.labels[int(row.argmax())], float(row.max()))
            for row in self.probabilities(texts, vectors)
        ]

    def _likeness(self, vectors: Array) -> Array:
        """Mean cosine to the nearest examples of each label."""
        cosine = vectors @ self._examples.T
        nearest = [np.sort(cosine[:, m], axis=1)[:, -_NEIGHBOURS:] for m in self._members]
        return np.stack([near.mean(axis=1) for near in nearest], axis=1)

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        cues: str,
        encoder: MiniLMEncoder,
        neighbour_weight: float = NEIGHBOUR_WEIGHT,
    ) -> Self:
        """Train on labelled sentences; classes count alike whatever their size.

        Args:
            texts: sentences.
            labels: one label each, of three or more in all.
            cues: kind of hand-written cues, 'customer' or 'salesman'.
            encoder: makes the sentence vectors.
            neighbour_weight: how much the nearest examples have to say.
        """
        from sklearn.svm import LinearSVC

        vectors = encoder.encode_now(texts)
        inverse = inverse_frequency(count_matrix(texts))
        machine = LinearSVC(C=0.3, class_weight="balanced", random_state=0)
        machine.fit(_features(cues, texts, vectors, inverse), list(labels))
        names = [str(name) for name in machine.classes_]
        learned = {
            "inverse": inverse.astype(np.float16),
            "weights": machine.coef_.astype(np.float16),
            "bias": machine.intercept_.astype(np.float32),
            "examples": np.round(vectors * 500).clip(-127, 127).astype(np.int8),
            "owners": np.array([names.index(label) for label in labels], dtype=np.int16),
        }
        # safetensors writes memory as it lies: column-major arrays would be read back scrambled.
        arrays = {name: np.ascontiguousarray(a) for name, a in learned.items()}
        return cls(names, cues, arrays, neighbour_weight)

    def save(self, path: Path) -> None:
        """Write the ear as safetensors."""
        from safetensors.numpy import save_file

        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(
            self._arrays,
            str(path),
            metadata={
                "labels": json.dumps(self.labels),
                "cues": self._cues,
                "neighbour_weight": str(self._neighbour_weight),
            },
        )
        path.chmod(0o644)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an ear.

        Raises:
            MissingPartError: no such file, or the cues were changed since it was trained.
        """
        from safetensors import safe_open

        if not path.exists():
            raise MissingPartError(f"{path}: no such weights; run: ai-salesman train heads")
        with safe_open(str(path), framework="np") as file:
            metadata = file.metadata()
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        vectors = np.zeros((1, arrays["examples"].shape[1]), dtype=np.float32)
        expected = _features(metadata["cues"], [""], vectors, arrays["inverse"]).shape[1]
        if arrays["weights"].shape[1] != expected:
            raise MissingPartError(
                f"{path}: rubrics/cues.yaml has changed since; run: ai-salesman train heads"
            )
        weight = float(metadata.get("neighbour_weight", NEIGHBOUR_WEIGHT))
        return cls(json.loads(metadata["labels"]), metadata["cues"], arrays, weight)


def _features(cues: str, texts: Sequence[str], vectors: Array, inverse: Array) -> Array:
    ngrams = weighted(count_matrix(texts), inverse)
    hints = cue_matrix(cues, texts)
    return np.hstack([_NGRAM_SCALE * ngrams, vectors, _CUE_SCALE * hints])
