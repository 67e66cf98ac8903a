"""What a run was begun with: whether words may come out differently when it goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["different_versions", "versions_here"]

_ROOMS = (
    "conversation",
    "corpus",
    "models",
    "scripts_library",
    "agents",
    "simulators",
    "evaluation",
    "graphs",
)
"""Those that decide words and verdicts."""
_TEXT = (".py", ".yaml", ".j2", ".json")
_LIBRARIES = ("torch", "transformers")
"""Those whose versions may change sampled words."""


@cache
def versions_here() -> dict[str, str]:
    """The package, the text of its modules (`code`, a digest), and the libraries under it."""
    found = {"package": version("ai-salesman"), "code": _code()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def different_versions(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """'torch 2.12.0 -> 2.13.0' for each part that is another one now."""
    return [
        f"{name} {before[name]} -> {now.get(name, 'none')}"
        for name in before
        if before[name] != now.get(name)
    ]


def _code() -> str:
    digest = hashlib.sha256()
    for room in _ROOMS:
        _add(digest, files(f"ai_salesman.{room}"), room)
    return digest.hexdigest()[:8]


def _add(digest: hashlib._Hash, folder: Traversable, path: str) -> None:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name not in ("__pycache__", "embedded", "weights"):
            _add(digest, entry, f"{path}/{entry.name}")
        elif entry.name.endswith(_TEXT):
            digest.update(f"{path}/{entry.name}".encode())
            digest.update(entry.read_bytes())
