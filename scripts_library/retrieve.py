"""Retrieve scripts for a turn: similarity x posterior success, no repeats within a call.

Success is taken relative to the customer's act: a script for warm customers is not better for that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.outline import RetrievedScript
from ai_salesman.conversation.slots import slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.models.base import Encoder
from ai_salesman.models.batching import Batched
from ai_salesman.scripts_library.index import ScriptIndex
from ai_salesman.scripts_library.script import Script, Segment
from ai_salesman.scripts_library.success import SuccessPosterior

__all__ = ["ScriptLibrary", "ScriptQuery"]

_CANDIDATES = 24
_INTENT_BONUS = 1.6
"""A script written for the recognised intent outranks an equally similar one that was not."""

_FACT_BONUS = 0.3
"""For each planned fact that a script states."""


@dataclass(frozen=True)
class ScriptQuery:
    """What the planner asks the library."""

    text: str
    stage: Stage | None
    strategy: Strategy | None
    intent: CustomerAct | None
    slots: frozenset[str]
    """Slots that can be filled in this turn; scripts that need others do not fit."""
    segments: frozenset[Segment]
    wanted: frozenset[str] = frozenset()
    """Slots of the facts that the turn should state; scripts that state them rank higher."""
    used: frozenset[str] = frozenset()
    """Scripts already used in this call."""
    count: int = 3
    seed: int | None = None
    """Ranks by draws from the success posteriors; None ranks by their means."""


class ScriptLibrary:
    """The searchable library of one campaign."""

    def __init__(self, scripts: Sequence[Script], index: ScriptIndex, encoder: Encoder):
        self._scripts = {script.id: script for script in scripts}
        self._success = SuccessPosterior(scripts)
        self._index = index
        self._encoder = encoder
        self._nearest = Batched("scripts", self._nearest_batch)

    def __len__(self) -> int:
        return len(self._scripts)

    async def retrieve(self, query: ScriptQuery) -> tuple[RetrievedScript, ...]:
        """The best scripts that fit `query`, best first; may be empty."""
        vector = (await self._encoder.encode([query.text]))[0]
        ranked = self._rank(await self._nearest((vector, _filter_of(query))), query)
        return tuple(ranked[: query.count])

    def _rank(self, near: list[tuple[str, float]], query: ScriptQuery) -> list[RetrievedScript]:
        found = [
            self._scored(self._scripts[name], similarity, query)
            for name, similarity in near
            if self._fits(self._scripts[name], query)
        ]
        return sorted(found, key=lambda item: (-item.score, item.id))

    def _fits(self, script: Script, query: ScriptQuery) -> bool:
        return (
            script.id not in query.used
            and query.slots.issuperset(slots_in(script.text))
            and (script.segment == "any" or script.segment in query.segments)
        )

    def _scored(self, script: Script, similarity: float, query: ScriptQuery) -> RetrievedScript:
        if query.seed is None:
            success = self._success.mean(script.id)
        else:
            success = self._success.sample(script.id, query.seed)
        bonus = _INTENT_BONUS if script.intent is query.intent else 1.0
        bonus *= 1.0 + _FACT_BONUS * len(query.wanted.intersection(script.facts))
        return RetrievedScript(
            id=script.id,
            text=script.text,
            strategy=script.strategy,
            similarity=similarity,
            success=success,
            score=max(similarity, 0.0) * success / self._success.promise(script.intent) * bonus,
        )

    def _nearest_batch(
        self, requests: Sequence[tuple[NDArray[np.float32], tuple[str, str] | None]]
    ) -> list[list[tuple[str, float]]]:
        groups: dict[tuple[str, str] | None, list[int]] = defaultdict(list)
        for position, (_, where) in enumerate(requests):
            groups[where].append(position)
        replies: list[list[tuple[str, float]]] = [[] for _ in requests]
        for where, positions in groups.items():
            vectors = np.stack([requests[position][0] for position in positions])
            condition = {where[0]: where[1]} if where else None
            found = self._index.nearest(vectors, _CANDIDATES, condition)
            for position, near in zip(positions, found, strict=True):
                replies[position] = near
        return replies


def _filter_of(query: ScriptQuery) -> tuple[str, str] | None:
    return ("strategy", query.strategy.value) if query.strategy else None
