"""The trained head that decides in `learned:decides`: one hidden layer over mind and last words.

It learns from played calls (`ai-salesman train decisions`), and gives chances, not one answer: the
customer draws its act from them by luck of its own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.errors import MissingPartError
from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.simulators.luck import Luck

__all__ = ["DECISIONS_FILE", "DecisionHead", "Layers", "drawn_act"]

DECISIONS_FILE = "decisions.safetensors"
"""In a customer model's folder: the head that decides."""
_TRAIN = "run: ai-salesman train decisions"
_LEAST = 0.02
"""An act less likely than this is left out of the draw: most of them are noise of the head."""

Rows = NDArray[np.float32]


class Layers(NamedTuple):
    """Weights of the network, each matrix of shape (inputs, outputs)."""

    inner: Rows
    inner_bias: Rows
    outer: Rows
    outer_bias: Rows


class DecisionHead:
    """Chances of a customer's acts, from rows of `decision_features.features_of`.

    Args:
        acts: of the outputs, in order.
        layers: the weights.
        encoder: name of the encoder whose vectors it was trained with.
    """

    def __init__(self, acts: Collection[CustomerAct], layers: Layers, encoder: str):
        self.acts = tuple(acts)
        self.encoder = encoder
        self._layers = layers

    def logits(self, rows: Rows) -> Rows:
        """Shape (rows, acts)."""
        hidden = np.maximum(rows @ self._layers.inner + self._layers.inner_bias, 0.0)
        return np.asarray(hidden @ self._layers.outer + self._layers.outer_bias, dtype=np.float32)

    def chances(self, rows: Rows) -> Rows:
        """Shape (rows, acts); each row sums to 1."""
        logits = self.logits(rows)
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)

    def chances_of(self, row: Rows) -> dict[CustomerAct, float]:
        """Act -> chance, for one turn."""
        return dict(zip(self.acts, self.chances(row[None, :])[0].tolist(), strict=True))

    def tempered(self, temperature: float) -> Self:
        """The same head, its logits divided by `temperature`."""
        layers = self._layers
        softer = layers._replace(
            outer=layers.outer / temperature, outer_bias=layers.outer_bias / temperature
        )
        return type(self)(self.acts, softer, self.encoder)

    def save(self, path: Path) -> None:
        """Write the head as safetensors."""
        from safetensors.numpy import save_file

        path.parent.mkdir(parents=True, exist_ok=True)
        halves = {
            name: np.ascontiguousarray(part, dtype=np.float16)
            for name, part in self._layers._asdict().items()
        }
        metadata = {"acts": json.dumps(self.acts), "encoder": self.encoder}
        save_file(halves, str(path), metadata=metadata)

    @classmethod
    def load(cls, path: Path, encoder: str) -> Self:
        """Read a head.

        Raises:
            MissingPartError: no such file, or it was trained on another encoder.
        """
        from safetensors import safe_open

        if not path.exists():
            raise MissingPartError(f"{path}: no such weights; {_TRAIN} --out {path.parent}")
        with safe_open(str(path), framework="np") as file:
            metadata = file.metadata()
            if metadata["encoder"] != encoder:
                raise MissingPartError(
                    f"{path}: trained on encoder {metadata['encoder']}, not {encoder}; "
                    f"{_TRAIN} --out {path.parent}"
                )
            parts = [file.get_tensor(name).astype(np.float32) for name in Layers._fields]
        acts = [CustomerAct(name) for name in json.loads(metadata["acts"])]
        return cls(acts, Layers(*parts), encoder)


def drawn_act(
    chances: Mapping[CustomerAct, float],
    possible: Collection[CustomerAct],
    luck: Luck,
    turn: int,
    asked: int,
) -> CustomerAct | None:
    """One of the `possible` acts, each with its chance; None when none is likely.

    A race: every act has a time of its own, drawn by luck and shortened by its chance. So of two
    salesmen who meet the same customer, the one who makes a yes likelier, and changes nothing
    else, gets every yes that the other gets.

    Args:
        chances: of the head.
        possible: acts that what was heard leaves room for.
        luck: the customer's.
        turn: number of the turn; luck has a time for each act in each turn.
        asked: how often a decision was asked for; a yes has its time by that, so that two
            salesmen who ask at different turns meet the same luck.
    """
    runners = {act: p for act, p in chances.items() if act in possible and p >= _LEAST}
    if not runners:
        return None
    counts = {CustomerAct.AGREE: asked}
    times = {
        act: -math.log(luck.uniform(f"decides:{act.value}", counts.get(act, turn))) / p
        for act, p in runners.items()
    }
    return min(times, key=lambda act: times[act])
