"""How well each model of the ablation plans, on turns of the test split."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from ai_salesman.corpus.build import read_corpus
from ai_salesman.corpus.dialogue import Split
from ai_salesman.training.ablation import Recipe, Trained, one_thread
from ai_salesman.training.evidence import EvidenceScorer
from ai_salesman.training.plan_examples import PlanExample, plan_examples
from ai_salesman.training.plan_metrics import PlanMetrics, measure_plans
from ai_salesman.training.stage import StartingPoint, open_start

__all__ = ["measured_plans"]

_FILE = "plans.json"


def measured_plans(
    models: Sequence[Trained], folder: Path, workers: int = 1, turns: int = 1200
) -> dict[str, PlanMetrics]:
    """Figures of greedy plans by the name of the model; kept beside the models.

    Args:
        models: trained ones.
        folder: of all models.
        workers: processes.
        turns: how many turns of the test split, the same for all.
    """
    measure = partial(_measured, folder=folder, turns=turns)
    with ProcessPoolExecutor(workers, get_context("spawn"), one_thread) as pool:
        found = pool.map(measure, models)
        return {model.name: figures for model, figures in zip(models, found, strict=True)}


def _measured(model: Trained, folder: Path, turns: int) -> PlanMetrics:
    """Evidence is weighed by the base of the model's seed."""
    path = folder / model.name / _FILE
    if path.exists():
        try:
            return PlanMetrics.model_validate_json(path.read_text(encoding="utf-8"))
        except ValidationError:
            path.unlink()  # half written
    base = open_start(f"hf:{folder / Trained(Recipe.BASE, model.seed).name}")
    start = open_start(f"hf:{folder / model.name}")
    scorer = EvidenceScorer(base.model, base.tokenizer, base.form)
    held_out = _held_out(base, folder, turns)
    found = measure_plans(start.model, start.tokenizer, start.form, scorer, held_out)
    path.write_text(found.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return found


def _held_out(base: StartingPoint, folder: Path, turns: int) -> list[PlanExample]:
    """The same turns for every model."""
    dialogues = read_corpus(folder / "corpus.jsonl")
    examples = plan_examples(dialogues, Split.TEST, base.hearing(dialogues))
    order = np.random.default_rng(0).permutation(len(examples))[:turns]
    return [examples[int(i)] for i in order]
