"""How well each model of the ablation plans, on turns of the test split."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from ai_salesman.corpus.build import read_corpus
from ai_salesman.corpus.dialogue import Split
from ai_salesman.training.ablation import Recipe, Trained, one_thread
from ai_salesman.training.evidence import EvidenceScorer
from ai_salesman.training.plan_examples import Imitated, PlanExample, imitated, plan_examples
from ai_salesman.training.plan_metrics import PlanMetrics, measure_plans
from ai_salesman.training.stage import open_start
from ai_salesman.training.worker_minutes import timed

__all__ = ["HeldOutPlans", "measured_plans"]

_FILE = "plans.json"


class HeldOutPlans(BaseModel):
    """How well one model plans on turns of the test split."""

    model_config = ConfigDict(frozen=True)

    won: PlanMetrics
    """On turns of won calls: what SFT and GRPO learn to say."""
    every: PlanMetrics
    """On turns of all calls: three in four were lost, many by what is labelled there."""


def measured_plans(
    models: Sequence[Trained], folder: Path, workers: int = 1, turns: int = 900
) -> dict[str, HeldOutPlans]:
    """Figures of greedy plans by the name of the model; kept beside the models.

    Args:
        models: trained ones.
        folder: of all models.
        workers: processes.
        turns: how many turns of won calls and how many of all, the same for all models.
    """
    measure = partial(_measured, folder=folder, turns=turns)
    with ProcessPoolExecutor(workers, get_context("spawn"), one_thread) as pool:
        found = pool.map(measure, models)
        return {model.name: figures for model, figures in zip(models, found, strict=True)}


def _measured(model: Trained, folder: Path, turns: int) -> HeldOutPlans:
    """Evidence is weighed by the base of the model's seed."""
    path = folder / model.name / _FILE
    if path.exists():
        try:
            return HeldOutPlans.model_validate_json(path.read_text(encoding="utf-8"))
        except ValidationError:
            path.unlink()  # half written
    with timed(folder, "plans of a model"):
        found = _measure(model, folder, turns)
    path.write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return found


def _measure(model: Trained, folder: Path, turns: int) -> HeldOutPlans:
    base = open_start(f"hf:{folder / Trained(Recipe.BASE, model.seed).name}")
    start = open_start(f"hf:{folder / model.name}")
    scorer = EvidenceScorer(base.model, base.tokenizer, base.form)

    def measured(examples: Sequence[PlanExample]) -> PlanMetrics:
        order = np.random.default_rng(0).permutation(len(examples))[:turns]
        held_out = [examples[int(i)] for i in order]
        return measure_plans(start.model, start.tokenizer, start.form, scorer, held_out)

    dialogues = read_corpus(folder / "corpus.jsonl")
    examples = plan_examples(dialogues, Split.TEST, base.hearing(dialogues))
    won = imitated(examples, Imitated.WON)
    return HeldOutPlans(won=measured(won), every=measured(examples))
