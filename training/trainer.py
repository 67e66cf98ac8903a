"""Train a small Llama from scratch on prompts and replies: the loop that all our models share.

A run can be stopped and started again: it goes on from its last checkpoint, with the batches
that it would have met.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.errors import InputError
from ai_salesman.corpus.plan_prompt import SEPARATOR
from ai_salesman.models.weights import CARD_FILE
from ai_salesman.training.base_settings import BaseSettings
from ai_salesman.training.batches import Batch, Row, batches_of, collate
from ai_salesman.training.own_tokenizer import END
from ai_salesman.training.progress import loss_progress

__all__ = ["BaseRun", "Lesson", "Trainer", "train_or_resume"]

_CHECKPOINT = "checkpoint.pt"
_ROUND = 128


class BaseRun(BaseModel):
    """What a training run did."""

    model_config = ConfigDict(frozen=True)

    examples: int
    parameters: int
    steps: int
    epochs: float
    seconds: float
    """Of this run and of those it went on from."""
    losses: tuple[float, ...]
    """Mean training loss of each tenth of the run."""


class Lesson(NamedTuple):
    """What there is to learn."""

    examples: int
    epoch: Callable[[np.random.Generator], tuple[list[str], list[str]]]
    """Prompts and replies of one epoch, drawn and disturbed anew; all draws come from the
    generator, so that a run that was stopped meets the same ones."""


def train_or_resume(
    lesson: Lesson,
    tokenizer: Any,
    settings: BaseSettings,
    out: Path,
    style: str,
    progress: bool = True,
    pause_after: int | None = None,
) -> BaseRun:
    """Train a new model, or go on from the checkpoint in `out`, and write the model folder.

    Args:
        lesson: what to learn.
        tokenizer: of the model.
        settings: size and training; they must be those of the checkpoint, if there is one.
        out: folder to write.
        style: the model's prompt style, noted beside the weights.
        progress: show a bar on standard error.
        pause_after: leave a checkpoint after this step and write no model.

    Raises:
        InputError: the checkpoint is of another run.
    """
    torch.manual_seed(settings.seed)
    trainer = Trainer(settings, tokenizer, lesson, out)
    run = trainer.run(progress, pause_after)
    if run.steps == settings.steps:
        _save(trainer.model, tokenizer, out, run, style)
        (out / _CHECKPOINT).unlink(missing_ok=True)
    return run


class Trainer:
    """One training run. Single-use."""

    def __init__(self, settings: BaseSettings, tokenizer: Any, lesson: Lesson, out: Path):
        self._settings, self._tokenizer, self._lesson = settings, tokenizer, lesson
        self.model = _new_model(settings, tokenizer)
        self._optimizer = _optimizer(self.model, settings)
        self._checkpoint = out / _CHECKPOINT
        self._losses: list[float] = []
        self._seconds = 0.0
        self._epochs = 0.0
        self._fast_type = _has_fast_bfloat16()
        out.mkdir(parents=True, exist_ok=True)

    def run(self, progress: bool, pause_after: int | None) -> BaseRun:
        """Train to the last step, or to the pause."""
        self._resume()
        self.model.train()
        settings, started = self._settings, time.perf_counter() - self._seconds
        with loss_progress(settings.steps, len(self._losses), shown=progress) as report:
            for batch in self._batches(len(self._losses)):
                self._losses.append(self._step(batch))
                self._seconds = time.perf_counter() - started
                report(self._losses[-1])
                done = len(self._losses)
                if done < settings.steps and (
                    done % settings.checkpoint_every == 0 or done == pause_after
                ):
                    self._save_checkpoint()
                if done == pause_after:
                    break
        return BaseRun(
            examples=self._lesson.examples,
            parameters=sum(p.numel() for p in self.model.parameters()),
            steps=len(self._losses),
            epochs=round(self._epochs, 2),
            seconds=round(self._seconds, 1),
            losses=_tenths(self._losses),
        )

    def _step(self, batch: Batch) -> float:
        settings, step = self._settings, len(self._losses)
        for group in self._optimizer.param_groups:
            group["lr"] = _rate(step, settings)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._fast_type):
            loss = _reply_loss(self.model, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return float(loss.detach())

    def _batches(self, done: int) -> Iterator[Batch]:
        """The batches from step `done` on; those before it are skipped, not replayed."""
        step, epoch = 0, 0
        while True:
            rng = np.random.default_rng([self._settings.seed, epoch])
            rows = _rows(*self._lesson.epoch(rng), self._tokenizer, self._settings.positions)
            plan = batches_of(rows, self._settings.batch_tokens, rng)
            for number, indices in enumerate(plan):
                if step >= self._settings.steps:
                    self._epochs = epoch + number / len(plan)
                    return
                if step >= done:
                    yield collate([rows[i] for i in indices], self._tokenizer.pad_token_id)
                step += 1
            epoch += 1

    def _save_checkpoint(self) -> None:
        state = {
            "settings": self._settings.model_dump(),
            "model": self.model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "losses": self._losses,
            "seconds": self._seconds,
        }
        part = self._checkpoint.with_suffix(".part")
        torch.save(state, part)
        part.replace(self._checkpoint)

    def _resume(self) -> None:
        if not self._checkpoint.exists():
            return
        state = torch.load(self._checkpoint, weights_only=True)
        if state["settings"] != self._settings.model_dump():
            raise InputError(
                "was written by a run with other settings; delete it to start anew",
                source=self._checkpoint,
            )
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._losses, self._seconds = state["losses"], state["seconds"]


def _new_model(settings: BaseSettings, tokenizer: Any) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=settings.hidden,
        intermediate_size=settings.intermediate,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        num_key_value_heads=settings.heads,
        max_position_embeddings=settings.positions,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config)


def _optimizer(model: Any, settings: BaseSettings) -> torch.optim.AdamW:
    """AdamW; norms are spared from weight decay."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() <= 1]
    groups = [
        {"params": matrices, "weight_decay": settings.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.rate, betas=(0.9, 0.95))


def _reply_loss(model: Any, batch: Batch) -> torch.Tensor:
    """Mean cross-entropy over reply tokens; the vocabulary is projected only there."""
    # Padding stands on the right, where a causal model never looks back at it from real tokens.
    hidden = model.model(input_ids=batch.tokens).last_hidden_state
    targets = batch.targets.flatten()
    wanted = (targets >= 0).nonzero().squeeze(1)
    # Filled up to a round number (with positions that count for nothing): see `batches._padded`.
    spare = (targets < 0).nonzero().squeeze(1)[: -len(wanted) % _ROUND]
    chosen = torch.cat([wanted, spare])
    logits = model.lm_head(hidden.flatten(0, 1)[chosen]).float()
    return torch.nn.functional.cross_entropy(logits, targets[chosen], ignore_index=-100)


def _rows(
    prompts: Sequence[str], replies: Sequence[str], tokenizer: Any, positions: int
) -> list[Row]:
    """Tokenised examples; over-long prompts lose their head."""
    encode = tokenizer.backend_tokenizer.encode_batch
    rows = []
    for prompt, reply in zip(
        encode(list(prompts), add_special_tokens=False),
        encode([_ended(reply) for reply in replies], add_special_tokens=False),
        strict=True,
    ):
        room = max(positions - len(reply.ids), 1)
        rows.append(Row(prompt.ids[-room:], reply.ids[: positions - 1]))
    return rows


def _ended(reply: str) -> str:
    """A plan alone is half a turn; anything else is a whole one."""
    return reply if reply.endswith(SEPARATOR) else f"{reply}{END}"


def _rate(step: int, settings: BaseSettings) -> float:
    """Linear warm-up, then a cosine down to a tenth."""
    if step < settings.warm_up:
        return settings.rate * (step + 1) / settings.warm_up
    share = (step - settings.warm_up) / max(1, settings.steps - settings.warm_up)
    return settings.rate * (0.1 + 0.45 * (1 + math.cos(math.pi * share)))


def _has_fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 in hardware; elsewhere it is slower."""
    return bool(torch.cpu._is_avx512_bf16_supported())


def _tenths(losses: Sequence[float]) -> tuple[float, ...]:
    parts = np.array_split(np.array(losses), min(10, len(losses)))
    return tuple(round(float(part.mean()), 3) for part in parts)


def _save(model: Any, tokenizer: Any, out: Path, run: BaseRun, style: str) -> None:
    model.half().save_pretrained(out)
    tokenizer.save_pretrained(out)
    card = {"prompt_style": style, "training": run.model_dump()}
    (out / CARD_FILE).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
