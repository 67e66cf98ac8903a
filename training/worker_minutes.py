"""What each step of an ablation cost one worker, over all its sittings.

Every worker appends to one file of the folder when it has done a step; one that was found done is
not noted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ai_salesman.training.stage_log import log_entries

__all__ = ["minutes_of", "note_step", "timed"]

_FILE = "steps.jsonl"


@contextmanager
def timed(folder: Path, kind: str) -> Iterator[None]:
    """Note how long the body took as a step of this kind; a body that fails is not noted."""
    started = time.perf_counter()
    yield
    note_step(folder, kind, time.perf_counter() - started)


def note_step(folder: Path, kind: str, seconds: float) -> None:
    """Note a step that was done."""
    with (folder / _FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"kind": kind, "seconds": round(seconds, 2)}) + "\n")


def minutes_of(folder: Path) -> dict[str, float]:
    """Minutes by kind and count, as in "plans of a model (4)"."""
    found: dict[str, list[float]] = {}
    for entry in log_entries(folder / _FILE):
        found.setdefault(entry["kind"], []).append(entry["seconds"])
    return {f"{kind} ({len(took)})": sum(took) / 60 for kind, took in found.items()}
