"""Turn tokenised examples into padded batches of about equal cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

__all__ = ["Batch", "Row", "batches_of", "collate"]

_POOL = 2048
"""Examples sorted by length together: large enough for full batches, small enough to mix."""


class Row(NamedTuple):
    """One tokenised example."""

    prompt: list[int]
    reply: list[int]

    @property
    def length(self) -> int:
        """Tokens of prompt and reply."""
        return len(self.prompt) + len(self.reply)


class Batch(NamedTuple):
    """Padded rows, each (rows, longest)."""

    tokens: Tensor
    targets: Tensor
    """The next token where it belongs to a reply, -100 elsewhere."""


def batches_of(rows: Sequence[Row], most_tokens: int, rng: np.random.Generator) -> list[list[int]]:
    """Row numbers of each batch: neighbours in length, at most `most_tokens` when padded."""
    order = rng.permutation(len(rows)).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), _POOL):
        pool = sorted(order[start : start + _POOL], key=lambda i: rows[i].length)
        current: list[int] = []
        for i in pool:
            if current and rows[i].length * (len(current) + 1) > most_tokens:
                batches.append(current)
                current = []
            current.append(i)
        if current:
            batches.append(current)
    return [batches[int(i)] for i in rng.permutation(len(batches))]


def collate(rows: Sequence[Row], pad: int) -> Batch:
    """Pad on the right."""
    longest = max(row.length for row in rows)
    tokens = torch.full((len(rows), longest), pad)
    targets = torch.full((len(rows), longest), -100)
    for i, row in enumerate(rows):
        tokens[i, : row.length] = torch.tensor(row.prompt + row.reply)
        start = len(row.prompt) - 1
        targets[i, start : row.length - 1] = torch.tensor(row.reply)
    return Batch(tokens, targets)
