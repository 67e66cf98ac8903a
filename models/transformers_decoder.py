"""Any causal language model of transformers, as the decode loop wants one."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

__all__ = ["TransformersDecoder"]


class TransformersDecoder:
    """Reads prompts padded on the left, and goes on with the cache of the model's own kind.

    Args:
        model: in evaluation mode.
        pad: token that fills shorter rows; it is masked.
    """

    def __init__(self, model: Any, pad: int):
        self._model = model
        self._pad = pad
        self._takes_positions = "position_ids" in inspect.signature(model.forward).parameters

    def begin(self, prompts: Sequence[Sequence[int]], room: int) -> tuple[_Rows, Tensor]:  # noqa: ARG002
        """Read prompts; the rows to go on with, and logits, (prompts, vocabulary)."""
        longest = max(len(prompt) for prompt in prompts)
        tokens = torch.full((len(prompts), longest), self._pad)
        mask = torch.zeros((len(prompts), longest), dtype=torch.long)
        for row, prompt in enumerate(prompts):
            tokens[row, longest - len(prompt) :] = torch.tensor(prompt)
            mask[row, longest - len(prompt) :] = 1
        mask = mask.to(self._model.device)
        rows = _Rows(mask, (mask.cumsum(dim=1) - 1).clamp_min(0))
        return rows, self._read(rows, tokens.to(mask.device))

    def step(self, rows: _Rows, tokens: Tensor) -> Tensor:
        """Go on with one token for each row, (rows,); logits, (rows, vocabulary)."""
        rows.mask = torch.cat([rows.mask, torch.ones_like(rows.mask[:, :1])], dim=1)
        rows.positions = rows.positions[:, -1:] + 1
        return self._read(rows, tokens.unsqueeze(1))

    def _read(self, rows: _Rows, tokens: Tensor) -> Tensor:
        extra = {"position_ids": rows.positions} if self._takes_positions else {}
        output = self._model(
            input_ids=tokens,
            attention_mask=rows.mask,
            past_key_values=rows.cache,
            use_cache=True,
            **extra,
        )
        rows.cache = output.past_key_values
        logits: Tensor = output.logits[:, -1]
        return logits


class _Rows:
    """What has been read of each row."""

    def __init__(self, mask: Tensor, positions: Tensor):
        self.mask = mask
        self.positions = positions
        self.cache: Any = None

    def select(self, rows: Tensor) -> None:
        """Go on with these rows; a row may come more than once."""
        self.cache.batch_select_indices(rows)
        self.mask, self.positions = self.mask[rows], self.positions[rows]
