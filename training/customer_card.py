"""Measure a trained customer model and write its MODEL_CARD.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.models.local import LocalModel
from ai_salesman.models.weights import CARD_FILE
from ai_salesman.training.customer_calls import play_calls
from ai_salesman.training.customer_examples import CustomerExample, corpus_examples
from ai_salesman.training.customer_metrics import CustomerMetrics, lines_of, measure_customer
from ai_salesman.training.customer_model import CustomerSettings
from ai_salesman.training.customer_split import texts_of
from ai_salesman.training.trainer import BaseRun

__all__ = ["customer_card_text", "write_customer_card"]

_MOST_CALLS = 400
"""Played calls that it is measured on, and as many of the training split to compare with."""


def write_customer_card(
    folder: Path,
    dialogues: Sequence[CorpusDialogue],
    measured: int = 300,
    seed: int = 1,
    calls: int | None = None,
) -> CustomerMetrics:
    """Measure the model in `folder` on the test split, and write figures and card there."""
    calls = min(calls or _MOST_CALLS, _MOST_CALLS)
    model = LocalModel(folder)
    held_out = [
        *corpus_examples(dialogues, Split.TEST),
        *play_calls(calls, Split.TEST, seed),
    ]
    learned = [
        *corpus_examples(dialogues, Split.TRAIN),
        *play_calls(calls, Split.TRAIN, seed),
    ]
    metrics = measure_customer(model, held_out, learned, measured, seed)
    card = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))
    card["metrics"] = metrics.model_dump()
    (folder / CARD_FILE).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    run = BaseRun.model_validate(card["training"])
    text = customer_card_text(run, metrics, _samples(model, held_out))
    (folder / "MODEL_CARD.md").write_text(text, encoding="utf-8")
    return metrics


def _samples(model: LocalModel, held_out: Sequence[CustomerExample]) -> list[tuple[str, str]]:
    known = [example for example in held_out if example.mind]
    shown = known[:: max(1, len(known) // 5)][:5]
    said = zip(shown, lines_of(model, shown, 0.0), strict=True)
    chosen = zip(shown, lines_of(model, shown, 0.0, decides=True), strict=True)
    return [
        *((" / ".join(example.said()[:2]), reply) for example, reply in said),
        *((" / ".join(example.chosen()[:2]), reply) for example, reply in chosen),
    ]


def customer_card_text(
    run: BaseRun, metrics: CustomerMetrics, samples: Sequence[tuple[str, str]]
) -> str:
    """The card as Markdown."""
    shown = "\n".join(f"- `{prompt}`\n  {reply}" for prompt, reply in samples)
    m = metrics
    return f"""# Embedded customer

A Llama-style causal language model of {run.parameters / 1e6:.1f} million parameters with a
byte-level BPE of its own, trained from scratch on a processor by `ai-salesman train customer`.
One model, two ways: after `say` it words the acts that are named; after `decide` it is given the
customer's state in bands (interest, trust, patience, the price beside the reserve, open
objections, whether a decision was asked for) and answers `act: line`. Both see the salesman's
last words. What the line mentions stands as `{{slots}}`.

## Data
{len(texts_of(Split.TRAIN)):,} hand-written customer templates and short answers of the training
split, in {run.examples:,} customer turns: those of the corpus, and those of
{CustomerSettings().calls:,} calls in which the corpus's salesmen call the `agenda` mind (training
wording on both sides, personas drawn twice as varied as in a campaign, the corpus's trades). The
corpus's own buyers have no trust, price or reserve, so they cannot teach when to agree; their
turns teach wording, and decisions with an unknown state. In the played calls acts and needs are
heard from the corpus's labels, money, names, questions and remedies by the ear's rules.
Whole templates are held out, on both sides: no test line shares one with a training line.

The state is shown in bands, without what the customer believes of the offer, and withheld in a
part of the examples, so a decision is a draw from what the agenda mind tends to do in such a
state, not the agenda's own.

## Training
{run.steps:,} steps, {run.epochs} epochs, {run.seconds / 60:.0f} minutes.
Mean loss of each tenth: {", ".join(f"{loss:.2f}" for loss in run.losses)}.

## Figures on held-out templates
{m.examples:,} turns, lines made for {m.measured}. These are raw lines: in a call, the first of four
is said that mentions the right slots, repeats nothing, joins no words that stand together in no
template, does what it should, and does not sell; else a template is.

| figure | value |
|---|---|
| perplexity, act given | {m.perplexity:.1f} |
| perplexity of act and line, state given | {m.perplexity_deciding:.1f} |
| wanted act heard by the judge's ear in greedy lines | {m.acts.judges_ear:.2f} |
| the same in hand-written held-out lines | {m.acts_written.judges_ear:.2f} |
| wanted act read by the planner's intent reader in greedy lines | {m.acts.intent_reader:.2f} |
| the same in hand-written held-out lines | {m.acts_written.intent_reader:.2f} |
| greedy lines that mention exactly the wanted slots | {m.slots_exact:.2f} |
| sampled decisions that name an act | {m.names_an_act:.2f} |
| sampled decisions that are the agenda's | {m.agrees_with_agenda:.2f} |
| likeliest decisions that are the agenda's | {m.likeliest_is_agendas:.2f} |
| distinct-1, distinct-2 of sampled lines | {m.distinct_1:.3f}, {m.distinct_2:.3f} |
| the same of as many hand-written training lines | {_pair_of(m)} |
| sampled lines equal to a training line | {m.copied_whole:.2f} |
| their 8-word sequences found in training | {m.copied_8_grams:.2f} |
| sampled lines in which the role guard hears a salesman | {m.role_inversion:.3f} |

The intent reader learned from the same training templates as this model, so it reads the model's
lines more easily than unseen hand-written ones. The copies say it plainly: the model chooses and
joins what it was taught.

## Greedy replies to held-out prompts
{shown}

## Limits
English, telephone register, sales calls only. In the training data the line follows from the act
and the style and hardly from the salesman's words, so wording does not answer details of what was
said. The agenda's settings and this model's decisions come from one source: rankings of agents
that both confirm are weaker evidence than a customer played by another model would give.
"""


def _pair_of(metrics: CustomerMetrics) -> str:
    return f"{metrics.distinct_1_written:.3f}, {metrics.distinct_2_written:.3f}"
