"""The forward pass of a small Llama, without the rest of transformers.

Queries, keys and values are one product, so are the gate and what it opens. Keys and values are
kept in place, in tensors that were made long enough at the start. Prompts go through the linear
layers as one long row of tokens: nothing is spent on padding there, and only the last token of
each prompt is turned into logits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear, rms_norm, silu

from ai_salesman.models.llama_cache import LlamaCache

__all__ = ["LeanLlama", "is_lean", "lean_of"]


_LARGEST = 200_000_000
"""Most parameters of a model whose weights are copied."""


class _Layer(NamedTuple):
    before: Tensor
    """Scale of the norm before attention, (width,)."""
    qkv: Tensor
    attended: Tensor
    between: Tensor
    """Scale of the norm before the rest."""
    gate_up: Tensor
    down: Tensor


def is_lean(config: Mapping[str, Any]) -> bool:
    """Whether `LeanLlama` computes what the model of this `config.json` does."""
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    return (
        config.get("model_type") == "llama"
        and config.get("hidden_act") == "silu"
        and not config.get("attention_bias")
        and not config.get("mlp_bias")
        and rope.get("rope_type", "default") == "default"
    )


def lean_of(model: Any) -> LeanLlama | None:
    """The same weights without the rest of transformers.

    None for other architectures, and for models so large that a second copy of the weights
    would cost more than it brings.
    """
    if type(model).__name__ != "LlamaForCausalLM" or not is_lean(model.config.to_dict()):
        return None
    if sum(parameter.numel() for parameter in model.parameters()) > _LARGEST:
        return None
    return LeanLlama(model.config.to_dict(), model.state_dict())


class LeanLlama:
    """Weights of a `LlamaForCausalLM`, for decoding alone.

    Args:
        config: the content of its `config.json`; see `is_lean`.
        weights: its state, by the names of transformers, in the type to compute in.
    """

    def __init__(self, config: Mapping[str, Any], weights: Mapping[str, Tensor]):
        heads: int = config["num_attention_heads"]
        self._kv_heads: int = config.get("num_key_value_heads") or heads
        self._size: int = config.get("head_dim") or config["hidden_size"] // heads
        self._epsilon: float = config["rms_norm_eps"]
        self._embeddings = weights["model.embed_tokens.weight"]
        self._head = weights.get("lm_head.weight", self._embeddings)
        self._norm = weights["model.norm.weight"]
        self._layers = [
            _layer(weights, f"model.layers.{number}.")
            for number in range(config["num_hidden_layers"])
        ]
        rope = config.get("rope_parameters") or config
        theta = float(rope.get("rope_theta", 10_000))
        powers = torch.arange(0, self._size, 2, device=self._norm.device).float() / self._size
        self._speeds = 1.0 / theta**powers

    def begin(self, prompts: Sequence[Sequence[int]], room: int) -> tuple[LlamaCache, Tensor]:
        """Read prompts; the cache to go on with, and logits, (prompts, vocabulary).

        Args:
            prompts: none may be empty.
            room: most tokens that will follow one.
        """
        device = self._norm.device
        cache = LlamaCache([len(prompt) for prompt in prompts], room, device)
        tokens = torch.tensor([token for prompt in prompts for token in prompt], device=device)
        hidden = self._passed(tokens, cache)
        return cache, self._logits(hidden[cache.lengths.cumsum(0) - 1])

    def step(self, cache: LlamaCache, tokens: Tensor) -> Tensor:
        """Go on with one token for each row, (rows,); logits, (rows, vocabulary)."""
        return self._logits(self._passed(tokens, cache))

    def _passed(self, tokens: Tensor, cache: LlamaCache) -> Tensor:
        """Prompts in a long row, or one token for each row of the cache."""
        hidden = self._embeddings[tokens]
        angles = torch.outer(cache.positions.float(), self._speeds).unsqueeze(1)
        cos, sin = angles.cos().to(hidden.dtype), angles.sin().to(hidden.dtype)
        for number, layer in enumerate(self._layers):
            qkv = linear(self._normed(hidden, layer.before), layer.qkv)
            qkv = qkv.view(len(tokens), -1, self._size)
            turned = _turned(qkv[:, : -self._kv_heads], cos, sin)
            q, k = turned[:, : -self._kv_heads], turned[:, -self._kv_heads :]
            seen = cache.attend(number, q, k, qkv[:, -self._kv_heads :])
            hidden = hidden + linear(seen, layer.attended)
            gate, up = linear(self._normed(hidden, layer.between), layer.gate_up).chunk(2, dim=1)
            hidden = hidden + linear(silu(gate) * up, layer.down)
        cache.grow()
        return hidden

    def _logits(self, hidden: Tensor) -> Tensor:
        return linear(self._normed(hidden, self._norm), self._head)

    def _normed(self, hidden: Tensor, scale: Tensor) -> Tensor:
        return rms_norm(hidden, scale.shape, scale, self._epsilon)


def _layer(weights: Mapping[str, Tensor], name: str) -> _Layer:
    def joined(*parts: str) -> Tensor:
        return torch.cat([weights[f"{name}{part}.weight"] for part in parts])

    return _Layer(
        joined("input_layernorm"),
        joined(*(f"self_attn.{part}_proj" for part in "qkv")),
        joined("self_attn.o_proj"),
        joined("post_attention_layernorm"),
        joined("mlp.gate_proj", "mlp.up_proj"),
        joined("mlp.down_proj"),
    )


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions applied to (tokens, heads, size)."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)
