"""Imports flow one way: a room imports only rooms drawn further in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

INNER: dict[str, set[str]] = {}
"""Room -> the rooms it may import from."""
for outer, inner in [
    ("conversation", []),
    ("models", ["conversation"]),
    ("corpus", ["models", "conversation"]),
    ("scripts_library", ["corpus", "models", "conversation"]),
    ("agents", ["scripts_library", "corpus", "models", "conversation"]),
    ("simulators", ["scripts_library", "corpus", "models", "conversation"]),
    ("evaluation", ["scripts_library", "corpus", "models", "conversation"]),
]:
    INNER[outer] = {outer, *inner}
INNER["graphs"] = {"graphs", *INNER["agents"], *INNER["simulators"], *INNER["evaluation"]}
INNER["campaigns"] = {"campaigns", *INNER["graphs"]}
INNER["training"] = {"training", *INNER["campaigns"]}
INNER["ai_salesman"] = {"", "cli", "tui", "wiring", "api", *INNER["training"]}

HEAVY = {"langgraph": {"graphs"}, "trl": {"training"}, "textual": {"ai_salesman"}}
"""Library -> the only rooms that may import it."""


def imports_of(path: Path) -> Iterator[str]:
    """Dotted names that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", INNER)
def test_a_room_imports_only_rooms_further_in(room: str) -> None:
    files = list((ROOT / room).rglob("*.py"))
    assert files
    for path in files:
        for name in imports_of(path):
            head, _, rest = name.partition(".")
            assert head not in INNER or head == "ai_salesman", f"{path}: bare import of {name}"
            if head == "ai_salesman":
                target = rest.partition(".")[0]
                target = target if target in INNER or target in INNER["ai_salesman"] else ""
                assert target in INNER[room], f"{path} must not import {name}"


@pytest.mark.parametrize("room", INNER)
def test_heavy_libraries_stay_in_their_rooms(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        for name in imports_of(path):
            head = name.partition(".")[0]
            assert room in HEAVY.get(head, {room}), f"{path} must not import {head}"
