"""An encoder that keeps what it has encoded: for work that meets the same sentences often."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ai_salesman.models.base import Encoder

__all__ = ["RememberingEncoder"]


class RememberingEncoder:
    """Encodes each text once. It forgets nothing, so let it go when the work is done."""

    def __init__(self, encoder: Encoder):
        self.name = encoder.name
        self.dimensions = encoder.dimensions
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    async def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimensions)."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        if fresh:
            self._known.update(zip(fresh, await self._encoder.encode(fresh), strict=True))
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.stack([self._known[text] for text in texts])
