"""Supervised fine-tuning: learn plan and reply by imitating the salesmen of the corpus.

The baseline of the training stage. Plans and replies are taken as they are, the noise included.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from ai_salesman.conversation.errors import InputError
from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.corpus.plan_prompt import SEPARATOR
from ai_salesman.training.base_settings import Count, Rate
from ai_salesman.training.plan_examples import Imitated, PlanExample, imitated, plan_examples
from ai_salesman.training.stage import (
    StageFolder,
    StageSettings,
    StartingPoint,
    common_arguments,
    open_start,
    with_lora,
)
from ai_salesman.training.stage_card import add_speech_figures
from ai_salesman.training.stage_progress import LogFile, StageBar

__all__ = ["SftSettings", "train_sft"]


class SftSettings(StageSettings):
    """Supervised fine-tuning."""

    steps: Count = 400
    rate: Rate = 3e-3
    batch: Count = 32
    """Turns in one step."""
    calls: Imitated = Imitated.WON
    spoken: Annotated[float, Field(ge=0, le=1)] = 0.4
    """Share of turns that are learned whole; of the others the plan alone."""


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
    if not imitated(plan_examples(dialogues, Split.TRAIN), settings.calls):
        raise InputError("the corpus' training split holds no won call with labelled turns")
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    start = open_start(settings.base)
    hearing = start.hearing(dialogues)
    examples = imitated(plan_examples(dialogues, Split.TRAIN, hearing), settings.calls)
    started = time.perf_counter()
    trainer = SFTTrainer(
        model=with_lora(start.model, settings.lora),
        args=SFTConfig(
            per_device_train_batch_size=settings.batch,
            completion_only_loss=True,
            max_length=256,
            **common_arguments(folder, settings),
        ),
        train_dataset=Dataset.from_list(_rows(examples, start, settings)),
        processing_class=start.tokenizer,
        callbacks=[StageBar("SFT", "loss", progress), LogFile(folder.log)],
    )
    trainer.train(resume_from_checkpoint=folder.checkpoint())
    facts = {"examples": len(examples), "seconds": round(time.perf_counter() - started, 1)}
    folder.finish("SFT", trainer.model, start.tokenizer, facts)
    if start.is_own:
        add_speech_figures(out, dialogues, hearing)


def _rows(
    examples: Sequence[PlanExample], start: StartingPoint, settings: SftSettings
) -> list[dict[str, Any]]:
    """As many examples as the run will see, drawn without return; of some the plan alone.

    They are tokenised here: a library that sees text ends every row with the end of a turn, which a
    plan alone has not.
    """
    rng = np.random.default_rng(settings.seed)
    wanted = min(len(examples), settings.steps * settings.batch)
    chosen = [examples[int(i)] for i in rng.permutation(len(examples))[:wanted]]
    spoken = rng.random(len(chosen)) < settings.spoken
    end = start.tokenizer.eos_token_id

    def encode(text: str) -> list[int]:
        ids: list[int] = start.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    rows = []
    for example, says in zip(chosen, spoken, strict=True):
        prompt = encode(start.form.open(example.context))
        said = f"{example.plan.text()}{SEPARATOR}"
        learned = [*encode(f"{said} {example.reply}"), end] if says else encode(said)
        mask = [0] * len(prompt) + [1] * len(learned)
        rows.append({"input_ids": prompt + learned, "completion_mask": mask})
    return rows
