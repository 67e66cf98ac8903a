"""A tiny customer model, trained for a moment on a tiny corpus."""

from __future__ import annotations

from pathlib import Path

from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.training.customer_model import CustomerSettings, train_customer
from ai_salesman.training.trainer import BaseRun

TINY_CUSTOMER = CustomerSettings(
    vocabulary=400,
    hidden=32,
    intermediate=48,
    layers=1,
    heads=2,
    steps=4,
    batch_tokens=512,
    warm_up=2,
    checkpoint_every=2,
    calls=10,
)


def make_tiny_customer(folder: Path, settings: CustomerSettings = TINY_CUSTOMER) -> BaseRun:
    """Train and write the tiny customer."""
    dialogues = list(build_corpus(CorpusSettings(dialogues=40)))
    return train_customer(dialogues, folder, settings, progress=False)
