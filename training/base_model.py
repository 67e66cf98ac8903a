"""Train the embedded salesman from scratch: a small Llama on outlines and delexicalised replies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ai_salesman.conversation.errors import InputError
from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.training.base_settings import BaseSettings
from ai_salesman.training.examples import Augmentation, Example, evened, examples_of
from ai_salesman.training.own_tokenizer import prompt_text, train_tokenizer
from ai_salesman.training.trainer import BaseRun, Lesson, train_or_resume

__all__ = ["train_base"]


def train_base(
    dialogues: Sequence[CorpusDialogue],
    out: Path,
    settings: BaseSettings | None = None,
    progress: bool = True,
    pause_after: int | None = None,
) -> BaseRun:
    """Train on the training split of `dialogues` and write the model folder `out`.

    The folder holds weights in half precision, tokenizer, chat template, configuration and
    `ai_salesman.json`; `training.model_card.write_card` measures it and adds the card.

    Args:
        dialogues: the corpus.
        out: folder to write.
        settings: None takes those of the shipped weights.
        progress: show a bar on standard error.
        pause_after: leave a checkpoint after this step and write no model; the same call
            without it goes on from there.

    Raises:
        InputError: there is nothing to learn from, or the checkpoint is of another run.
    """
    settings = settings or BaseSettings()
    examples = examples_of(dialogues, Split.TRAIN)
    if not examples:
        raise InputError("the corpus holds no training example; build a larger one")
    tokenizer = train_tokenizer(_texts(examples), settings.vocabulary)
    lesson = _lesson(examples)
    return train_or_resume(lesson, tokenizer, settings, out, "outline", progress, pause_after)


def _lesson(examples: Sequence[Example]) -> Lesson:
    how = Augmentation()

    def epoch(rng: np.random.Generator) -> tuple[list[str], list[str]]:
        drawn = evened(examples, rng, lambda example: example.strategy)
        prompts = [prompt_text(*example.disturbed(rng, how)) for example in drawn]
        return prompts, [example.reply for example in drawn]

    return Lesson(len(examples), epoch)


def _texts(examples: Sequence[Example]) -> Iterator[str]:
    """What the tokenizer learns from: every distinct reply and every prompt."""
    yield from sorted({example.reply for example in examples})
    for example in examples:
        yield from example.prompt()
