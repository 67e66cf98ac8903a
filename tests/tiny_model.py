"""Small salesman models, trained for a moment on a small corpus."""

from __future__ import annotations

from pathlib import Path

from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.training.base_model import train_base
from ai_salesman.training.base_settings import BaseSettings
from ai_salesman.training.hearing import AS_SPOKEN
from ai_salesman.training.trainer import BaseRun

TINY = BaseSettings(
    vocabulary=400,
    hidden=32,
    intermediate=48,
    layers=1,
    heads=2,
    steps=4,
    batch_tokens=512,
    warm_up=2,
    checkpoint_every=2,
)


def make_tiny_model(folder: Path, settings: BaseSettings = TINY) -> BaseRun:
    """Train and write the tiny model."""
    dialogues = list(build_corpus(CorpusSettings(dialogues=40)))
    return train_base(dialogues, folder, settings, progress=False, hearing=AS_SPOKEN)


PLANNING = BaseSettings(
    vocabulary=1200,
    hidden=96,
    intermediate=192,
    layers=2,
    heads=3,
    steps=220,
    batch_tokens=1024,
    warm_up=20,
)


def make_planning_model(folder: Path) -> BaseRun:
    """Train and write a small model that has begun to tell plans apart: some twenty seconds."""
    dialogues = list(build_corpus(CorpusSettings(dialogues=300)))
    return train_base(dialogues, folder, PLANNING, progress=False, hearing=AS_SPOKEN)
