"""Evidence for a plan: how much likelier it makes what the salesman of the corpus said.

    gain(z) = [log p(y* | x, z) - log p(y* | x)] / |y*|

x is the context, z the plan, y* the observed reply, p a frozen copy of the model that training
starts from: a live one could raise the gain by learning the reply instead of the plan. It is
the likelihood part of the posterior over plans, p(z | x, y*) ~ pi(z | x) p(y* | x, z).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from ai_salesman.corpus.plan_prompt import NO_PLAN
from ai_salesman.training.batches import Row, collate
from ai_salesman.training.prompt_form import PromptForm

__all__ = ["Claim", "EvidenceScorer"]

_ROWS = 64


class Claim(NamedTuple):
    """A plan that is said to explain a reply."""

    context: str
    plan: str
    """In words; see `corpus.plan_prompt.Plan.text`."""
    reply: str
    """What the salesman of the corpus said."""


class EvidenceScorer:
    """Scores plans under a frozen model.

    Args:
        model: a causal language model of transformers. It is never trained, and put into
            evaluation mode.
        tokenizer: its tokenizer.
        form: how it is asked.
        exact: never in bfloat16, whatever the processor can.
    """

    def __init__(self, model: Any, tokenizer: Any, form: PromptForm, exact: bool = False):
        self._model = model.eval().requires_grad_(False)
        self._tokenizer, self._form = tokenizer, form
        self._device = next(model.parameters()).device
        # A gain is a mean over tokens: rounding that would matter to a sampled word does not here.
        quick = self._device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()
        self._fast_type = quick and not exact

    def gains(self, claims: Sequence[Claim]) -> list[float]:
        """Evidence gain per token of each claim, in nats. Equal claims are scored once."""
        bare = [claim._replace(plan=NO_PLAN) for claim in claims]
        wanted = sorted({*claims, *bare})
        rows = [self._row(claim) for claim in wanted]
        scores = dict(zip(wanted, self._log_likelihoods(rows), strict=True))
        return [
            (scores[claim] - scores[free]) / len(self._reply(claim))
            for claim, free in zip(claims, bare, strict=True)
        ]

    def _row(self, claim: Claim) -> Row:
        prompt = self._form.planned(claim.context, claim.plan)
        return Row(self._encode(prompt), self._reply(claim))

    def _reply(self, claim: Claim) -> list[int]:
        return [*self._encode(f" {claim.reply}"), self._tokenizer.eos_token_id]

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def _log_likelihoods(self, rows: Sequence[Row]) -> list[float]:
        """log p(reply | prompt) of each row; rows of like length are scored together."""
        order = sorted(range(len(rows)), key=lambda i: rows[i].length)
        found = [0.0] * len(rows)
        with torch.inference_mode():
            for start in range(0, len(order), _ROWS):
                part = order[start : start + _ROWS]
                for i, score in zip(part, self._batch([rows[i] for i in part]), strict=True):
                    found[i] = score
        return found

    def _batch(self, rows: Sequence[Row]) -> list[float]:
        device = self._device
        batch = collate(rows, self._tokenizer.pad_token_id)
        targets = batch.targets.to(device)
        said = targets >= 0
        with torch.autocast("cpu", torch.bfloat16, enabled=self._fast_type):
            hidden = self._model.get_decoder()(input_ids=batch.tokens.to(device)).last_hidden_state
            # Only reply positions are projected: the vocabulary is what costs most.
            logits = self._model.get_output_embeddings()(hidden[said])
        logits = logits.float()
        each = -torch.nn.functional.cross_entropy(logits, targets[said], reduction="none")
        owner = said.nonzero()[:, 0]
        totals = torch.zeros(len(rows), device=device).index_add_(0, owner, each)
        return [float(total) for total in totals]
