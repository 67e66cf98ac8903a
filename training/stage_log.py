"""The log of a stage: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["log_entries"]


def log_entries(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a log, none where there is no log.

    Half a line, where the disk was full or the run was killed, is passed over.
    """
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            yield json.loads(line)
        except ValueError:
            continue
