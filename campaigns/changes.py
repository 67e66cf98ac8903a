"""How two campaigns differ, in words: 'sheet.price: 199 -> 249'."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from ai_salesman.campaigns.campaign import Campaign

__all__ = ["changes_between"]

_LONGEST = 40
_ABSENT = object()


def changes_between(before: Campaign, after: Campaign) -> list[str]:
    """The fields that differ, 'field: old -> new' each; script packs and personas by digest."""
    old, new = (dict(_flat("", c.model_dump(mode="json"))) for c in (before, after))
    return [
        f"{field}: {_shown(old.get(field, _ABSENT))} -> {_shown(new.get(field, _ABSENT))}"
        for field in sorted(old.keys() | new.keys())
        if old.get(field, _ABSENT) != new.get(field, _ABSENT)
    ]


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Dotted names of the leaves, and the leaves."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(f"{path}.{key}" if path else str(key), inner)
    elif isinstance(value, list) and _is_file_list(path):
        yield from ((f"{path}[{number}]", _digest(inner)) for number, inner in enumerate(value))
    else:
        yield path, value


def _is_file_list(path: str) -> bool:
    """Those whose items are files of their own, too long to be shown."""
    return path in ("packs", "population.personas")


def _digest(value: Any) -> str:
    if isinstance(value, str):
        return value
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:8]


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "absent"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
