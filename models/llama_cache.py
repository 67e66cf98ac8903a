"""Keys and values of a batch of rows that grow together, kept in place."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

__all__ = ["LlamaCache"]


class LlamaCache:
    """What has been read of each row; the ends of all rows stand side by side.

    At first it takes the prompts, as one long row of tokens; afterwards one token for each row.

    Args:
        lengths: tokens of each prompt.
        room: most tokens that will follow one.
        device: where the weights are.
    """

    def __init__(self, lengths: Sequence[int], room: int, device: torch.device):
        self.lengths = torch.tensor(lengths, device=device)
        """Tokens of each row so far, (rows,)."""
        self._end, self._room = max(lengths), max(lengths) + room
        first = self._end - self.lengths
        self._mask = torch.arange(self._room, device=device) >= first.unsqueeze(1)
        self._keys: list[Tensor] = []
        self._values: list[Tensor] = []
        before = self.lengths.cumsum(0) - self.lengths
        rows = torch.repeat_interleave(self.lengths)
        self.positions = torch.arange(len(rows), device=device) - before[rows]
        """Of the tokens that are read next, each in its row."""
        self._slots = rows * self._end + first[rows] + self.positions
        self._in_prompts = True

    def attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """What the tokens that are read see of their rows, (tokens, heads x size).

        Args:
            layer: its number; layers come in order.
            q: queries, (tokens, heads, size).
            k: keys, (tokens, key heads, size).
            v: values, likewise.
        """
        if self._in_prompts:
            return self._attend_prompts(q, k, v)
        end = self._end
        keys, values = self._keys[layer], self._values[layer]
        keys[:, :, end], values[:, :, end] = k, v
        seen = scaled_dot_product_attention(
            q.unsqueeze(2),
            keys[:, :, : end + 1],
            values[:, :, : end + 1],
            attn_mask=self._mask[:, None, None, : end + 1],
            enable_gqa=q.shape[1] != k.shape[1],
        )
        return seen.reshape(len(q), -1)

    def grow(self) -> None:
        """All layers have read the tokens."""
        if self._in_prompts:
            self._in_prompts = False
        else:
            self._end += 1
            self.lengths = self.lengths + 1
        self.positions = self.lengths

    def select(self, rows: Tensor) -> None:
        """Go on with these rows, in this order; a row may come more than once."""
        self._keys = [self._selected(tensor, rows) for tensor in self._keys]
        self._values = [self._selected(tensor, rows) for tensor in self._values]
        self._mask = self._mask[rows]
        self.lengths = self.positions = self.lengths[rows]

    def _selected(self, tensor: Tensor, rows: Tensor) -> Tensor:
        kept = tensor.new_empty((len(rows), tensor.shape[1], self._room, tensor.shape[3]))
        kept[:, :, : self._end] = tensor[rows, :, : self._end]
        return kept

    def _attend_prompts(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        heads, kv_heads, size = q.shape[1], k.shape[1], q.shape[2]
        count, end = len(self.lengths), self._end
        side_by_side = q.new_zeros((count * end, heads + 2 * kv_heads, size))
        side_by_side[self._slots] = torch.cat([q, k, v], dim=1)
        rows = side_by_side.view(count, end, -1, size).transpose(1, 2)
        first_key, first_value = heads, heads + kv_heads
        q, k, v = rows[:, :first_key], rows[:, first_key:first_value], rows[:, first_value:]
        for kept, part in ((self._keys, k), (self._values, v)):
            kept.append(part.new_empty((count, kv_heads, self._room, size)))
            kept[-1][:, :, :end] = part
        causal = torch.ones(end, end, dtype=torch.bool, device=q.device).tril()
        mask = self._mask[:, None, None, :end] & causal
        seen = scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=heads != kv_heads)
        return seen.transpose(1, 2).reshape(count * end, -1)[self._slots]
