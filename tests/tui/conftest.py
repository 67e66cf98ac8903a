"""Stores for the tests of the reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from calls import episodes, store_with

from ai_salesman.campaigns.store import RunStore


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """A store with the hand-made run."""
    return store_with(f"sqlite:///{tmp_path / 'runs.db'}", episodes())


@pytest.fixture
def empty_store(tmp_path: Path) -> RunStore:
    """A store with a run that has no calls yet."""
    return store_with(f"sqlite:///{tmp_path / 'runs.db'}", [])
