"""GRPO in which a token earns what it can answer for, and speech is rehearsed in every step.

TRL gives every token of a turn the advantage of the whole turn. A plan is a handful of tokens, its
reply some fifty: the reply would be pushed about by what the plan earns, and soon be garbled. Here
a plan's tokens share the advantage of evidence and format, a reply's that of faithfulness and
format. A reply that was not sampled from the model (a turn of the corpus) earns nothing.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from trl import GRPOTrainer

from ai_salesman.training.speech_anchor import SpeechAnchor

__all__ = ["CreditedTrainer", "credited"]


class CreditedTrainer(GRPOTrainer):  # type: ignore[misc]
    """TRL's trainer with credit by part of the turn.

    Args:
        bar: the token that ends a plan.
        anchor: replies to rehearse; None for none.
        anchor_weight: of their loss beside that of GRPO.
        others: of `GRPOTrainer`; the reward functions are those of `training.rewards`.
    """

    def __init__(
        self, *others: Any, bar: int, anchor: SpeechAnchor | None, anchor_weight: float, **more: Any
    ):
        super().__init__(*others, **more)
        self._bar, self._anchor, self._anchor_weight = bar, anchor, anchor_weight
        self._terms = torch.zeros(0, 3)

    def _calculate_rewards(self, *given: Any) -> Tensor:
        self._terms = super()._calculate_rewards(*given)
        return self._terms

    def _generate_and_score_completions(self, inputs: Any) -> dict[str, Any]:
        output: dict[str, Any] = super()._generate_and_score_completions(inputs)
        tokens = output["completion_ids"]
        first = self.accelerator.process_index * len(tokens)
        weights = self.reward_weights.to(tokens.device)
        advantages = credited(self._terms, weights, self.num_generations, tokens, self._bar, first)
        output["advantages"] = advantages
        return output

    def _compute_loss(self, model: Any, inputs: Any) -> Tensor:
        loss: Tensor = super()._compute_loss(model, inputs)
        if self._anchor is None:
            return loss
        speech = self._anchor.loss(model, self.state.global_step)
        self._metrics["train"]["speech_loss"].append(float(speech.detach()))
        return loss + self._anchor_weight * speech


def credited(
    terms: Tensor, weights: Tensor, group: int, tokens: Tensor, bar: int, first: int = 0
) -> Tensor:
    """The advantage of each token, shape (rows, tokens).

    Args:
        terms: evidence, faithfulness and format of the turns of all processes, shape (turns, 3);
            NaN where a term does not apply.
        weights: of the terms, shape (3,).
        group: turns that are weighed against each other, one after the other.
        tokens: of this process' completions, shape (rows, tokens).
        bar: the token that ends a plan; what stands behind it is the reply.
        first: place of the first of these rows among all turns.
    """
    worth = terms * weights
    rows = slice(first, first + len(tokens))
    plan = _normalised(worth[:, 0] + worth[:, 2], group)[rows].unsqueeze(1)
    reply = _normalised(worth[:, 1] + worth[:, 2], group)[rows].unsqueeze(1)
    ended = (tokens == bar).long().cumsum(dim=1)
    is_reply = (ended - (tokens == bar).long()) > 0
    return torch.where(is_reply, reply, plan)


def _normalised(worth: Tensor, group: int) -> Tensor:
    """How far each is above its group, in standard deviations of the group; 0 for NaN."""
    grouped = worth.view(-1, group)
    above = grouped - grouped.nanmean(dim=1, keepdim=True)
    spread = above.square().nanmean(dim=1, keepdim=True).sqrt()
    return (above / (spread + 1e-4)).nan_to_num(0.0).flatten()
