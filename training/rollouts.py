"""Sample turns for GRPO with the package's own decode loop, which is quicker on small models.

TRL's generation goes through mixed precision, which casts every weight anew for every token: on a
processor that costs more than the decoding.
"""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from ai_salesman.models.decode import Prompt, decode

__all__ = ["rollouts_of"]

Rollouts = Callable[[list[str], Any], dict[str, Any]]
"""Prompts and the trainer -> tokens of prompts and completions."""


def rollouts_of(model: Any, tokenizer: Any, most_tokens: int, temperature: float) -> Rollouts:
    """A rollout function for TRL's `GRPOTrainer`.

    Args:
        model: as it is before the trainer wraps it; all of its weights are trained.
        tokenizer: its tokenizer.
        most_tokens: longest completion.
        temperature: of sampling, from the whole distribution.
    """
    player = copy.deepcopy(model).eval().requires_grad_(False)
    end = tokenizer.eos_token_id

    def roll_out(prompts: list[str], trainer: Any) -> dict[str, Any]:
        player.load_state_dict(trainer.accelerator.unwrap_model(trainer.model).state_dict())
        encoded = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in prompts]
        rows = [
            Prompt(tuple(ids), most_tokens, temperature, seed)
            for ids, seed in zip(encoded, _seeds(trainer, len(prompts)), strict=True)
        ]
        sampled = decode(player, rows, stop=(end,), pad=tokenizer.pad_token_id, top_p=1.0)
        # A completion without an end is known to be cut off.
        completed = [ids if len(ids) == most_tokens else [*ids, end] for ids in sampled]
        return {"prompt_ids": encoded, "completion_ids": completed, "logprobs": None}

    return roll_out


def _seeds(trainer: Any, count: int) -> Sequence[int]:
    """One for each completion: a resumed run samples what an uninterrupted one would have."""
    step = f"{trainer.args.seed}/{trainer.state.global_step}"
    return [zlib.crc32(f"{step}/{row}".encode()) for row in range(count)]
