"""What keeps a model's speech while its plans are reinforced: a rehearsal in every step.

Plans are reinforced by a few tokens, and a small model that learns nothing else forgets how to say
them (LOG.md). So every step also repeats replies to given plans, as the base learned them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ai_salesman.training.batches import Row, collate
from ai_salesman.training.examples import Example, evened
from ai_salesman.training.prompt_form import PromptForm

__all__ = ["SpeechAnchor"]


class SpeechAnchor:
    """Replies to rehearse.

    Args:
        examples: good turns, as the base learned them.
        tokenizer: of the model.
        form: how it is asked.
        rows: replies of one step.
        seed: of the choice.
    """

    def __init__(
        self, examples: Sequence[Example], tokenizer: Any, form: PromptForm, rows: int, seed: int
    ):
        rng = np.random.default_rng([seed, 1])
        self._examples = evened(examples, rng, lambda example: example.plan.strategy)
        self._tokenizer, self._form, self._rows = tokenizer, form, rows

    def loss(self, model: Any, step: int) -> torch.Tensor:
        """Mean cross-entropy of the reply tokens of one step's examples."""
        count = len(self._examples)
        chosen = [self._examples[(step * self._rows + i) % count] for i in range(self._rows)]
        batch = collate([self._row(example) for example in chosen], self._tokenizer.pad_token_id)
        device = next(model.parameters()).device
        targets = batch.targets.to(device)
        logits = model(input_ids=batch.tokens.to(device)).logits[targets >= 0].float()
        return torch.nn.functional.cross_entropy(logits, targets[targets >= 0])

    def _row(self, example: Example) -> Row:
        prompt = self._form.planned(example.context, example.plan.text())
        said = self._encode(f" {example.reply}")
        return Row(self._encode(prompt), [*said, self._tokenizer.eos_token_id])

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids
