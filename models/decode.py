"""A plain batched decode loop with a key-value cache, for any causal language model.

It costs less than `generate` on small models, and its sampling has a law: the randomness of
a row comes from the row's own seed and position, never from the rows it is batched with.
Equal prompts, such as those of several drafts of one turn, are read once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from ai_salesman.models.llama import LeanLlama, lean_of
from ai_salesman.models.transformers_decoder import TransformersDecoder

__all__ = ["TOP_P", "Prompt", "decode", "sample_tokens"]

TOP_P = 0.9
"""Share of the probability that replies are sampled from, unless told otherwise."""
_BATCH_ROWS = 160
"""Most rows decoded together: three drafts of a cohort of 50, and some more."""
_LIKELIEST = 128
"""Most tokens that a nucleus is looked for among before the whole vocabulary is sorted."""
_LEFT = 0.75
"""Rows that have ended are carried along until no more than this share goes on: leaving them
behind copies all keys and values."""


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
        model: a causal language model of transformers, in evaluation mode, or a `LeanLlama`.
        prompts: the rows; none may be empty.
        stop: tokens that end a row.
        pad: token that fills shorter rows on the left; it is masked.
        top_p: share of the probability that is sampled from; 1 for all of it.
    """
    replies: list[list[int]] = [[] for _ in prompts]
    with torch.inference_mode():
        decoder = _decoder_of(model, pad)
        for rows in _batches(prompts):
            batch = [prompts[row] for row in rows]
            found = _decode_batch(decoder, batch, set(stop), top_p)
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
    p, order = _likeliest(torch.softmax(scaled, dim=1), top_p)
    cumulative = p.cumsum(dim=1)
    # The nucleus is the shortest head whose mass reaches top-p.
    size = (cumulative < top_p).sum(dim=1, keepdim=True).clamp_max(p.shape[1] - 1)
    target = uniforms.unsqueeze(1) * cumulative.gather(1, size)
    rank = torch.minimum((cumulative <= target).sum(dim=1, keepdim=True), size)
    rank = torch.where(temperatures.unsqueeze(1) > 0, rank, torch.zeros_like(rank))
    return order.gather(1, rank).squeeze(1)


def _likeliest(p: Tensor, top_p: float) -> tuple[Tensor, Tensor]:
    """Probabilities and tokens, the likeliest first, as far as the nuclei reach."""
    if p.shape[1] > _LIKELIEST and top_p < 1:
        found = torch.topk(p, _LIKELIEST, dim=1)
        if bool((found.values.sum(dim=1) >= top_p).all()):
            return found.values, found.indices
    return torch.sort(p, dim=1, descending=True, stable=True)


class _Rows(Protocol):
    """Rows that a decoder has begun."""

    def select(self, rows: Tensor) -> None:
        """Go on with these rows; a row may come more than once."""


class _Decoder(Protocol):
    """A model that reads prompts and goes on token by token."""

    def begin(self, prompts: Sequence[Sequence[int]], room: int) -> tuple[Any, Tensor]:
        """Rows (`_Rows`), and the logits of what follows."""

    def step(self, rows: Any, tokens: Tensor) -> Tensor:
        """Logits after one more token for each row."""


def _decoder_of(model: Any, pad: int) -> _Decoder:
    if isinstance(model, LeanLlama):
        return model
    return lean_of(model) or TransformersDecoder(model, pad)


def _batches(prompts: Sequence[Prompt]) -> Iterator[list[int]]:
    """Row numbers, neighbours in length together, equal prompts side by side."""
    order = sorted(
        range(len(prompts)), key=lambda row: (len(prompts[row].tokens), prompts[row].tokens, row)
    )
    for start in range(0, len(order), _BATCH_ROWS):
        yield order[start : start + _BATCH_ROWS]


def _decode_batch(
    decoder: _Decoder, prompts: Sequence[Prompt], stop: set[int], top_p: float
) -> list[list[int]]:
    replies: list[list[int]] = [[] for _ in prompts]
    rows, logits = _begun(decoder, prompts)
    uniforms = _uniforms(prompts).to(logits.device)
    temperatures = torch.tensor([p.temperature for p in prompts], device=logits.device)
    carried = list(range(len(prompts)))
    alive = set(carried)
    for step in range(uniforms.shape[1]):
        chosen = sample_tokens(logits, temperatures[carried], uniforms[carried, step], top_p)
        for row, token in zip(carried, chosen.tolist(), strict=True):
            if row in alive and not _goes_on(replies[row], token, prompts[row].max_tokens, stop):
                alive.remove(row)
        if not alive:
            break
        if len(alive) <= _LEFT * len(carried):
            going = [i for i, row in enumerate(carried) if row in alive]
            kept = torch.tensor(going, device=logits.device)
            rows.select(kept)
            chosen = chosen[kept]
            carried = [row for row in carried if row in alive]
        logits = decoder.step(rows, chosen)
    return replies


def _begun(decoder: _Decoder, prompts: Sequence[Prompt]) -> tuple[_Rows, Tensor]:
    """Rows and logits of all prompts, of which equal ones are read once."""
    places = {tokens: i for i, tokens in enumerate(dict.fromkeys(p.tokens for p in prompts))}
    room = max(prompt.max_tokens for prompt in prompts)
    rows, logits = decoder.begin(list(places), room)
    if len(places) < len(prompts):
        owners = torch.tensor([places[p.tokens] for p in prompts], device=logits.device)
        rows.select(owners)
        logits = logits[owners]
    return rows, logits


def _goes_on(reply: list[int], token: int, max_tokens: int, stop: set[int]) -> bool:
    """Take the token into the reply; whether more may follow."""
    if token in stop:
        return False
    reply.append(token)
    return len(reply) < max_tokens


def _uniforms(prompts: Sequence[Prompt]) -> Tensor:
    """(rows, longest reply): uniform i of a row depends on its seed and i alone."""
    steps = max(prompt.max_tokens for prompt in prompts)
    rows = [np.random.Generator(np.random.Philox(key=p.seed)).random(steps) for p in prompts]
    return torch.tensor(np.array(rows), dtype=torch.float32)
