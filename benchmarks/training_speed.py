"""Tokens per second of `train base`, beside a bare torch loop over the same batches.

    python benchmarks/training_speed.py            # two minutes
    python benchmarks/training_speed.py --page     # and into docs/performance.md

Both train the shipped size of model on the same padded batches, in the number format that the
trainer takes here, with AdamW and clipped gradients, on one thread. The bare loop has its batches
ready beforehand and takes the loss that transformers computes, over every position. The trainer
draws and tokenises its batches as it goes, and projects the vocabulary at the reply's positions
alone. Rounds alternate; CPU seconds, medians.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import torch
from page import put

from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import Split
from ai_salesman.training.base_settings import BaseSettings
from ai_salesman.training.examples import examples_of
from ai_salesman.training.plan_tokenizer import plan_tokenizer, planned_prompt
from ai_salesman.training.trainer import (
    Lesson,
    Trainer,
    _has_fast_bfloat16,
    _new_model,
    _optimizer,
)


def lesson() -> tuple[Lesson, list[str]]:
    """Examples of a small corpus, the same in each epoch, and their texts."""
    dialogues = list(build_corpus(CorpusSettings(dialogues=200)))
    examples = examples_of(dialogues, Split.TRAIN)
    prompts = [planned_prompt(context, plan) for plan, context in (e.prompt() for e in examples)]
    replies = [f" {example.reply}" for example in examples]
    return Lesson(len(examples), lambda _rng: (prompts, replies)), [*prompts, *replies]


def bare(model: Any, settings: BaseSettings, batches: list[Any]) -> float:
    """CPU seconds of the bare loop."""
    optimizer = _optimizer(model, settings)
    model.train()
    before = time.process_time()
    for batch in batches:
        labels = torch.full_like(batch.tokens, -100)
        labels[:, 1:] = batch.targets[:, :-1]
        with torch.autocast("cpu", torch.bfloat16, enabled=_has_fast_bfloat16()):
            loss = model(input_ids=batch.tokens, labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return time.process_time() - before


def ours(settings: BaseSettings, tokenizer: Any, taught: Lesson, folder: Path) -> float:
    """CPU seconds of the trainer."""
    trainer = Trainer(settings, tokenizer, taught, folder)
    before = time.process_time()
    trainer.run(progress=False, pause_after=None)
    return time.process_time() - before


def measure(steps: int, rounds: int) -> str:
    """Alternate, and compare."""
    torch.set_num_threads(1)
    settings = BaseSettings(steps=steps, checkpoint_every=10_000)
    taught, texts = lesson()
    tokenizer = plan_tokenizer(texts, settings.vocabulary)
    found: dict[str, list[float]] = {"trainer": [], "bare torch loop": []}
    with tempfile.TemporaryDirectory() as folder:
        batches = list(Trainer(settings, tokenizer, taught, Path(folder))._batches(0))
        tokens = sum(batch.tokens.numel() for batch in batches)
        bare(_new_model(settings, tokenizer), settings, batches[:2])  # warm
        for _ in range(rounds):
            found["trainer"].append(tokens / ours(settings, tokenizer, taught, Path(folder)))
            model = _new_model(settings, tokenizer)
            found["bare torch loop"].append(tokens / bare(model, settings, batches))
    pairs = zip(found["trainer"], found["bare torch loop"], strict=True)
    lines = ["| | padded tokens per CPU second |", "|---|---|"]
    lines += [f"| {name} | {median(speeds):,.0f} |" for name, speeds in found.items()]
    ratio = median(mine / theirs for mine, theirs in pairs)
    return "\n".join([*lines, "", f"The trainer makes {ratio:.2f} times the bare loop's tokens."])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", action="store_true", help="write into docs/performance.md")
    options = parser.parse_args()
    found = measure(options.steps, options.rounds)
    print(found)
    if options.page:
        put("training", found)


if __name__ == "__main__":
    main()
