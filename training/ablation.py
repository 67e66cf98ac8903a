"""The models of the ablation: which there are, what each is trained from, and how.

    base                trained from scratch, one for each seed
    sft                 base, then supervised fine-tuning
    sft-grpo            that, then Bayesian-supervised GRPO
    grpo-no-beta        base, then GRPO without the success weight
    grpo                base, then Bayesian-supervised GRPO, one for each seed

The paper's table has the same rows but the last but one. With noise, `sft` and `grpo` are trained
again on corrupted copies of the corpus. Every model has a folder of its own, and one that is
there is not trained again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from enum import StrEnum
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from ai_salesman.corpus.build import CorpusSettings, read_corpus, write_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.models.weights import CARD_FILE
from ai_salesman.training.base_model import train_base
from ai_salesman.training.base_settings import BaseSettings, Count
from ai_salesman.training.disk_room import disk_room
from ai_salesman.training.grpo import GrpoSettings, train_grpo
from ai_salesman.training.hearing import hear_corpus
from ai_salesman.training.model_card import write_card
from ai_salesman.training.rewards import RewardSettings
from ai_salesman.training.sft import SftSettings, train_sft
from ai_salesman.training.worker_minutes import timed

__all__ = [
    "AblationSettings",
    "Recipe",
    "Trained",
    "corpus_of",
    "models_of",
    "one_thread",
    "train_model",
    "train_models",
]


class Recipe(StrEnum):
    """How a model is trained."""

    BASE = "base"
    SFT = "sft"
    SFT_GRPO = "sft-grpo"
    GRPO_NO_BETA = "grpo-no-beta"
    GRPO = "grpo"


_SEEDED = (Recipe.BASE, Recipe.GRPO)
"""Recipes that every seed is trained by; the others once."""
_START = {Recipe.SFT_GRPO: Recipe.SFT}
"""What training starts from, where that is not the base."""


class AblationSettings(BaseModel):
    """Length of each stage, seeds and noise. The defaults are those of the shipped weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dialogues: Count = CorpusSettings().dialogues
    base_steps: Count = BaseSettings().steps
    sft_steps: Count = SftSettings(base="").steps
    grpo_steps: Count = GrpoSettings(base="").steps
    seeds: tuple[Annotated[int, Field(ge=0)], ...] = (1, 2, 3)
    noise: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = ()
    """Shares of the corpus that are corrupted for further models."""


class Trained(NamedTuple):
    """One model of the ablation."""

    recipe: Recipe
    seed: int
    noise: float = 0.0
    """Share of the corpus that was corrupted."""

    @property
    def name(self) -> str:
        """Its folder, and its name in tables."""
        noise = f"-noise{round(100 * self.noise)}" if self.noise else ""
        return f"{self.recipe.value}-s{self.seed}{noise}"

    @property
    def start(self) -> Trained | None:
        """The model it is trained from; None for one from scratch."""
        if self.recipe is Recipe.BASE:
            return None
        recipe = _START.get(self.recipe, Recipe.BASE)
        return Trained(recipe, self.seed, self.noise if recipe in _START.values() else 0.0)


def models_of(
    settings: AblationSettings, recipes: Collection[Recipe] = tuple(Recipe)
) -> tuple[Trained, ...]:
    """The models of some recipes and those that they start from, each after its start."""
    first, *_ = settings.seeds
    plain = [
        Trained(recipe, seed)
        for recipe in Recipe
        if recipe in recipes
        for seed in (settings.seeds if recipe in _SEEDED else (first,))
    ]
    noisy = [
        Trained(recipe, first, noise)
        for noise in settings.noise
        for recipe in (Recipe.SFT, Recipe.GRPO)
        if recipe in recipes
    ]
    return tuple(dict.fromkeys(m for model in (*plain, *noisy) for m in _with_starts(model)))


def _with_starts(model: Trained) -> tuple[Trained, ...]:
    return (*(_with_starts(model.start) if model.start else ()), model)


def train_models(
    models: Sequence[Trained],
    folder: Path,
    settings: AblationSettings,
    workers: int = 1,
    note: Callable[[Trained], None] = lambda _model: None,
) -> None:
    """Train what is missing, side by side what does not wait for another.

    Args:
        models: each after the one it starts from.
        folder: of all models.
        settings: lengths.
        workers: processes; each has one thread.
        note: called with each model that is there.

    Raises:
        InputError: a folder holds a training with other settings.
    """
    if workers == 1:
        for model in models:
            train_model(model, folder, settings)
            note(model)
        return
    waiting = [model for model in models if not (folder / model.name / CARD_FILE).exists()]
    done = set(models) - set(waiting)
    for model in models:
        if model in done:
            note(model)
    with ProcessPoolExecutor(workers, get_context("spawn"), one_thread) as pool:
        # Once, before several models want the same corpus.
        heard = [pool.submit(_hear, folder, n, settings) for n in {m.noise for m in waiting}]
        for prepared in heard:
            prepared.result()
        running: dict[Future[Path], Trained] = {}
        while waiting or running:
            for model in [m for m in waiting if m.start is None or m.start in done]:
                waiting.remove(model)
                running[pool.submit(train_model, model, folder, settings, False)] = model
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                future.result()
                done.add(model := running.pop(future))
                note(model)


def _hear(folder: Path, noise: float, settings: AblationSettings) -> None:
    """Have a corpus and the hints of its customers ready; both are kept."""
    with timed(folder, "corpus and hints"):
        hear_corpus(corpus_of(folder, noise, settings))


def one_thread() -> None:
    """Begin a worker process: the others want the cores, too."""
    import torch

    torch.set_num_threads(1)


def train_model(
    model: Trained, folder: Path, settings: AblationSettings, progress: bool = True
) -> Path:
    """Train one model below `folder`, if it is not there, and return its folder.

    Raises:
        InputError: the folder holds a training with other settings, or the disk is full.
    """
    out = folder / model.name
    if (out / CARD_FILE).exists():
        return out
    with disk_room(folder):
        _train(model, folder, settings, progress)
    return out


def _train(model: Trained, folder: Path, settings: AblationSettings, progress: bool) -> None:
    out = folder / model.name
    dialogues = corpus_of(folder, model.noise, settings)
    if model.start is None:
        base = BaseSettings(seed=model.seed, steps=settings.base_steps)
        train_base(dialogues, out, base, progress)
        write_card(out, dialogues)
        return
    start = f"hf:{folder / model.start.name}"
    if model.recipe is Recipe.SFT:
        sft = SftSettings(base=start, steps=settings.sft_steps, seed=model.seed)
        train_sft(dialogues, out, sft, progress)
        return
    reward = RewardSettings(beta_weight=model.recipe is not Recipe.GRPO_NO_BETA)
    grpo = GrpoSettings(base=start, steps=settings.grpo_steps, seed=model.seed, reward=reward)
    train_grpo(dialogues, out, grpo, progress)


def corpus_of(folder: Path, noise: float, settings: AblationSettings) -> Sequence[CorpusDialogue]:
    """The corpus, built on first use; a corrupted copy has the same calls."""
    name = f"corpus-noise{round(100 * noise)}.jsonl" if noise else "corpus.jsonl"
    path = folder / name
    if not path.exists():
        part = path.with_suffix(".part")
        write_corpus(part, CorpusSettings(dialogues=settings.dialogues, corrupt=noise))
        part.replace(path)
    return read_corpus(path)
