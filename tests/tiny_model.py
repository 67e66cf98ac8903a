"""A tiny outline model, trained for a moment on a tiny corpus."""

from __future__ import annotations

from pathlib import Path

from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.training.base_model import train_base
from ai_salesman.training.base_settings import BaseSettings
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
    return train_base(dialogues, folder, settings, progress=False)
