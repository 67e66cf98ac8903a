"""Bayesian-supervised reinforcement learning on GRPO (Shao et al., 2024), by TRL.

Plans are sampled, and some turns whole, as `<plan> | <reply>`; see `training.rewards` for what they
earn. Groups share a context, and each of a group is reinforced by how far it is above the others,
its plan and its reply apart (`training.credited_trainer`).
"""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from ai_salesman.conversation.errors import InputError
from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.training.base_settings import Count, Rate
from ai_salesman.training.evidence import EvidenceScorer
from ai_salesman.training.examples import Example, examples_of
from ai_salesman.training.plan_examples import Imitated, PlanExample, imitated, plan_examples
from ai_salesman.training.plan_metrics import measure_plans
from ai_salesman.training.player import Player
from ai_salesman.training.prompt_form import PromptForm
from ai_salesman.training.rewards import Rewarder, RewardSettings, reward_functions
from ai_salesman.training.rollouts import Rollouts, Sampling, bar_of, rollouts_of
from ai_salesman.training.speech_anchor import SpeechAnchor
from ai_salesman.training.stage import (
    StageFolder,
    StageSettings,
    StartingPoint,
    common_arguments,
    open_start,
    with_lora,
)
from ai_salesman.training.stage_card import add_speech_figures
from ai_salesman.training.stage_progress import LogFile, Measuring, StageBar
from ai_salesman.training.success_table import SuccessTable

__all__ = ["GrpoSettings", "train_grpo"]


class GrpoSettings(StageSettings):
    """Bayesian-supervised GRPO."""

    steps: Count = 120
    rate: Rate = 5e-3
    warm_up: Annotated[int, Field(ge=0)] = 5
    calls: Imitated = Imitated.WON
    """Whose turns are to be explained; how often plans win is counted over all calls."""
    contexts: Count = 24
    """Different contexts in one step."""
    group: Annotated[int, Field(ge=2)] = 4
    """Turns weighed against each other for each context."""
    spoken: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of groups whose turns are sampled whole; of the others the plan alone. Where TRL
    samples (large models), all are whole."""
    demonstrated: bool = True
    """One plan of each group is the corpus' own; where the package samples, see `rollouts`."""
    temperature: Annotated[float, Field(gt=0)] = 1.0
    reply_tokens: Count = 72
    """Most tokens of plan and reply together."""
    rehearsed: Annotated[int, Field(ge=0)] = 12
    """Replies to given plans that every step repeats; see `speech_anchor`."""
    rehearsal: Annotated[float, Field(ge=0)] = 1.0
    """Weight of their loss."""
    divergence: Annotated[float, Field(ge=0)] = 0.0
    """Weight of the KL divergence from the model that training starts from. Not together with
    `demonstrated`: a corpus turn that earns less than its group is pushed far below the reference,
    where the estimate of TRL explodes."""
    frozen: str = ""
    """URI of the frozen model that weighs evidence; empty takes the one training starts from."""
    prior_strength: Annotated[float, Field(gt=0)] = 20.0
    reward: RewardSettings = RewardSettings()
    measured: Count = 300
    """Held-out turns that learning is followed on."""
    measure_every: Count = 20


