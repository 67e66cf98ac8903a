"""Hold out whole templates, so that a figure on held-out data is one on unseen wording."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from ai_salesman.corpus.dialogue import Split

__all__ = ["split_templates"]


def split_templates(templates: Iterable[tuple[str, str]]) -> dict[str, Split]:
    """Template id -> split: about 80, 10 and 10 percent of every group.

    The order within a group is that of the hashed ids, so it does not follow the order in
    which an author wrote. A group of fewer than ten gives one template to each held-out split;
    one of fewer than three gives none.

    Args:
        templates: (id, group) pairs; a group is a strategy or an act.
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name, group in templates:
        groups[group].append(name)
    return {
        name: _split(rank, len(names))
        for names in groups.values()
        for rank, name in enumerate(sorted(set(names), key=_hash))
    }


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _split(rank: int, size: int) -> Split:
    held_out = max(1, round(size / 10)) if size >= 3 else 0
    if rank < held_out:
        return Split.TEST
    return Split.VALID if rank < 2 * held_out else Split.TRAIN
