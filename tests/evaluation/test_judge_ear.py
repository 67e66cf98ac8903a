"""The judge's ear hears sentences that it was not trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ai_salesman.conversation.errors import InputError, MissingPartError
from ai_salesman.evaluation.ear import JudgeEar
from ai_salesman.evaluation.ear_training import (
    EAR_NAMES,
    EarName,
    embedded_ear,
    examples_of,
    score_ear,
)
from ai_salesman.models.encoder import MiniLMEncoder

FLOORS: dict[EarName, float] = {"customer": 0.64, "salesman": 0.68}


@pytest.mark.parametrize("name", FLOORS)
def test_held_out_accuracy(encoder: MiniLMEncoder, name: EarName) -> None:
    score = score_ear(embedded_ear(name), name, encoder)
    print(f"{name} ear: {score}")
    assert score.accuracy >= FLOORS[name]
    assert score.macro_f1 >= FLOORS[name]


def test_what_is_held_out_was_not_trained_on() -> None:
    folder = Path(__file__).parents[2] / "evaluation" / "ear_examples"
    for name in FLOORS:
        labels = frozenset(embedded_ear(name).labels)
        trained, _ = examples_of(folder / f"{name}.yaml", labels)
        held_out, _ = examples_of(folder / f"heldout_{name}.yaml", labels)
        assert not set(trained) & set(held_out)


def test_probabilities_sum_to_one(encoder: MiniLMEncoder) -> None:
    texts = ["How much is it?", "", "No thanks, take me off your list."]
    for name in EAR_NAMES:
        chances = embedded_ear(name).probabilities(texts, encoder.encode_now(texts))
        assert np.allclose(chances.sum(axis=1), 1.0, atol=1e-5)


def test_an_ear_survives_storing(encoder: MiniLMEncoder, tmp_path: Path) -> None:
    texts = ["How much is it?", "What does it cost?", "Goodbye.", "Bye now.", "No thanks."]
    labels = ["ask_price", "ask_price", "goodbye", "goodbye", "refuse"]
    ear = JudgeEar.fit(texts, labels, "customer", encoder)
    ear.save(tmp_path / "ear.safetensors")
    vectors = encoder.encode_now(texts)
    loaded = JudgeEar.load(tmp_path / "ear.safetensors").probabilities(texts, vectors)
    assert np.allclose(loaded, ear.probabilities(texts, vectors), atol=0.02)


def test_all_weights_together_are_small() -> None:
    folder = Path(__file__).parents[2] / "evaluation" / "weights"
    assert sum(path.stat().st_size for path in folder.glob("*.safetensors")) < 3_300_000


def test_missing_weights_and_unknown_labels_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingPartError, match="no such weights"):
        JudgeEar.load(tmp_path / "none.safetensors")
    (tmp_path / "bad.yaml").write_text("acts:\n  aks_price: ['How much?']\n")
    with pytest.raises(InputError, match="aks_price"):
        examples_of(tmp_path / "bad.yaml", frozenset({"ask_price"}))
