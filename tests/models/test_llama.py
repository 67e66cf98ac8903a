"""The lean Llama: the logits of transformers, prompt by prompt and token by token."""

from __future__ import annotations

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from ai_salesman.models.decode import Prompt, decode
from ai_salesman.models.llama import LeanLlama, is_lean, lean_of

PROMPTS = [(5, 6, 7), (9,), (3, 4, 5, 6, 7, 8, 9, 10), (11, 12)]
FOLLOWING = torch.tensor([[21, 22, 23], [24, 25, 26], [27, 28, 29], [30, 31, 32]])


def network(kv_heads: int, tied: bool) -> LlamaForCausalLM:
    """A small Llama with random weights, of which `kv_heads` of four heads have keys."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=50,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=kv_heads,
        tie_word_embeddings=tied,
        initializer_range=0.2,
    )
    return LlamaForCausalLM(config).eval()


@pytest.mark.parametrize(("kv_heads", "tied"), [(4, True), (2, False), (1, True)])
def test_logits_are_those_of_transformers(kv_heads: int, tied: bool) -> None:
    theirs = network(kv_heads, tied)
    lean = lean_of(theirs)
    assert lean is not None
    with torch.inference_mode():
        rows, logits = lean.begin(PROMPTS, room=3)
        ours = [logits, *(lean.step(rows, tokens) for tokens in FOLLOWING.T)]
        for row, prompt in enumerate(PROMPTS):
            whole = torch.tensor([[*prompt, *FOLLOWING[row].tolist()]])
            expected = theirs(whole).logits[0, len(prompt) - 1 :]
            torch.testing.assert_close(torch.stack([each[row] for each in ours]), expected)


def test_rows_may_be_left_behind_and_doubled() -> None:
    lean = lean_of(network(2, True))
    assert lean is not None
    with torch.inference_mode():
        rows, _ = lean.begin(PROMPTS, room=2)
        expected = lean.step(rows, FOLLOWING[:, 0])
        rows, _ = lean.begin(PROMPTS, room=2)
        rows.select(torch.tensor([3, 0, 0]))
        found = lean.step(rows, FOLLOWING[[3, 0, 0], 0])
    torch.testing.assert_close(found, expected[[3, 0, 0]])


def test_other_architectures_are_decoded_by_transformers() -> None:
    torch.manual_seed(0)
    other = GPT2LMHeadModel(
        GPT2Config(vocab_size=50, n_embd=32, n_layer=2, n_head=2, initializer_range=0.2)
    ).eval()
    assert lean_of(other) is None
    prompts = [Prompt(row, 12, 0.8, seed=i) for i, row in enumerate([*PROMPTS, PROMPTS[0]])]
    together = decode(other, prompts, stop=[1], pad=0)
    assert together == [decode(other, [row], stop=[1], pad=0)[0] for row in prompts]
    assert together[0] != together[-1], "the same prompt, another seed"


@pytest.mark.parametrize(
    "odd",
    [
        {"model_type": "qwen2"},
        {"attention_bias": True},
        {"hidden_act": "gelu"},
        {"rope_parameters": {"rope_type": "llama3", "rope_theta": 1e4}},
    ],
)
def test_what_it_cannot_compute_it_leaves_alone(odd: dict[str, object]) -> None:
    plain = network(4, True).config.to_dict()
    assert is_lean(plain)
    assert not is_lean(plain | odd)


def test_weights_may_be_of_half_precision() -> None:
    theirs = network(4, True).bfloat16()
    lean = LeanLlama(theirs.config.to_dict(), theirs.state_dict())
    with torch.inference_mode():
        rows, logits = lean.begin(PROMPTS, room=1)
        again = lean.step(rows, FOLLOWING[:, 0])
    assert logits.dtype == again.dtype == torch.bfloat16
