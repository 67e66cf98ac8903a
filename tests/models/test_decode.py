"""The decode loop: lawful sampling, and rows that do not depend on their neighbours."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import LlamaConfig, LlamaForCausalLM

from ai_salesman.models.decode import Prompt, decode, sample_tokens

STOP, PAD = 1, 0


@pytest.fixture(scope="module")
def model() -> LlamaForCausalLM:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=50,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        initializer_range=0.2,
    )
    return LlamaForCausalLM(config).eval()


def prompts(temperature: float) -> list[Prompt]:
    rows = [(5, 6, 7), (9,), (3, 4, 5, 6, 7, 8, 9, 10), (11, 12)]
    return [Prompt(row, 12, temperature, seed=i) for i, row in enumerate(rows)]


@pytest.mark.parametrize("temperature", [0.0, 0.8])
def test_a_row_is_continued_as_if_it_were_alone(
    model: LlamaForCausalLM, temperature: float
) -> None:
    together = decode(model, prompts(temperature), stop=[STOP], pad=PAD)
    alone = [decode(model, [row], stop=[STOP], pad=PAD)[0] for row in prompts(temperature)]
    assert together == alone
    assert len({tuple(reply) for reply in together}) > 1


def test_greedy_decoding_equals_generate(model: LlamaForCausalLM) -> None:
    ours = decode(model, [Prompt((5, 6, 7), 8, 0.0, seed=0)], stop=[STOP], pad=PAD)[0]
    theirs = model.generate(
        torch.tensor([[5, 6, 7]]),
        attention_mask=torch.ones(1, 3, dtype=torch.long),
        max_new_tokens=8,
        do_sample=False,
        eos_token_id=STOP,
        pad_token_id=PAD,
    )[0, 3:].tolist()
    assert ours == [token for token in theirs if token not in (STOP, PAD)]


def test_the_seed_alone_decides_what_is_sampled(model: LlamaForCausalLM) -> None:
    def reply(seed: int) -> list[int]:
        return decode(model, [Prompt((5, 6), 20, 1.0, seed)], stop=[STOP], pad=PAD)[0]

    assert reply(3) == reply(3)
    assert len({tuple(reply(seed)) for seed in range(5)}) > 1


def test_a_reply_stops_at_its_own_limit(model: LlamaForCausalLM) -> None:
    rows = [Prompt((5, 6), limit, 0.9, seed=limit) for limit in (1, 4, 9)]
    lengths = [len(reply) for reply in decode(model, rows, stop=[], pad=PAD)]
    assert lengths == [1, 4, 9]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(-5, 5), min_size=2, max_size=12),
    st.floats(0.1, 2.0),
    st.floats(0, 0.999),
)
def test_sampled_tokens_lie_in_the_nucleus(
    logits: list[float], temperature: float, uniform: float
) -> None:
    row = torch.tensor([logits])
    token = int(sample_tokens(row, torch.tensor([temperature]), torch.tensor([uniform]))[0])
    p = torch.softmax(row[0] / temperature, dim=0)
    likelier = float(p[p > p[token]].sum())
    assert likelier < 0.9 + 1e-5


def test_temperature_zero_takes_the_likeliest() -> None:
    logits = torch.tensor([[0.0, 3.0, 1.0]])
    assert int(sample_tokens(logits, torch.tensor([0.0]), torch.tensor([0.99]))[0]) == 1


def test_sampling_follows_the_distribution() -> None:
    uniforms = (torch.arange(1000) + 0.5) / 1000
    logits = torch.tensor([[0.6, 0.3, 0.1]]).log().expand(1000, 3)
    tokens = sample_tokens(logits, torch.ones(1000), uniforms)
    # The nucleus of 0.9 is the first two, with shares 2/3 and 1/3.
    assert tokens.bincount(minlength=3).tolist() == pytest.approx([667, 333, 0], abs=2)
