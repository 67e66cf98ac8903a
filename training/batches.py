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


_STEP = 8


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
    """Row numbers of each batch: neighbours in length, at most `most_tokens` when padded.

    All batches of one padded length have the same number of rows, but for the last of a pool.
    """
    order = rng.permutation(len(rows)).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), _POOL):
        pool = sorted(order[start : start + _POOL], key=lambda i: -rows[i].length)
        while pool:
            size = max(1, most_tokens // _padded(rows[pool[0]].length))
            batches.append(pool[:size])
            pool = pool[size:]
    return [batches[int(i)] for i in rng.permutation(len(batches))]


def collate(rows: Sequence[Row], pad: int) -> Batch:
    """Pad on the right, to a multiple of eight."""
    longest = _padded(max(row.length for row in rows))
    tokens = torch.full((len(rows), longest), pad)
    targets = torch.full((len(rows), longest), -100)
    for i, row in enumerate(rows):
        tokens[i, : row.length] = torch.tensor(row.prompt + row.reply)
        start = len(row.prompt) - 1
        targets[i, start : row.length - 1] = torch.tensor(row.reply)
    return Batch(tokens, targets)


def _padded(length: int) -> int:
    """Few different lengths: the processor's matrix library compiles code for every shape."""
    return -(-length // _STEP) * _STEP
