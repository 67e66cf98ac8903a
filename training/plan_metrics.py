"""How well a model plans on held-out contexts: the figures by which learning is followed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, stdev
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict

from ai_salesman.corpus.plan_prompt import SEPARATOR, Completion, read_completion
from ai_salesman.models.decode import Prompt, decode
from ai_salesman.models.llama import lean_of
from ai_salesman.training.evidence import Claim, EvidenceScorer
from ai_salesman.training.plan_examples import PlanExample
from ai_salesman.training.prompt_form import PromptForm

__all__ = ["PlanMetrics", "measure_plans", "planned_by"]

_PLAN_TOKENS = 28


class PlanMetrics(BaseModel):
    """Figures of greedy plans on held-out turns."""

    model_config = ConfigDict(frozen=True)

    examples: int
    readable: float
    """Share of completions that begin with a plan."""
    strategy: float
    """Share that names the labelled strategy."""
    intent: float
    """Share that names the labelled act of the customer."""
    evidence_gain: float
    """Mean evidence gain per token of what was said, in nats, over readable plans."""
    evidence_error: float = 0.0
    """Standard error of that mean."""


def measure_plans(
    model: Any,
    tokenizer: Any,
    form: PromptForm,
    scorer: EvidenceScorer,
    held_out: Sequence[PlanExample],
) -> PlanMetrics:
    """Measure greedy plans of `model`; `scorer` holds the frozen model."""
    found = planned_by(model, tokenizer, form, held_out)
    claims = [
        Claim(example.context, completion.plan.text(), example.reply)
        for example, completion in zip(held_out, found, strict=True)
        if completion.plan
    ]
    pairs = [
        (example.plan, completion.plan)
        for example, completion in zip(held_out, found, strict=True)
        if completion.plan
    ]
    count = max(len(held_out), 1)
    gains = scorer.gains(claims)
    return PlanMetrics(
        examples=len(held_out),
        readable=len(pairs) / count,
        strategy=sum(label.strategy is plan.strategy for label, plan in pairs) / count,
        intent=sum(label.intent is plan.intent for label, plan in pairs) / count,
        evidence_gain=fmean(gains) if gains else 0.0,
        evidence_error=stdev(gains) / len(gains) ** 0.5 if len(gains) > 1 else 0.0,
    )


def planned_by(
    model: Any, tokenizer: Any, form: PromptForm, examples: Sequence[PlanExample]
) -> list[Completion]:
    """What `model` plans for each context, likeliest words first; replies are left out."""
    encoded = [
        tokenizer(form.open(example.context), add_special_tokens=False)["input_ids"]
        for example in examples
    ]
    bar = tokenizer(SEPARATOR, add_special_tokens=False)["input_ids"][-1]
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        tokens = decode(
            lean_of(model) or model,
            [Prompt(tuple(ids), _PLAN_TOKENS, 0.0, 0) for ids in encoded],
            stop=(bar, tokenizer.eos_token_id),
            pad=tokenizer.pad_token_id,
        )
    model.train(was_training)
    return [read_completion(tokenizer.decode(row, skip_special_tokens=True)) for row in tokens]
