"""Recognise the dialogue act of each sentence of a salesman: trained head and cues together."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.taxonomy import SalesAct
from ai_salesman.models.encoder import MiniLMEncoder, embedded_encoder
from ai_salesman.models.heads import TextHead
from ai_salesman.simulators.act_cues import cue_votes

__all__ = [
    "ActReader",
    "EarAccuracy",
    "ear_accuracy",
    "ear_weights",
    "embedded_head",
    "heldout_sentences",
    "train_ear",
]

_HEAD_WEIGHT = 0.7
"""Share of the head's log-probability beside the cues; the head alone is overconfident."""
_OTHER_HANDICAP = 0.7
"""`other` is a class without a middle and attracts what is merely unusual."""


class _Examples(Strict):
    acts: dict[SalesAct, tuple[str, ...]]

    def pairs(self) -> tuple[list[str], list[str]]:
        """Sentences and their labels."""
        pairs = [(text, act.value) for act, texts in self.acts.items() for text in texts]
        return [text for text, _ in pairs], [act for _, act in pairs]


class ActReader:
    """Reads the acts of sentences whose vectors are known."""

    def __init__(self, head: TextHead):
        self._head = head
        self.acts = tuple(SalesAct(label) for label in head.labels)
        self._column = {act: i for i, act in enumerate(self.acts)}

    def probabilities(self, texts: list[str], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Act probabilities, shape (len(texts), len(self.acts))."""
        logits = _HEAD_WEIGHT * np.log(self._head.from_vectors(texts, vectors) + 1e-6)
        logits = logits.astype(np.float64)
        logits[:, self._column[SalesAct.OTHER]] -= _OTHER_HANDICAP
        for row, text in enumerate(texts):
            for act, weight in cue_votes(text).items():
                logits[row, self._column[act]] += weight
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


class EarAccuracy(NamedTuple):
    """How well the acts of labelled sentences are recognised."""

    accuracy: float
    macro_f1: float
    sentences: int


def train_ear(encoder: MiniLMEncoder) -> TextHead:
    """Train the act head on the shipped examples; takes seconds."""
    texts, labels = _examples("train.yaml").pairs()
    return TextHead.fit(texts, labels, encoder)


def ear_accuracy(head: TextHead, encoder: MiniLMEncoder) -> EarAccuracy:
    """Score head and cues together on sentences in words that the training set lacks."""
    from sklearn.metrics import accuracy_score, f1_score

    texts, labels = heldout_sentences()
    reader = ActReader(head)
    rows = reader.probabilities(texts, encoder.encode_now(texts)).argmax(axis=1)
    found = [reader.acts[int(row)].value for row in rows]
    return EarAccuracy(
        accuracy=float(accuracy_score(labels, found)),
        macro_f1=float(f1_score(labels, found, average="macro")),
        sentences=len(texts),
    )


def heldout_sentences() -> tuple[list[str], list[str]]:
    """Sentences in words that the training set lacks, and their acts."""
    return _examples("heldout.yaml").pairs()


def ear_weights() -> Path:
    """Where the shipped head lies."""
    return _room() / "weights" / "ear.safetensors"


@lru_cache(maxsize=1)
def embedded_head() -> TextHead:
    """The shipped head, loaded once per process.

    Raises:
        MissingPartError: the weights are missing.
    """
    return TextHead.load(ear_weights(), embedded_encoder())


def _examples(name: str) -> _Examples:
    return load_yaml_model(_room() / "ear_examples" / name, _Examples)


def _room() -> Path:
    return Path(str(resources.files("ai_salesman.simulators")))
