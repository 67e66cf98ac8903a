"""Supervised fine-tuning: learn plan and reply by imitating the salesmen of the corpus.

The baseline of the training stage. Plans and replies are taken as they are, the noise included.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from ai_salesman.conversation.errors import InputError
from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.training.base_settings import Count
from ai_salesman.training.plan_examples import PlanExample, plan_examples
from ai_salesman.training.prompt_form import PromptForm
from ai_salesman.training.stage import (
    StageFolder,
    StageSettings,
    common_arguments,
    lora_of,
    open_start,
)
from ai_salesman.training.stage_card import add_speech_figures
from ai_salesman.training.stage_progress import LogFile, StageBar

__all__ = ["Imitated", "SftSettings", "train_sft"]


class Imitated(StrEnum):
    """Which calls are imitated."""

    WON = "won"
    """Those that ended with an agreement."""
    ALL = "all"
    """Every call."""


class SftSettings(StageSettings):
    """Supervised fine-tuning."""

    steps: Count = 400
    rate: float = 3e-4
    batch: Count = 32
    """Turns in one step."""
    calls: Imitated = Imitated.WON


def train_sft(
    dialogues: Sequence[CorpusDialogue], out: Path, settings: SftSettings, progress: bool = True
) -> None:
    """Fine-tune on the training split and write the model folder `out`.

    Raises:
        InputError: there is nothing to imitate, or `out` holds another training.
    """
    folder = StageFolder(out, settings)
    if folder.finished:
        return
    examples = [
        example
        for example in plan_examples(dialogues, Split.TRAIN)
        if example.won or settings.calls is Imitated.ALL
    ]
    if not examples:
        raise InputError("the corpus' training split holds no won call with labelled turns")
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    start = open_start(settings.base)
    started = time.perf_counter()
    trainer = SFTTrainer(
        model=start.model,
        args=SFTConfig(
            per_device_train_batch_size=settings.batch,
            completion_only_loss=True,
            max_length=256,
            **common_arguments(folder, settings),
        ),
        train_dataset=Dataset.from_list(_rows(examples, start.form, settings)),
        processing_class=start.tokenizer,
        peft_config=lora_of(settings.lora),
        callbacks=[StageBar("SFT", "loss", progress), LogFile(folder.log)],
    )
    trainer.train(resume_from_checkpoint=folder.checkpoint())
    facts = {"examples": len(examples), "seconds": round(time.perf_counter() - started, 1)}
    folder.finish("SFT", trainer.model, start.tokenizer, facts)
    if start.is_own:
        add_speech_figures(out, dialogues)


def _rows(
    examples: Sequence[PlanExample], form: PromptForm, settings: SftSettings
) -> list[dict[str, Any]]:
    """As many examples as the run will see, drawn without return."""
    rng = np.random.default_rng(settings.seed)
    wanted = min(len(examples), settings.steps * settings.batch)
    chosen = rng.permutation(len(examples))[:wanted]
    return [
        {
            "prompt": form.open(example.context),
            "completion": f"{example.plan.text()} | {example.reply}",
        }
        for example in (examples[int(i)] for i in chosen)
    ]
