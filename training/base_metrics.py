"""Measure an outline model: perplexity, slot accuracy, variety, and how much it copies.

All figures are about held-out templates: wording that training has never met. Perplexity and
the slots are read with the very code that speaks in a call.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict

from ai_salesman.corpus.plan_prompt import SEPARATOR, plan_messages, stated_facts
from ai_salesman.models.base import ChatRequest
from ai_salesman.models.local import LocalModel
from ai_salesman.training.batches import Row, collate
from ai_salesman.training.examples import Example
from ai_salesman.training.own_tokenizer import END
from ai_salesman.training.plan_tokenizer import planned_prompt
from ai_salesman.training.rewards import is_whole

__all__ = [
    "BaseMetrics",
    "copied_grams",
    "copied_whole",
    "distinct",
    "measure_base",
    "perplexity",
    "replies_of",
    "reply_perplexity",
]

_MOST_TOKENS = 96
_READ = 5
"""To read an example costs a fifth of generating it, so five times as many are read."""
_ROWS = 32


class BaseMetrics(BaseModel):
    """The figures of one model."""

    model_config = ConfigDict(frozen=True)

    examples: int
    """Held-out examples."""
    measured: int
    """How many of them replies were generated for."""
    perplexity: float
    """Per token of held-out replies, with the plan."""
    perplexity_without_plan: float
    slots_with_plan: float
    """Share of greedy replies that state exactly the planned fact slots; over examples that
    plan at least one."""
    slots_without_plan: float
    """The same when the plan is withheld: what can be guessed from the customer's words."""
    planned_stated: float
    """Share of planned fact slots that the greedy reply with the plan states."""
    distinct_1: float
    """Distinct words per word of sampled replies."""
    distinct_2: float
    whole: float
    """Share of sampled replies that are whole sentences, none said twice."""
    unseen_3_grams: float
    """Share of the 3-word sequences of sampled replies that training never showed."""
    copied_whole: float
    """Share of sampled replies that equal a training template or reply, word for word."""
    copied_8_grams: float
    """Share of the 8-word sequences of sampled replies that occur in training."""


def measure_base(
    model: LocalModel,
    held_out: Sequence[Example],
    learned: Collection[str],
    measured: int = 200,
    seed: int = 1,
) -> BaseMetrics:
    """Measure `model` on held-out examples.

    Args:
        model: an outline model.
        held_out: examples of another split than the one learned from.
        learned: replies and templates that training met.
        measured: most examples to generate replies for; perplexity is of five times as many.
        seed: of the choice of examples, and of sampling.
    """
    rng = np.random.default_rng(seed)
    mixed = [held_out[int(i)] for i in rng.permutation(len(held_out))[: _READ * measured]]
    chosen = mixed[:measured]
    factual = [example for example in chosen if stated_facts(example.reply)]
    greedy = replies_of(model, factual, temperature=0.0)
    unplanned = replies_of(model, factual, temperature=0.0, planned=False)
    sampled = replies_of(model, chosen, temperature=0.7, seed=seed)
    return BaseMetrics(
        examples=len(held_out),
        measured=len(chosen),
        perplexity=perplexity(model, mixed),
        perplexity_without_plan=perplexity(model, mixed, planned=False),
        slots_with_plan=_exact(factual, greedy),
        slots_without_plan=_exact(factual, unplanned),
        planned_stated=_stated(factual, greedy),
        distinct_1=distinct(sampled, 1),
        distinct_2=distinct(sampled, 2),
        whole=_mean([is_whole(reply) for reply in sampled]),
        unseen_3_grams=1.0 - copied_grams(sampled, learned, 3),
        copied_whole=copied_whole(sampled, learned),
        copied_8_grams=copied_grams(sampled, learned),
    )


def replies_of(
    model: LocalModel,
    examples: Sequence[Example],
    *,
    temperature: float,
    planned: bool = True,
    seed: int = 0,
) -> list[str]:
    """What the model says to each example's prompt."""
    return [
        reply.text
        for reply in model.answer(
            [
                _request(*example.prompt(planned), temperature, seed + 1_000 * i)
                for i, example in enumerate(examples)
            ]
        )
    ]


def _request(plan: str, context: str, temperature: float, seed: int) -> ChatRequest:
    return ChatRequest(
        messages=plan_messages(context, f"{plan}{SEPARATOR}"),
        max_tokens=_MOST_TOKENS,
        temperature=temperature,
        seed=seed,
    )


def perplexity(model: LocalModel, examples: Sequence[Example], planned: bool = True) -> float:
    """exp of the mean negative log-likelihood of the reply tokens."""
    pairs = []
    for example in examples:
        plan, context = example.prompt(planned)
        pairs.append((planned_prompt(context, plan), f" {example.reply}"))
    return reply_perplexity(model, pairs)


def reply_perplexity(model: LocalModel, pairs: Sequence[tuple[str, str]]) -> float:
    """The same for (prompt as the model reads it, reply) pairs."""
    network = model.network
    rows = [_row(model.tokenizer, prompt, reply) for prompt, reply in pairs]
    order = sorted(range(len(rows)), key=lambda i: rows[i].length)
    loss, count = 0.0, 0
    with torch.inference_mode():
        for start in range(0, len(order), _ROWS):
            batch = collate([rows[i] for i in order[start : start + _ROWS]], 0)
            wanted = batch.targets >= 0
            logits = network(input_ids=batch.tokens).logits[wanted].float()
            loss += float(
                torch.nn.functional.cross_entropy(logits, batch.targets[wanted], reduction="sum")
            )
            count += int(wanted.sum())
    return math.exp(loss / max(count, 1))


def _row(tokenizer: Any, prompt: str, reply: str) -> Row:
    encode = tokenizer.backend_tokenizer.encode
    start = encode(prompt, add_special_tokens=False).ids
    return Row(start, encode(f"{reply}{END}", add_special_tokens=False).ids)


def _exact(examples: Sequence[Example], replies: Sequence[str]) -> float:
    pairs = zip(examples, replies, strict=True)
    return _mean([stated_facts(example.reply) == stated_facts(reply) for example, reply in pairs])


def _stated(examples: Sequence[Example], replies: Sequence[str]) -> float:
    return _mean(
        [
            slot in stated_facts(reply)
            for example, reply in zip(examples, replies, strict=True)
            for slot in stated_facts(example.reply)
        ]
    )


def distinct(texts: Sequence[str], n: int) -> float:
    """Distinct n-grams of words per n-gram (Li et al., 2016)."""
    grams = [gram for text in texts for gram in _grams(text, n)]
    return len(set(grams)) / max(len(grams), 1)


def copied_whole(texts: Sequence[str], learned: Collection[str]) -> float:
    """Share of `texts` whose words are those of a learned text."""
    known = {tuple(_words(text)) for text in learned}
    return _mean([tuple(_words(text)) in known for text in texts])


def copied_grams(texts: Sequence[str], learned: Collection[str], length: int = 8) -> float:
    """Share of the sequences of so many words of `texts` that occur in a learned text."""
    known = {gram for text in learned for gram in _grams(text, length)}
    return _mean([gram in known for text in texts for gram in _grams(text, length)])


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9_{}']+", text.lower())


def _grams(text: str, n: int) -> list[tuple[str, ...]]:
    words = _words(text)
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
