"""The reward of a sampled turn: four named terms, each logged apart.

    reward = evidence + faithfulness + format        (each with a weight)
    evidence = sigmoid(gain / scale) x success weight

The first is what a plan earns, the second what a reply earns, the third concerns both; see
`training.credited_trainer` for who gets what. A turn of which only the plan was sampled has no
faithfulness.

`gain` is the evidence of `training.evidence`: how much likelier the plan makes what was said in
the corpus. The sigmoid keeps it positive, so that a success weight below 1 always discounts;
weighting a negative gain would reward plans for failing. All of it is ours: of the paper's
algorithm only the name (Bayesian-supervised, on GRPO) and its results are known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.corpus.plan_prompt import Completion, read_completion, stated_facts
from ai_salesman.training.evidence import Claim, EvidenceScorer
from ai_salesman.training.success_table import SuccessTable

__all__ = [
    "RewardSettings",
    "RewardTerms",
    "Rewarder",
    "faithfulness",
    "is_whole",
    "reward_functions",
    "well_formed",
]

_FIGURE = re.compile(r"[$€£]|\d|\b(?:percent|free of charge|for free|guaranteed?)\b", re.IGNORECASE)
"""A figure or promise of the model's own: the fact sheet's stand in slots."""


class RewardSettings(BaseModel):
    """What each term is worth."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence: Annotated[float, Field(ge=0)] = 2.0
    faithfulness: Annotated[float, Field(ge=0)] = 0.5
    format: Annotated[float, Field(ge=0)] = 0.5
    scale: Annotated[float, Field(gt=0)] = 0.25
    """Nats per token at which the sigmoid of the gain is .73."""
    beta_weight: bool = True
    """Whether evidence is weighed with the success of the plan."""


class RewardTerms(NamedTuple):
    """The terms of one sampled turn, before their weights."""

    evidence: float
    """sigmoid(gain / scale) x success; 0 without a plan."""
    faithfulness: float | None
    """1: states what the plan names, nothing else, and no figure of its own. 0: nothing fits.
    None: the reply was not asked for."""
    format: float
    """1: a plan, a separator and a whole reply; where no reply was asked for, a plan."""
    gain: float
    """Evidence gain per token, in nats; for the log."""
    success: float
    """Success weight of the plan; for the log."""


class Rewarder:
    """Rewards sampled turns.

    Args:
        scorer: judges the evidence, with the frozen model.
        table: Beta counts of the corpus.
        settings: weights.
    """

    def __init__(self, scorer: EvidenceScorer, table: SuccessTable, settings: RewardSettings):
        self._scorer, self._table, self._settings = scorer, table, settings

    def terms(
        self,
        contexts: Sequence[str],
        completions: Sequence[str],
        observed: Sequence[str],
        spoken: Sequence[bool] | None = None,
    ) -> list[RewardTerms]:
        """The terms of each completion.

        Args:
            contexts: what the turns were planned from.
            completions: `<plan> | <reply>` as sampled.
            observed: what the salesman of the corpus said there.
            spoken: whether a reply was asked for, too; None stands for always.
        """
        asked = spoken or [True] * len(completions)
        read = [read_completion(text) for text in completions]
        gains = self._gains(contexts, read, observed)
        return [self._terms(*each) for each in zip(read, gains, asked, strict=True)]

    def _gains(
        self, contexts: Sequence[str], read: Sequence[Completion], observed: Sequence[str]
    ) -> list[float | None]:
        planned = [i for i, found in enumerate(read) if found.plan]
        claims = [
            Claim(contexts[i], plan.text(), observed[i]) for i in planned if (plan := read[i].plan)
        ]
        gains: list[float | None] = [None] * len(read)
        for i, gain in zip(planned, self._scorer.gains(claims), strict=True):
            gains[i] = gain
        return gains

    def _terms(self, found: Completion, gain: float | None, spoken: bool) -> RewardTerms:
        success = 1.0
        if found.plan and self._settings.beta_weight:
            success = self._table.weight(found.plan)
        evidence = 0.0 if gain is None else _sigmoid(gain / self._settings.scale) * success
        return RewardTerms(
            evidence=evidence,
            faithfulness=faithfulness(found) if spoken else None,
            format=well_formed(found) if spoken else float(found.plan is not None),
            gain=gain or 0.0,
            success=success,
        )


def faithfulness(found: Completion) -> float:
    """How far a turn keeps to its facts.

    A figure or promise in the model's own words is made up, whatever the fact sheet says: 0. Else
    the share of planned and stated facts that are both (Jaccard); 1 when there are none.
    """
    if not found.plan or not found.reply or _FIGURE.search(found.reply):
        return 0.0
    planned, stated = set(found.plan.slots), set(stated_facts(found.reply))
    either = planned | stated
    return len(planned & stated) / len(either) if either else 1.0


def well_formed(found: Completion) -> float:
    """1 for a plan with a reply of whole sentences, none said twice; half for the plan alone."""
    if not found.plan:
        return 0.0
    return 1.0 if is_whole(found.reply) else 0.5


def is_whole(reply: str) -> bool:
    """Whole sentences of three words or more together, none said twice."""
    sentences = split_sentences(reply)
    ends = reply[-1:] in tuple(".?!") and len(reply.split()) >= 3
    return ends and len(set(sentences)) == len(sentences)


def reward_functions(
    rewarder: Rewarder, settings: RewardSettings
) -> tuple[list[Callable[..., list[float | None]]], list[float]]:
    """The terms as reward functions of TRL, and their weights: evidence, faithfulness, format.

    TRL calls them one after the other with the same batch; the first scores it for all.
    """
    kept: dict[str, list[RewardTerms]] = {}

    def evidence(
        completions: Sequence[str],
        context: Sequence[str],
        reply: Sequence[str],
        log_metric: Callable[[str, float], None],
        spoken: Sequence[bool] | None = None,
        **_: object,
    ) -> list[float | None]:
        terms = rewarder.terms(context, completions, reply, spoken)
        kept["terms"] = terms
        planned = [term for term in terms if term.evidence > 0]
        log_metric("evidence_gain", _mean([term.gain for term in planned]))
        log_metric("success_weight", _mean([term.success for term in planned]))
        return [term.evidence for term in terms]

    def faithful(completions: Sequence[str], **_: object) -> list[float | None]:  # noqa: ARG001
        return [term.faithfulness for term in kept["terms"]]

    def format_(completions: Sequence[str], **_: object) -> list[float | None]:  # noqa: ARG001
        return [term.format for term in kept["terms"]]

    faithful.__name__, format_.__name__ = "faithfulness", "format"
    weights = [settings.evidence, settings.faithfulness, settings.format]
    return [evidence, faithful, format_], weights


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(min(x, 60.0), -60.0)))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
