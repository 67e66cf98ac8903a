"""A plain batched decode loop with a key-value cache, for any causal language model.

It costs less than `generate` on small models, and its sampling has a law: the randomness of
a row comes from the row's own seed and position, never from the rows it is batched with.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

__all__ = ["TOP_P", "Prompt", "decode", "sample_tokens"]

TOP_P = 0.9
"""Share of the probability that replies are sampled from, unless told otherwise."""
_BATCH_ROWS = 32
"""Most rows decoded together: beyond it the caches of a small CPU overflow."""


@dataclass(frozen=True)
class Prompt:
    """One row to continue."""

    tokens: tuple[int, ...]
    max_tokens: int
    temperature: float
    seed: int


def decode(
    model: Any,
    prompts: Sequence[Prompt],
    *,
    stop: Sequence[int],
    pad: int,
    top_p: float = TOP_P,
) -> list[list[int]]:
    """Continue every prompt; the new tokens of each, without the stop token.

    Args:
        model: a causal language model of transformers, in evaluation mode.
        prompts: the rows; none may be empty.
        stop: tokens that end a row.
        pad: token that fills shorter rows on the left; it is masked.
        top_p: share of the probability that is sampled from; 1 for all of it.
    """
    replies: list[list[int]] = [[] for _ in prompts]
    with torch.inference_mode():
        for rows in _batches(prompts):
            batch = [prompts[row] for row in rows]
            found = _decode_batch(model, batch, set(stop), pad, top_p)
            for row, reply in zip(rows, found, strict=True):
                replies[row] = reply
    return replies


def sample_tokens(
    logits: Tensor, temperatures: Tensor, uniforms: Tensor, top_p: float = TOP_P
) -> Tensor:
    """One token per row: the likeliest at temperature 0, else top-p by inverse transform.

    Args:
        logits: (rows, vocabulary).
        temperatures: (rows,).
        uniforms: (rows,) in [0, 1): the row's randomness for this position.
        top_p: share of the probability that is sampled from.

    Returns:
        (rows,) token ids.
    """
    scaled = logits.float() / temperatures.clamp_min(1e-4).unsqueeze(1)
    p, order = torch.sort(torch.softmax(scaled, dim=1), dim=1, descending=True, stable=True)
    cumulative = p.cumsum(dim=1)
    # The nucleus is the shortest head whose mass reaches top-p.
    size = (cumulative < top_p).sum(dim=1, keepdim=True).clamp_max(p.shape[1] - 1)
    target = uniforms.unsqueeze(1) * cumulative.gather(1, size)
    rank = torch.minimum((cumulative <= target).sum(dim=1, keepdim=True), size)
    rank = torch.where(temperatures.unsqueeze(1) > 0, rank, torch.zeros_like(rank))
    return order.gather(1, rank).squeeze(1)


def _batches(prompts: Sequence[Prompt]) -> Iterator[list[int]]:
    """Row numbers, neighbours in length together."""
    order = sorted(range(len(prompts)), key=lambda row: (len(prompts[row].tokens), row))
    for start in range(0, len(order), _BATCH_ROWS):
        yield order[start : start + _BATCH_ROWS]


def _decode_batch(
    model: Any, prompts: Sequence[Prompt], stop: set[int], pad: int, top_p: float
) -> list[list[int]]:
    tokens, mask = _left_padded(prompts, pad)
    positions = (mask.cumsum(dim=1) - 1).clamp_min(0)
    uniforms = _uniforms(prompts)
    temperatures = torch.tensor([prompt.temperature for prompt in prompts])
    takes_positions = "position_ids" in inspect.signature(model.forward).parameters
    replies: list[list[int]] = [[] for _ in prompts]
    alive = list(range(len(prompts)))
    cache: Any = None
    for step in range(uniforms.shape[1]):
        extra = {"position_ids": positions} if takes_positions else {}
        output = model(
            input_ids=tokens, attention_mask=mask, past_key_values=cache, use_cache=True, **extra
        )
        cache = output.past_key_values
        chosen = sample_tokens(
            output.logits[:, -1], temperatures[alive], uniforms[alive, step], top_p
        ).tolist()
        going = [
            i
            for i, row in enumerate(alive)
            if _goes_on(replies[row], chosen[i], prompts[row].max_tokens, stop)
        ]
        if not going:
            break
        if len(going) < len(alive):
            cache.batch_select_indices(torch.tensor(going))
            mask, positions = mask[going], positions[going]
        alive = [alive[i] for i in going]
        tokens = torch.tensor([[chosen[i]] for i in going])
        mask = torch.cat([mask, torch.ones_like(mask[:, :1])], dim=1)
        positions = positions[:, -1:] + 1
    return replies


def _goes_on(reply: list[int], token: int, max_tokens: int, stop: set[int]) -> bool:
    """Take the token into the reply; whether more may follow."""
    if token in stop:
        return False
    reply.append(token)
    return len(reply) < max_tokens


def _left_padded(prompts: Sequence[Prompt], pad: int) -> tuple[Tensor, Tensor]:
    """Tokens and attention mask, both (rows, longest)."""
    longest = max(len(prompt.tokens) for prompt in prompts)
    tokens = torch.full((len(prompts), longest), pad)
    mask = torch.zeros((len(prompts), longest), dtype=torch.long)
    for row, prompt in enumerate(prompts):
        tokens[row, longest - len(prompt.tokens) :] = torch.tensor(prompt.tokens)
        mask[row, longest - len(prompt.tokens) :] = 1
    return tokens, mask


def _uniforms(prompts: Sequence[Prompt]) -> Tensor:
    """(rows, longest reply): uniform i of a row depends on its seed and i alone."""
    steps = max(prompt.max_tokens for prompt in prompts)
    rows = [np.random.Generator(np.random.Philox(key=p.seed)).random(steps) for p in prompts]
    return torch.tensor(np.array(rows), dtype=torch.float32)
