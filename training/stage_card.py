"""The model card of a further-trained model: what it came from, how, and what it learned."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.models.local import LocalModel
from ai_salesman.models.weights import CARD_FILE
from ai_salesman.training.base_metrics import measure_base
from ai_salesman.training.examples import examples_of
from ai_salesman.training.hearing import Hearing
from ai_salesman.training.model_card import figures_table, learned_replies
from ai_salesman.training.stage_log import log_entries

__all__ = ["add_speech_figures", "write_stage_card"]

_MEASURED = {
    "strategy": "greedy plans with the labelled strategy",
    "intent": "greedy plans with the labelled customer act",
    "evidence_gain": "evidence gain of greedy plans (nats a token)",
    "readable": "readable plans",
}


def write_stage_card(folder: Path, title: str, training: Mapping[str, Any]) -> None:
    """Write `MODEL_CARD.md`; the figures are the first and the last of the folder's log.

    Args:
        folder: of the model and its log.
        title: name of the stage.
        training: settings and facts of the training.
    """
    settings = "\n".join(f"| {name} | {value} |" for name, value in training.items())
    figures = _figures(folder / "log.jsonl")
    learned = "\n".join(
        f"| {_MEASURED[name]} | {first:.3f} | {last:.3f} |"
        for name, (first, last) in figures.items()
    )
    text = f"""# Salesman trained by {title}

Answers the salesman's strategies so far and what is heard of the customer with `<plan> | <reply>`,
or says a plan that it is given. Facts stand as slots in both. Made by `ai-salesman train`; how, and
what the terms mean, is told in docs/training.md.

## Training
| setting | value |
|---|---|
{settings}
"""
    if learned:
        text += f"""
## On held-out turns
Validation split: no template in common with training.

| figure | before | after |
|---|---|---|
{learned}
"""
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")


def add_speech_figures(
    folder: Path, dialogues: Sequence[CorpusDialogue], hearing: Hearing, measured: int = 200
) -> None:
    """Measure what the model says of given plans, and add it to its card.

    Args:
        folder: of a model with the package's own tokenizer.
        dialogues: the corpus that it learned from.
        hearing: how it hears customers.
        measured: held-out examples that replies are generated for.
    """
    held_out = examples_of(dialogues, Split.TEST, hearing)
    if not held_out:
        return
    model = LocalModel.at(f"hf:{folder}")
    metrics = measure_base(model, held_out, learned_replies(dialogues), measured)
    path = folder / CARD_FILE
    card = json.loads(path.read_text(encoding="utf-8")) | {"metrics": metrics.model_dump()}
    path.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    with (folder / "MODEL_CARD.md").open("a", encoding="utf-8") as file:
        file.write(
            f"\n## Replies to given plans, on held-out templates\n{figures_table(metrics)}\n"
        )


def _figures(log: Path) -> dict[str, tuple[float, float]]:
    """Figure -> its first and last value."""
    found: dict[str, tuple[float, float]] = {}
    for entry in log_entries(log):
        for name in _MEASURED:
            value = entry.get(f"held_out/{name}")
            if value is not None:
                found[name] = (found.get(name, (value,))[0], value)
    return found
