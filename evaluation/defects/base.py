"""What a defect is: one fault, planted in a sound call by a pure function.

Defects share no code and no words with the judges or the simulators. Where in a call they fit
is taken from what the players recorded about their own turns (the customer's act, the plan
behind a salesman turn), which no judge sees.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.defects.forms import Forms

__all__ = ["Defect", "Draw", "Plant", "Scene", "Split"]

Split = Literal["dev", "published", "all"]
"""Half of the surface forms: judges may be mended while looking at `dev` only."""


@dataclass(frozen=True)
class Scene:
    """A call as its players stored it."""

    turns: tuple[Turn, ...]
    sheet: FactSheet
    lead: Lead


class Draw:
    """Draws surface forms and places; the same seed draws the same."""

    def __init__(self, seed: int | str, split: Split = "all"):
        self.luck = random.Random(seed)
        self._split = split

    def forms(self, name: str, count: int = 1) -> list[str]:
        """`count` different surface forms of the list `name`, from this half of them."""
        known = _pool(name, self._split)
        return self.luck.sample(known, min(count, len(known)))

    def form(self, name: str, **slots: str) -> str:
        """One surface form with its slots filled."""
        return self.forms(name)[0].format(**slots)


Plant = Callable[[Scene, Draw], Sequence[Turn] | None]
"""The call with the defect in it, or None when it gives no occasion."""


@dataclass(frozen=True)
class Defect:
    """One kind of fault, and what judges should make of it."""

    name: str
    does: str
    """What is done to the call, in one sentence."""
    targets: tuple[str, ...]
    """Cells that should fall (see `evaluation.cells`). Empty: no cell should move at all."""
    may_move: Mapping[str, str]
    """Other cells that may rightly fall too, each with the reason."""
    plant: Plant


@lru_cache(maxsize=64)
def _pool(name: str, split: Split) -> tuple[str, ...]:
    known = _forms().lists[name]
    halves = {"dev": known[0::2], "published": known[1::2], "all": known}
    return halves[split]


@lru_cache(maxsize=1)
def _forms() -> Forms:
    folder = Path(str(resources.files("ai_salesman.evaluation.defects")))
    return load_yaml_model(folder / "forms.yaml", Forms)
