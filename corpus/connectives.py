"""Short pieces that join salesman templates into turns no template holds as a whole."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Self

from pydantic import model_validator

from ai_salesman.conversation.errors import UnknownNameError
from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.slots import FACT_SLOTS
from ai_salesman.conversation.taxonomy import CustomerAct

__all__ = ["Connectives", "embedded_connectives"]


class Connectives(Strict):
    """The file connectives.yaml."""

    acknowledgements: dict[CustomerAct, tuple[str, ...]]
    """Act -> reactions to it, whole sentences."""
    additions: dict[str, tuple[str, ...]]
    """Fact slot -> sentences that state it and no other fact."""

    @model_validator(mode="after")
    def _slots_are_known(self) -> Self:
        for slot in self.additions:
            if slot not in FACT_SLOTS:
                raise UnknownNameError("fact slot", slot, FACT_SLOTS)
        return self


@lru_cache(maxsize=1)
def embedded_connectives() -> Connectives:
    """The pieces that ship with the package."""
    root = Path(str(resources.files("ai_salesman.corpus")))
    return load_yaml_model(root / "connectives.yaml", Connectives)
