"""Random words for the slots of one call: a trade, and what its people want and pay."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import model_validator

from ai_salesman.conversation.errors import UnknownNameError
from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.slots import SLOT_FORMS

__all__ = ["Fillers", "embedded_fillers"]

Pool = dict[str, tuple[str, ...]]


class Fillers(Strict):
    """Slot -> words, for each trade, and shared by all."""

    shared: Pool
    trades: dict[str, Pool]

    @model_validator(mode="after")
    def _slots_are_known(self) -> Self:
        for pool in (self.shared, *self.trades.values()):
            for slot in pool:
                if slot not in SLOT_FORMS:
                    raise UnknownNameError("slot", slot, SLOT_FORMS)
        return self

    def trade_names(self) -> list[str]:
        """The trades, sorted."""
        return sorted(self.trades)

    def sample(self, trade: str, rng: np.random.Generator) -> dict[str, str]:
        """One value for every slot, drawn for `trade`."""
        pools = {**self.shared, **self.trades[trade]}
        # A customer of any trade may also have a supplier that only says who it is not.
        pools["competitor"] = (*self.trades[trade]["competitor"], *self.shared["competitor"])
        return {slot: words[int(rng.integers(len(words)))] for slot, words in sorted(pools.items())}


@lru_cache(maxsize=1)
def embedded_fillers() -> Fillers:
    """The fillers that ship with the package."""
    root = Path(str(resources.files("ai_salesman.corpus")))
    return load_yaml_model(root / "fillers.yaml", Fillers)