def train_grpo(
    dialogues: Sequence[CorpusDialogue], out: Path, settings: GrpoSettings, progress: bool = True
) -> None:
    """Train on the training split and write the model folder `out`.

    Raises:
        InputError: there is nothing to learn from, or `out` holds another training.
    """
    folder = StageFolder(out, settings)
    if folder.finished:
        return
    if not any(example.won for example in plan_examples(dialogues, Split.TRAIN)):
        raise InputError("the corpus' training split holds no won call with labelled turns")
    start = open_start(settings.base)
    hearing = start.hearing(dialogues)
    examples = plan_examples(dialogues, Split.TRAIN, hearing)
    scorer = _scorer(start, settings)
    rewarder = Rewarder(scorer, SuccessTable(examples, settings.prior_strength), settings.reward)
    turns = plan_examples(dialogues, Split.VALID, hearing)
    # A small corpus may have won no call of the validation split.
    held_out = _drawn(imitated(turns, settings.calls) or turns, settings.measured, seed=0)
    started = time.perf_counter()
    player = Player(start.model)
    anchor = _anchor(start, examples_of(dialogues, Split.TRAIN, hearing), settings)
    explained = imitated(examples, settings.calls)
    trainer = _trainer(start, rewarder, folder, settings, explained, anchor)
    trainer.add_callback(StageBar("GRPO", "reward", progress))
    trainer.add_callback(LogFile(folder.log))
    if held_out:

        def measure() -> dict[str, float]:
            network = player.like(trainer.accelerator.unwrap_model(trainer.model))
            return measure_plans(
                network, start.tokenizer, start.form, scorer, held_out
            ).model_dump()

        trainer.add_callback(Measuring(measure, settings.measure_every, folder.log))
    trainer.train(resume_from_checkpoint=folder.checkpoint())
    facts = {"examples": len(explained), "seconds": round(time.perf_counter() - started, 1)}
    folder.finish("GRPO", trainer.model, start.tokenizer, facts)
    if start.is_own:
        add_speech_figures(out, dialogues, hearing)


def _scorer(start: StartingPoint, settings: GrpoSettings) -> EvidenceScorer:
    if settings.frozen:
        other = open_start(settings.frozen)
        return EvidenceScorer(other.model, other.tokenizer, other.form)
    return EvidenceScorer(copy.deepcopy(start.model), start.tokenizer, start.form)


def _trainer(
    start: StartingPoint,
    rewarder: Rewarder,
    folder: StageFolder,
    settings: GrpoSettings,
    examples: Sequence[PlanExample],
    anchor: SpeechAnchor | None,
) -> Any:
    from datasets import Dataset
    from trl import GRPOConfig

    from ai_salesman.training.credited_trainer import CreditedTrainer

    functions, weights = reward_functions(rewarder, settings.reward)
    drawn = _drawn(examples, settings.steps * settings.contexts, settings.seed)
    rollouts = _rollouts(start, drawn, settings) if start.is_small else None
    return CreditedTrainer(
        model=with_lora(start.model, settings.lora),
        reward_funcs=functions,
        args=GRPOConfig(
            per_device_train_batch_size=settings.contexts * settings.group,
            num_generations=settings.group,
            max_completion_length=settings.reply_tokens,
            temperature=settings.temperature,
            beta=settings.divergence,
            reward_weights=weights,
            # A plan alone has no end, and is whole.
            mask_truncated_completions=rollouts is None,
            **common_arguments(folder, settings),
        ),
        train_dataset=Dataset.from_list([_row(example, start.form) for example in drawn]),
        processing_class=start.tokenizer,
        rollout_func=rollouts,
        bar=bar_of(start.tokenizer),
        anchor=anchor,
        anchor_weight=settings.rehearsal,
    )


def _rollouts(
    start: StartingPoint, drawn: Sequence[PlanExample], settings: GrpoSettings
) -> Rollouts:
    how = Sampling(settings.group, settings.spoken, settings.temperature, settings.reply_tokens)
    shown = _demonstrations(drawn, start.form) if settings.demonstrated else {}
    return rollouts_of(start.model, start.tokenizer, how, shown)


def _anchor(
    start: StartingPoint, examples: Sequence[Example], settings: GrpoSettings
) -> SpeechAnchor | None:
    if not examples or not settings.rehearsed or not settings.rehearsal:
        return None
    return SpeechAnchor(examples, start.tokenizer, start.form, settings.rehearsed, settings.seed)


def _demonstrations(examples: Sequence[PlanExample], form: PromptForm) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for example in examples:
        found.setdefault(form.open(example.context), []).append(example.plan.text())
    return found


def _row(example: PlanExample, form: PromptForm) -> dict[str, str]:
    return {
        "prompt": form.open(example.context),
        "context": example.context,
        "reply": example.reply,
    }


def _drawn(examples: Sequence[PlanExample], count: int, seed: int) -> list[PlanExample]:
    rng = np.random.default_rng(seed)
    return [examples[int(i)] for i in rng.permutation(len(examples))[:count]]
