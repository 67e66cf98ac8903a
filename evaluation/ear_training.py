"""Train and measure the judge's ears: customer acts, sales acts, their manner, buying intent.

train_ears(embedded_encoder()) takes seconds and writes evaluation/weights/*.safetensors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

import numpy as np

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.files import load_yaml
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import BuyingIntent, CustomerAct, SalesAct
from ai_salesman.evaluation.ear import NEIGHBOUR_WEIGHT, JudgeEar
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.scripts_library.packs import load_scripts

__all__ = [
    "EAR_NAMES",
    "EarName",
    "EarScore",
    "embedded_ear",
    "examples_of",
    "library_lines",
    "score_ear",
    "train_ears",
]

EarName = Literal["customer", "salesman", "manner", "intent"]
EAR_NAMES: tuple[EarName, ...] = ("customer", "salesman", "manner", "intent")

_LABELS = {
    "customer": frozenset(CustomerAct),
    "salesman": frozenset(SalesAct),
    "manner": frozenset({"pressure", "praise", "orders", "filler", "plain"}),
    "intent": frozenset(BuyingIntent),
}

_CUES = {
    "customer": "customer",
    "salesman": "salesman",
    "manner": "salesman",
    "intent": "customer",
}
_MANNER_NEIGHBOURS = 30.0
"""Manner has no words of its own, so likeness counts for more than single words."""
_SLOT = re.compile(r"\{\w+\}")
_PLAIN_ACTS = frozenset(SalesAct) - {SalesAct.PRESSURE, SalesAct.OTHER}
"""Acts whose examples are said in a plain manner; those of pressure push, others are unsorted."""


@dataclass(frozen=True)
class EarScore:
    """How well an ear labels sentences it was not trained on."""

    accuracy: float
    macro_f1: float
    sentences: int


def examples_of(path: Path, labels: frozenset[str]) -> tuple[list[str], list[str]]:
    """Texts and labels of an examples file: label -> texts, or label -> lists of turns.

    Raises:
        InputError: a label is not in the closed vocabulary.
    """
    content = load_yaml(path)
    groups: dict[str, list[str | list[str]]] = content.get("acts", content)
    texts: list[str] = []
    owners: list[str] = []
    for label, examples in groups.items():
        if label not in labels:
            raise InputError(f"unknown label {label!r}", source=path, field=str(label))
        for example in examples:
            texts.append(example if isinstance(example, str) else " ".join(example))
            owners.append(str(label))
    return texts, owners


def train_ears(encoder: MiniLMEncoder, folder: Path | None = None) -> dict[str, EarScore]:
    """Train the ears from the packaged examples and store them in `folder`.

    Returns the score of each ear that has held-out examples.
    """
    target = folder or _packaged("weights")
    scores: dict[str, EarScore] = {}
    for name in EAR_NAMES:
        texts, labels = examples_of(_examples(name), _LABELS[name])
        if name == "manner":
            more, acts = examples_of(_examples("salesman"), _LABELS["salesman"])
            texts, labels = _with_manner_of_acts(texts, labels, more, acts)
            plain = library_lines()
            texts, labels = [*texts, *plain], [*labels, *["plain"] * len(plain)]
        weight = _MANNER_NEIGHBOURS if name == "manner" else NEIGHBOUR_WEIGHT
        ear = JudgeEar.fit(texts, labels, _CUES[name], encoder, weight)
        ear.save(target / f"{name}_ear.safetensors")
        if _examples(f"heldout_{name}").exists():
            scores[name] = score_ear(ear, name, encoder)
    return scores


def _with_manner_of_acts(
    texts: list[str], manners: list[str], more: list[str], acts: list[str]
) -> tuple[list[str], list[str]]:
    """Examples of manner, with those that the examples of acts give besides."""
    known = {act.value: "plain" for act in _PLAIN_ACTS} | {SalesAct.PRESSURE.value: "pressure"}
    added = [(text, known[act]) for text, act in zip(more, acts, strict=True) if act in known]
    return [*texts, *(t for t, _ in added)], [*manners, *(m for _, m in added)]


def library_lines() -> list[str]:
    """The sentences of the script library, which nobody wrote to push: many polite near misses."""
    said = (_SLOT.sub("that", script.text) for script in load_scripts())
    return sorted({s for text in said for s in split_sentences(text) if len(s.split()) >= 3})


def score_ear(ear: JudgeEar, name: EarName, encoder: MiniLMEncoder) -> EarScore:
    """Accuracy and macro F1 of an ear on its held-out examples."""
    from sklearn.metrics import f1_score

    texts, owners = examples_of(_examples(f"heldout_{name}"), _LABELS[name])
    heard = [opinion.label for opinion in ear.hear(texts, encoder.encode_now(texts))]
    return EarScore(
        accuracy=float(np.mean([a == b for a, b in zip(heard, owners, strict=True)])),
        macro_f1=float(f1_score(owners, heard, average="macro")),
        sentences=len(texts),
    )


@lru_cache(maxsize=3)
def embedded_ear(name: EarName) -> JudgeEar:
    """The ear that ships with the package, loaded once per process.

    Raises:
        MissingPartError: the weights are not there.
    """
    return JudgeEar.load(_packaged("weights") / f"{name}_ear.safetensors")


def _examples(name: str) -> Path:
    return _packaged("ear_examples") / f"{name}.yaml"


def _packaged(folder: str) -> Path:
    return Path(str(resources.files("ai_salesman.evaluation"))) / folder
