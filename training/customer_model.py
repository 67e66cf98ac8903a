"""Train the learned customer from scratch: a small Llama on acts, states and customer lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ai_salesman.conversation.errors import InputError
from ai_salesman.corpus.customer_lines import customer_lines
from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.corpus.splits import split_templates
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.simulators.line_check import READER_FILE
from ai_salesman.training.base_settings import BaseSettings, Count, Rate
from ai_salesman.training.customer_calls import play_calls
from ai_salesman.training.customer_examples import (
    CustomerAugmentation,
    CustomerExample,
    corpus_examples,
)
from ai_salesman.training.examples import evened
from ai_salesman.training.heads import labelled_lines
from ai_salesman.training.own_tokenizer import BUYS, prompt_text, train_tokenizer
from ai_salesman.training.trainer import BaseRun, Lesson, train_or_resume

__all__ = ["CustomerSettings", "train_customer", "train_line_reader"]

_COPIES = 3
"""How often a template enters the line reader's training, filled anew."""


class CustomerSettings(BaseSettings):
    """Size of the customer model, and its training. The defaults are the shipped weights'."""

    hidden: Count = 256
    layers: Count = 5
    intermediate: Count = 704
    heads: Count = 4
    positions: Count = 160
    steps: Count = 1200
    rate: Rate = 2e-3
    calls: Count = 4000
    """Calls played by the agenda mind, beside those of the corpus."""


def train_customer(
    dialogues: Sequence[CorpusDialogue],
    out: Path,
    settings: CustomerSettings | None = None,
    progress: bool = True,
    pause_after: int | None = None,
) -> BaseRun:
    """Train on the customer side of the training split and write the model folder `out`.

    A customer also needs what `train_line_reader` adds to the folder;
    `training.customer_card.write_customer_card` adds figures and card.

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
    settings = settings or CustomerSettings()
    heard = corpus_examples(dialogues, Split.TRAIN)
    if not heard:
        raise InputError("the corpus holds no training example; build a larger one")
    played = list(play_calls(settings.calls, Split.TRAIN, settings.seed))
    tokenizer = train_tokenizer(_texts([*heard, *played]), settings.vocabulary, BUYS)
    lesson = _lesson(heard, played)
    return train_or_resume(lesson, tokenizer, settings, out, "customer", progress, pause_after)


def train_line_reader(out: Path, encoder: MiniLMEncoder, seed: int = 1) -> TextHead:
    """Train the head by which the customer checks its own lines, and save it in `out`.

    It learns from the training templates, each filled and roughened `_COPIES` times.
    """
    known = customer_lines()
    splits = split_templates((line.id, line.act) for line in known)
    learned = [line for line in known if splits[line.id] is Split.TRAIN]
    head = TextHead.fit(*labelled_lines(learned, _COPIES, seed), encoder)
    head.save(out / READER_FILE)
    return head


def _lesson(heard: Sequence[CustomerExample], played: Sequence[CustomerExample]) -> Lesson:
    how, examples = CustomerAugmentation(), [*heard, *played]

    def epoch(rng: np.random.Generator) -> tuple[list[str], list[str]]:
        drawn = evened(examples, rng, lambda example: example.act)
        turns = [example.disturbed(rng, how) for example in drawn]
        prompts = [prompt_text(plan, words, BUYS) for plan, words, _ in turns]
        return prompts, [reply for _, _, reply in turns]

    return Lesson(len(examples), epoch)


def _texts(examples: Sequence[CustomerExample]) -> Iterator[str]:
    """What the tokenizer learns from: every distinct line, and every prompt."""
    yield from sorted({example.line for example in examples})
    for example in examples:
        yield example.said()[0]
        yield from example.chosen()[:2]
