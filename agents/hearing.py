"""Match the customer's words against the fact sheet: which need, which fact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.facts import FactSheet
from ai_salesman.models.encoder import MiniLMEncoder

__all__ = ["SheetReader"]


class SheetReader:
    """Cosines of a customer turn to the needs and facts of one sheet.

    The sheet's side is encoded once, when the reader is made.
    """

    def __init__(self, sheet: FactSheet, encoder: MiniLMEncoder):
        self._encoder = encoder
        ways = [
            (name, way)
            for name, need in sheet.needs.items()
            for way in (need.phrase, need.problem, *need.signs)
        ]
        self._need_names = [name for name, _ in ways]
        self._need_vectors = encoder.encode_now([way for _, way in ways])
        self._fact_names = list(sheet.facts)
        self._fact_vectors = encoder.encode_now([fact.wording for fact in sheet.facts.values()])

    async def read(self, text: str) -> tuple[dict[str, float], dict[str, float]]:
        """(need -> cosine of its nearest way of speaking, fact -> cosine of its wording)."""
        vector = (await self._encoder.encode([text]))[0]
        return (
            _best_by_name(self._need_names, self._need_vectors @ vector),
            _best_by_name(self._fact_names, self._fact_vectors @ vector),
        )


def _best_by_name(names: Sequence[str], cosines: NDArray[np.float32]) -> dict[str, float]:
    best: dict[str, float] = {}
    for name, value in zip(names, cosines.tolist(), strict=True):
        best[name] = max(best.get(name, -1.0), value)
    return best
