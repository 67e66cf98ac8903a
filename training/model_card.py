"""Measure a trained base model and write its MODEL_CARD.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.corpus.salesman_templates import salesman_templates
from ai_salesman.corpus.stats import TemplateCounts, corpus_stats, count_templates
from ai_salesman.models.local import LocalModel
from ai_salesman.models.weights import CARD_FILE
from ai_salesman.training.base_metrics import BaseMetrics, measure_base, replies_of
from ai_salesman.training.examples import examples_of
from ai_salesman.training.hearing import Hearing, hear_corpus
from ai_salesman.training.trainer import BaseRun

__all__ = ["card_text", "figures_table", "learned_replies", "write_card"]


def write_card(
    folder: Path,
    dialogues: Sequence[CorpusDialogue],
    measured: int = 200,
    hearing: Hearing | None = None,
) -> BaseMetrics:
    """Measure the model in `folder` on the test split, and write figures and card there.

    Args:
        folder: of the model.
        dialogues: the corpus that it learned from.
        measured: held-out examples that replies are generated for.
        hearing: how it hears customers; None makes hints, by the package's encoder.
    """
    model = LocalModel(folder)
    held_out = examples_of(dialogues, Split.TEST, hearing or hear_corpus(dialogues))
    metrics = measure_base(model, held_out, learned_replies(dialogues), measured)
    card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    card["metrics"] = metrics.model_dump()
    (folder / CARD_FILE).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    shown = held_out[:: max(1, len(held_out) // 6)][:6]
    replies = replies_of(model, shown, temperature=0.0)
    samples = [
        (" / ".join(example.prompt()), reply) for example, reply in zip(shown, replies, strict=True)
    ]
    run = BaseRun.model_validate(card["training"])
    text = card_text(run, metrics, dialogues, count_templates(), samples)
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")
    return metrics


def learned_replies(dialogues: Sequence[CorpusDialogue]) -> set[str]:
    """Every reply that training met, and the templates they were made from."""
    examples = examples_of(dialogues, Split.TRAIN)
    used = {
        name
        for dialogue in dialogues
        if dialogue.split is Split.TRAIN
        for turn in dialogue.turns
        for name in turn.templates
    }
    templates = {template.text for template in salesman_templates() if template.id in used}
    return templates | {example.reply for example in examples}


def figures_table(metrics: BaseMetrics) -> str:
    """What a model says on held-out templates, as Markdown."""
    return f"""{metrics.examples:,} examples, replies generated for {metrics.measured}.

| figure | value |
|---|---|
| perplexity with the plan | {metrics.perplexity:.1f} |
| perplexity without | {metrics.perplexity_without_plan:.1f} |
| greedy replies that state exactly the planned facts | {metrics.slots_with_plan:.2f} |
| the same without the plan | {metrics.slots_without_plan:.2f} |
| planned facts that are stated | {metrics.planned_stated:.2f} |
| distinct-1, distinct-2 | {metrics.distinct_1:.3f}, {metrics.distinct_2:.3f} |
| sampled replies of whole sentences, none twice | {metrics.whole:.2f} |
| their 3-word sequences that training never showed | {metrics.unseen_3_grams:.3f} |
| sampled replies equal to a training reply | {metrics.copied_whole:.2f} |
| their 8-word sequences found in training | {metrics.copied_8_grams:.2f} |"""


def card_text(
    run: BaseRun,
    metrics: BaseMetrics,
    dialogues: Sequence[CorpusDialogue],
    templates: TemplateCounts,
    samples: Sequence[tuple[str, str]],
) -> str:
    """The card as Markdown."""
    stats = corpus_stats(dialogues)
    said = "\n".join(f"- `{prompt}`\n  {reply}" for prompt, reply in samples)
    return f"""# Salesman, base model

A Llama-style causal language model of {run.parameters / 1e6:.1f} million parameters with a
byte-level BPE of its own, trained from scratch on a processor by `ai-salesman train base`.
It takes the salesman's strategies so far, hints of what the customer's words mean and a plan (act,
stage, strategy, fact slots), and answers with one salesman turn; asked without a plan it makes one
first, and which one fits it knows only dimly (see docs/training.md). Facts stand as `{{slots}}`.

## Data
{templates.total:,} hand-written pieces: {templates.customer:,} customer templates,
{templates.salesman_good:,} good and {templates.salesman_bad:,} bad salesman templates,
{templates.connectives:,} connecting pieces. They were joined into {stats.dialogues:,} calls with
{stats.salesman_turns:,} salesman turns ({stats.distinct_salesman_texts:,} different texts);
{stats.bad_habit_turns:,} turns with a bad habit are not learned from. Whole templates are held
out: no test reply shares a template with a training reply.

## Training
{run.examples:,} examples, {run.steps:,} steps, {run.epochs} epochs, {run.seconds / 60:.0f} minutes.
Mean loss of each tenth: {", ".join(f"{loss:.2f}" for loss in run.losses)}.

## Figures on held-out templates
{figures_table(metrics)}

Sequences that training never showed are new sentences, or garbled ones. The last two rows say it
plainly: the model chooses and joins what it was taught far more than it
invents. That keeps it on topic, and it is no evidence of understanding.

## Greedy replies to held-out prompts
{said}

## Limits
English, telephone register, sales calls only. It never sees the customer's words, only the
likeliest dialogue acts of the last turn (`hints.safetensors`, on a pretrained encoder). It
states facts only as slots; figures come from the campaign's fact sheet when slots are filled.
"""
