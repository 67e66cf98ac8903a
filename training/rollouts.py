"""Sample turns for GRPO with the package's own decode loop, which is quicker on small models.

TRL's generation goes through mixed precision, which casts every weight anew for every token: on a
processor that costs more than the decoding.

One member of each group may be the corpus' own turn (off-policy guidance, after LUFFY; Yan et al.,
2025). It earns by the same reward as the sampled ones: a turn whose plan seldom sells is a poor
example. A small model that plans at random would else hardly ever see a plan worth reinforcing.
"""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ai_salesman.models.decode import Prompt, decode

__all__ = ["rollouts_of"]

Rollouts = Callable[[list[str], Any], dict[str, Any]]
"""Prompts and the trainer -> tokens of prompts and completions."""


def rollouts_of(
    model: Any,
    tokenizer: Any,
    most_tokens: int,
    temperature: float,
    group: int,
    demonstrations: Mapping[str, Sequence[str]],
) -> Rollouts:
    """A rollout function for TRL's `GRPOTrainer`.

    Args:
        model: as it is before the trainer wraps it; all of its weights are trained.
        tokenizer: its tokenizer.
        most_tokens: longest completion.
        temperature: of sampling, from the whole distribution.
        group: how often each prompt comes, one after the other.
        demonstrations: prompt -> turns of the corpus, of which one stands for the last of its
            group; without any, all are sampled.
    """
    player = copy.deepcopy(model).eval().requires_grad_(False)
    end = tokenizer.eos_token_id

    def tokens_of(text: str) -> list[int]:
        ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def roll_out(prompts: list[str], trainer: Any) -> dict[str, Any]:
        player.load_state_dict(trainer.accelerator.unwrap_model(trainer.model).state_dict())
        seeds = _seeds(trainer, len(prompts))
        shown = {
            row: tokens_of(known[seeds[row] % len(known)])[:most_tokens]
            for row in range(group - 1, len(prompts), group)
            if (known := demonstrations.get(prompts[row]))
        }
        encoded = [tokens_of(text) for text in prompts]
        asked = [row for row in range(len(prompts)) if row not in shown]
        rows = [Prompt(tuple(encoded[i]), most_tokens, temperature, seeds[i]) for i in asked]
        sampled = decode(player, rows, stop=(end,), pad=tokenizer.pad_token_id, top_p=1.0)
        said = shown | dict(zip(asked, sampled, strict=True))
        # A completion without an end is known to be cut off.
        completed = [
            ids if len(ids) == most_tokens else [*ids, end]
            for ids in (said[row] for row in range(len(prompts)))
        ]
        return {"prompt_ids": encoded, "completion_ids": completed, "logprobs": None}

    return roll_out


def _seeds(trainer: Any, count: int) -> Sequence[int]:
    """One for each completion: a resumed run samples what an uninterrupted one would have."""
    step = f"{trainer.args.seed}/{trainer.state.global_step}"
    return [zlib.crc32(f"{step}/{row}".encode()) for row in range(count)]
