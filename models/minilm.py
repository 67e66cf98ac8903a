"""The forward pass of a BERT encoder with mean pooling, without the rest of transformers.

Sentences of all lengths go through the linear layers as one long row of tokens, so nothing is
spent on padding there; only attention, which is cheap on sentences, sees them side by side.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, normalize, scaled_dot_product_attention

__all__ = ["MiniLM"]

_STEP = 16
"""Attention is padded to a multiple of this many tokens, the width of a CPU's vector registers. A
longer padding then changes no bit of a vector, nor do the other sentences: torch sums in the same
order (tests/models/test_encoder.py)."""


class _Dense(NamedTuple):
    weight: Tensor
    bias: Tensor


class _Layer(NamedTuple):
    qkv: _Dense
    attended: _Dense
    attended_norm: _Dense
    widened: _Dense
    narrowed: _Dense
    norm: _Dense


class MiniLM:
    """Weights of a `BertModel`, and its sentence vectors.

    Args:
        folder: with `config.json` and `model.safetensors`.
    """

    def __init__(self, folder: Path):
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights = load_file(folder / "model.safetensors")
        self._heads: int = config["num_attention_heads"]
        self._epsilon: float = config["layer_norm_eps"]
        self._words = weights["embeddings.word_embeddings.weight"]
        # Every sentence is of the first of BERT's two kinds.
        self._places = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = _dense(weights, "embeddings.LayerNorm")
        self._layers = [
            _layer(weights, f"encoder.layer.{number}.")
            for number in range(config["num_hidden_layers"])
        ]

    def vectors(self, sentences: Sequence[Sequence[int]]) -> Tensor:
        """Unit vectors, shape (len(sentences), dimensions), of tokenized sentences.

        A vector does not depend, to the last bit, on the other sentences.
        """
        lengths = torch.tensor([len(sentence) for sentence in sentences])
        rows = torch.repeat_interleave(torch.arange(len(sentences)), lengths)
        places = torch.arange(len(rows)) - (lengths.cumsum(0) - lengths)[rows]
        tokens = torch.tensor([token for sentence in sentences for token in sentence])
        with torch.inference_mode():
            hidden = self._normed(self._words[tokens] + self._places[places], self._norm)
            company = _Company(lengths, rows, places)
            for layer in self._layers:
                hidden = self._passed(layer, hidden, company)
            # Added up token by token, so that a sum's order is the sentence's own.
            total = hidden.new_zeros(len(sentences), hidden.shape[1]).index_add_(0, rows, hidden)
            return normalize(total / lengths.unsqueeze(1), dim=1)

    def _passed(self, layer: _Layer, hidden: Tensor, company: _Company) -> Tensor:
        seen = company.attend(linear(hidden, *layer.qkv), self._heads)
        hidden = self._normed(hidden + linear(seen, *layer.attended), layer.attended_norm)
        wide = gelu(linear(hidden, *layer.widened))
        return self._normed(hidden + linear(wide, *layer.narrowed), layer.norm)

    def _normed(self, hidden: Tensor, by: _Dense) -> Tensor:
        return layer_norm(hidden, hidden.shape[-1:], *by, self._epsilon)


class _Company:
    """Where the tokens of the long row belong when sentences stand side by side."""

    def __init__(self, lengths: Tensor, rows: Tensor, places: Tensor):
        self._count = len(lengths)
        self._longest = -(-int(lengths.max()) // _STEP) * _STEP
        self._slots = rows * self._longest + places
        self._mask = (torch.arange(self._longest) < lengths.unsqueeze(1))[:, None, None]

    def attend(self, qkv: Tensor, heads: int) -> Tensor:
        """(tokens, 3 x width) to what each token has seen of its sentence, (tokens, width)."""
        side_by_side = qkv.new_zeros(self._count * self._longest, qkv.shape[1])
        side_by_side[self._slots] = qkv
        shape = (self._count, self._longest, 3, heads, qkv.shape[1] // 3 // heads)
        q, k, v = side_by_side.view(shape).permute(2, 0, 3, 1, 4)
        seen = scaled_dot_product_attention(q, k, v, attn_mask=self._mask)
        return seen.transpose(1, 2).reshape(-1, qkv.shape[1] // 3)[self._slots]


def _layer(weights: dict[str, Tensor], name: str) -> _Layer:
    own = [_dense(weights, f"{name}attention.self.{part}") for part in ("query", "key", "value")]
    return _Layer(
        _Dense(torch.cat([part.weight for part in own]), torch.cat([part.bias for part in own])),
        _dense(weights, f"{name}attention.output.dense"),
        _dense(weights, f"{name}attention.output.LayerNorm"),
        _dense(weights, f"{name}intermediate.dense"),
        _dense(weights, f"{name}output.dense"),
        _dense(weights, f"{name}output.LayerNorm"),
    )


def _dense(weights: dict[str, Tensor], name: str) -> _Dense:
    return _Dense(weights[f"{name}.weight"], weights[f"{name}.bias"])
