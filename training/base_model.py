"""Train the embedded salesman from scratch: a small Llama on contexts, plans and replies.

It hears customers through hints of what their words mean (`training.hearing`), and the head that
gives them becomes part of its folder.

The base model learns to *say* a plan: the reply from context and plan. It also learns to read the
customer's act, and what plans look like; which one answers the act it learns only dimly, for four
times in five it is shown that of another call's turn at the same place. It stands for a general
model: it understands people and knows the words of the trade, but not what sells. To plan is left
to `training.sft` and `training.grpo`.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ai_salesman.conversation.errors import InputError
from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.corpus.plan_prompt import SEPARATOR
from ai_salesman.models.act_hints import HINTS_FILE
from ai_salesman.training.base_settings import BaseSettings
from ai_salesman.training.examples import Augmentation, Example, evened, examples_of
from ai_salesman.training.hearing import Hearing, hear_corpus
from ai_salesman.training.plan_tokenizer import open_prompt, plan_tokenizer, planned_prompt
from ai_salesman.training.trainer import BaseRun, Lesson, train_or_resume

__all__ = ["train_base"]


def train_base(
    dialogues: Sequence[CorpusDialogue],
    out: Path,
    settings: BaseSettings | None = None,
    progress: bool = True,
    pause_after: int | None = None,
    hearing: Hearing | None = None,
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
        hearing: how customers are heard; None makes hints, by the package's encoder.

    Raises:
        InputError: there is nothing to learn from, or the checkpoint is of another run.
    """
    settings = settings or BaseSettings()
    if not examples_of(dialogues, Split.TRAIN):
        raise InputError("the corpus holds no training example; build a larger one")
    hearing = hearing or hear_corpus(dialogues)
    examples = examples_of(dialogues, Split.TRAIN, hearing)
    tokenizer = plan_tokenizer(_texts(examples), settings.vocabulary)
    lesson = _lesson(examples)
    out.mkdir(parents=True, exist_ok=True)
    if hearing.head:
        shutil.copy(hearing.head / HINTS_FILE, out / HINTS_FILE)
    return train_or_resume(lesson, tokenizer, settings, out, "plan", progress, pause_after)


def _lesson(examples: Sequence[Example]) -> Lesson:
    how = Augmentation()
    peers = defaultdict(list)
    for example in examples:
        peers[_place(example)].append(example.plan)

    def row(example: Example, rng: np.random.Generator) -> tuple[str, str]:
        if rng.random() < how.plan_only:
            plans = peers[_place(example)]
            peer = plans[int(rng.integers(len(plans)))]._replace(intent=example.plan.intent)
            plan = example.plan if rng.random() < how.own_plan else peer
            return open_prompt(example.context), f"{plan.text()}{SEPARATOR}"
        plan_text, context = example.prompt(planned=bool(rng.random() >= how.no_plan))
        return planned_prompt(context, plan_text), f" {example.reply}"

    def epoch(rng: np.random.Generator) -> tuple[list[str], list[str]]:
        drawn = evened(examples, rng, lambda example: example.plan.strategy)
        rows = [row(example, rng) for example in drawn]
        return [prompt for prompt, _ in rows], [reply for _, reply in rows]

    return Lesson(len(examples), epoch)


def _place(example: Example) -> int:
    """How far the call is; from the twelfth turn on there are few."""
    return min(len(example.done), 12)


def _texts(examples: Sequence[Example]) -> Iterator[str]:
    """What the tokenizer learns from: every distinct reply and every prompt."""
    yield from (f" {reply}" for reply in sorted({example.reply for example in examples}))
    for example in examples:
        yield from example.prompt()
