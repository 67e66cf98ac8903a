"""The needs of a scene as vectors, encoded once per campaign: what the ear compares with."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.simulators.base import Scene

__all__ = ["AnchorShelf", "Anchors"]

_WISH_FROM, _WISH_FULL = 0.40, 0.62
_HELP_FROM, _HELP_FULL = 0.36, 0.64
"""Cosines (MiniLM) between which likeness grows from 0 to 1. Random talk stays below 0.35;
a fact said in quite other words lies near 0.45, nearly word for word above 0.65."""
_WISH_SHARE = 0.65
"""Naming my wish is less than telling what helps with it."""

Array = NDArray[np.float32]


class Anchors:
    """The ways in which the needs of one campaign are spoken of."""

    def __init__(self, scene: Scene, encoder: MiniLMEncoder):
        wishes = [
            (name, way)
            for name, need in scene.needs.items()
            for way in (need.phrase, need.problem, *need.signs)
        ]
        helps = [(name, wording) for name, ways in scene.helps.items() for wording in ways]
        vectors = encoder.encode_now([text for _, text in [*wishes, *helps]])
        self._wish_names = [name for name, _ in wishes]
        self._help_names = [name for name, _ in helps]
        self._wishes = vectors[: len(wishes)]
        self._helps = vectors[len(wishes) :]

    def wished(self, vector: Array) -> dict[str, float]:
        """Need -> how clearly a sentence speaks of it, in [0, 1]; unclear ones are left out."""
        return _likeness(self._wish_names, self._wishes @ vector, _WISH_FROM, _WISH_FULL)

    def helped(self, vector: Array) -> dict[str, float]:
        """Need -> how clearly a sentence tells something that helps with it, in [0, 1]."""
        found = _likeness(self._help_names, self._helps @ vector, _HELP_FROM, _HELP_FULL)
        for name, value in self.wished(vector).items():
            found[name] = max(found.get(name, 0.0), _WISH_SHARE * value)
        return found

    def nearness(self, vector: Array) -> float:
        """Largest cosine to anything in the scene."""
        return float(max((self._wishes @ vector).max(), (self._helps @ vector).max(initial=-1.0)))


class AnchorShelf:
    """Anchors by campaign: all customers of one sheet share them."""

    def __init__(self, encoder: MiniLMEncoder, size: int = 8):
        self._encoder = encoder
        self._size = size
        self._kept: OrderedDict[str, Anchors] = OrderedDict()

    def of(self, scene: Scene) -> Anchors:
        """The anchors of the campaign that `scene` belongs to."""
        key = repr((scene.needs, scene.helps))
        if key not in self._kept:
            self._kept[key] = Anchors(scene, self._encoder)
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return self._kept[key]


def _likeness(
    names: list[str], cosines: NDArray[np.float32], start: float, full: float
) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, cosine in zip(names, cosines.tolist(), strict=True):
        value = min(1.0, (cosine - start) / (full - start))
        if value > 0:
            found[name] = max(found.get(name, 0.0), value)
    return found
