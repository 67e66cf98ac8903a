"""What tokens cost: a price list by model name, shipped and overridable."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.files import load_yaml, validate
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.models.uri import REMOTE_KINDS, parse_uri

__all__ = ["FREE", "Price", "PriceList", "load_prices"]

_MILLION = 1_000_000


class Price(BaseModel):
    """US dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    output: Annotated[float, Field(ge=0, allow_inf_nan=False)]

    def of(self, use: TokenUse) -> float:
        """US dollars for tokens."""
        return (use.tokens_in * self.input + use.tokens_out * self.output) / _MILLION


FREE = Price(input=0.0, output=0.0)
"""What a model on this machine costs."""


class _PriceFile(BaseModel):
    model_config = ConfigDict(frozen=True)

    prices: dict[str, Price]


class PriceList:
    """Finds the price of a model. A user's own entries go before the shipped ones."""

    def __init__(self, *lists: Mapping[str, Price]):
        """Args:
        lists: name or pattern -> price; an earlier list goes before a later one.
        """
        self._lists = lists

    def find(self, uri: str) -> Price | None:
        """The price of the model at `uri`; None when nobody knows it. Local models are free."""
        kind, rest = parse_uri(uri)
        if kind not in REMOTE_KINDS:
            return FREE
        name = rest.partition("@")[0] if kind == "openai" else rest.partition(":")[2]
        for prices in self._lists:
            fitting = [
                key for key in prices if key in (uri, name) or _fits(uri, key) or _fits(name, key)
            ]
            if fitting:
                return prices[max(fitting, key=lambda key: ("*" not in key, len(key)))]
        return None


def load_prices(path: Path | None = None) -> PriceList:
    """The shipped price list, with the entries of a file before it.

    Raises:
        InputError: the file is missing or malformed; names the entry.
    """
    if path is None:
        return PriceList(_shipped())
    content = load_yaml(path)
    if not isinstance(content, dict):
        form = "model name: {input: USD per million tokens, output: ...}"
        raise InputError(f"expected lines of the form {form}", source=path)
    given = {str(name): price for name, price in content.items()}
    return PriceList(validate({"prices": given}, _PriceFile, source=path).prices, _shipped())


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Price]:
    path = Path(str(resources.files("ai_salesman.models"))) / "prices.yaml"
    return validate({"prices": load_yaml(path)}, _PriceFile, source=path).prices


def _fits(name: str, pattern: str) -> bool:
    return "*" in pattern and fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))
