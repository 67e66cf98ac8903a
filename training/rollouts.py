"""Sample turns for GRPO with the package's own decode loop, which is quicker on small models.

TRL's generation goes through mixed precision, which casts every weight anew for every token: on a
processor that costs more than the decoding. And most groups need no reply: evidence is about plans,
and a plan is sampled in a tenth of the time. So only some groups of a step speak.

One member of each group may be the corpus' own plan (off-policy guidance, after LUFFY; Yan et al.,
2025). It earns by the same reward as the sampled ones: a plan that seldom sells is a poor
example. A small model that plans at random would else hardly ever see a plan worth reinforcing.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ai_salesman.corpus.plan_prompt import SEPARATOR
from ai_salesman.models.decode import Prompt, decode
from ai_salesman.models.llama import lean_of
from ai_salesman.training.player import Player

__all__ = ["Rollouts", "Sampling", "bar_of", "rollouts_of"]

Rollouts = Callable[[list[str], Any], dict[str, Any]]
"""Prompts and the trainer -> tokens of prompts and completions, and which of them speak."""

_PLAN_TOKENS = 24


class Sampling(NamedTuple):
    """How turns are sampled."""

    group: int
    """How often each prompt comes, one after the other."""
    spoken: float = 0.0
    """Share of groups whose turns are sampled whole; of the others the plan alone."""
    temperature: float = 1.0
    """From the whole distribution."""
    reply_tokens: int = 72
    """Most tokens of plan and reply together."""


def bar_of(tokenizer: Any) -> int:
    """The token that ends a plan."""
    ids: list[int] = tokenizer(f"closing{SEPARATOR}", add_special_tokens=False)["input_ids"]
    return ids[-1]


def rollouts_of(
    model: Any, tokenizer: Any, how: Sampling, demonstrations: Mapping[str, Sequence[str]]
) -> Rollouts:
    """A rollout function for TRL's `GRPOTrainer`.

    Args:
        model: as it is before the trainer or an adapter wraps it.
        tokenizer: its tokenizer.
        how: see `Sampling`.
        demonstrations: prompt -> plans of the corpus, of which one stands for the last of its
            group; without any, all are sampled.
    """
    player, bar, end = Player(model), bar_of(tokenizer), int(tokenizer.eos_token_id)

    def tokens_of(text: str) -> list[int]:
        ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def sampled(decoder: Any, rows: Sequence[Prompt], stop: int) -> list[list[int]]:
        """What is sampled up to and with `stop`; a row without it was cut off."""
        pad = tokenizer.pad_token_id
        found = decode(decoder, rows, stop=(stop, end), pad=pad, top_p=1.0)
        return [
            ids if len(ids) == row.max_tokens else [*ids, stop]
            for ids, row in zip(found, rows, strict=True)
        ]

    def roll_out(prompts: list[str], trainer: Any) -> dict[str, Any]:
        network = player.like(trainer.accelerator.unwrap_model(trainer.model))
        decoder = lean_of(network) or network
        seeds = _seeds(trainer, len(prompts))
        said = {
            row: tokens_of(f"{known[seeds[row] % len(known)]}{SEPARATOR}")
            for row in range(how.group - 1, len(prompts), how.group)
            if (known := demonstrations.get(prompts[row]))
        }
        speaking = math.ceil(how.spoken * len(prompts) / how.group) * how.group
        spoken = [row < speaking and row not in said for row in range(len(prompts))]
        encoded = [tokens_of(text) for text in prompts]
        for stop, most, wanted in ((end, how.reply_tokens, True), (bar, _PLAN_TOKENS, False)):
            asked = [i for i in range(len(prompts)) if i not in said and spoken[i] is wanted]
            rows = [Prompt(tuple(encoded[i]), most, how.temperature, seeds[i]) for i in asked]
            said |= dict(zip(asked, sampled(decoder, rows, stop), strict=True)) if rows else {}
        return {
            "prompt_ids": encoded,
            "completion_ids": [said[row] for row in range(len(prompts))],
            "logprobs": None,
            "spoken": spoken,
        }

    return roll_out


def _seeds(trainer: Any, count: int) -> Sequence[int]:
    """One for each completion: a resumed run samples what an uninterrupted one would have."""
    step = f"{trainer.args.seed}/{trainer.state.global_step}"
    return [zlib.crc32(f"{step}/{row}".encode()) for row in range(count)]
