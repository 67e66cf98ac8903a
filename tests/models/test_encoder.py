"""The sentence encoder: a vector belongs to its sentence, whatever it is encoded with."""

from __future__ import annotations

import asyncio
from random import Random

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from ai_salesman.models.batching import Cohort
from ai_salesman.models.encoder import MiniLMEncoder, embedded_encoder

SENTENCES = [
    "too expensive",
    "we already have somebody for that and we are quite happy with them",
    "what does it cost",
    "call me next week",
    "no",
    "how does the set-up work, and who comes to us when something is broken in the evening",
] + [
    " ".join(["we have a room with a table"] * (1 + n % 9)) + f" and {n} chairs" for n in range(40)
]


@pytest.fixture
def encoder() -> MiniLMEncoder:
    """One that has seen nothing yet, with the weights of the shared one."""
    fresh = MiniLMEncoder(embedded_encoder()._folder)
    fresh.__dict__["_parts"] = embedded_encoder()._parts
    return fresh


def test_vectors_are_the_same_to_the_last_bit_in_any_company(encoder: MiniLMEncoder) -> None:
    expected = dict(zip(SENTENCES, encoder.encode_now(SENTENCES), strict=True))
    for seed in range(12):
        chance = Random(seed)
        some = chance.sample(SENTENCES, chance.randint(1, 9))
        fresh = MiniLMEncoder(encoder._folder)
        fresh.__dict__["_parts"] = encoder._parts
        for sentence, vector in zip(some, fresh.encode_now(some), strict=True):
            assert np.array_equal(vector, expected[sentence])


def test_vectors_are_those_of_transformers(encoder: MiniLMEncoder) -> None:
    tokenizer = AutoTokenizer.from_pretrained(encoder._folder)
    model = AutoModel.from_pretrained(encoder._folder).eval()
    given = tokenizer(SENTENCES, padding=True, truncation=True, max_length=256, return_tensors="pt")
    with torch.inference_mode():
        hidden = model(**given).last_hidden_state
    weights = given["attention_mask"].unsqueeze(-1)
    mean = (hidden * weights).sum(1) / weights.sum(1)
    expected = torch.nn.functional.normalize(mean, dim=-1).numpy()
    assert np.abs(encoder.encode_now(SENTENCES) - expected).max() < 1e-6


def test_alike_sentences_are_near(encoder: MiniLMEncoder) -> None:
    asked, same, other = encoder.encode_now(
        ["what does it cost?", "how much is that?", "please never call me again"]
    )
    assert asked @ same > asked @ other
    assert np.linalg.norm(asked) == pytest.approx(1, abs=1e-5)


async def test_members_of_a_cohort_get_the_vectors_of_their_own_sentences(
    encoder: MiniLMEncoder,
) -> None:
    cohort = Cohort(3)
    asked = [["no", "too expensive"], ["call me next week"], ["no"]]

    async def ask(member: int) -> np.ndarray:  # type: ignore[type-arg]
        async with cohort.member(member):
            return await encoder.encode(asked[member])

    found = await asyncio.gather(*(ask(member) for member in range(3)))
    assert [len(vectors) for vectors in found] == [2, 1, 1]
    for texts, vectors in zip(asked, found, strict=True):
        assert np.array_equal(vectors, encoder.encode_now(texts))


async def test_nothing_asked_is_nothing_encoded(encoder: MiniLMEncoder) -> None:
    assert (await encoder.encode([])).shape == (0, MiniLMEncoder.dimensions)
    assert encoder.encode_now([]).shape == (0, MiniLMEncoder.dimensions)
