"""How sparing a run is with paid models, and what watches over it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ai_salesman.models.base import LanguageModel
from ai_salesman.models.budget import Budget, MeteredModel
from ai_salesman.models.prices import FREE, load_prices
from ai_salesman.models.response_cache import CachedModel, ResponseCache
from ai_salesman.models.uri import REMOTE_KINDS, parse_uri

__all__ = ["Thrift", "Till"]


@dataclass(frozen=True)
class Thrift:
    """What a user may say about cost."""

    cache: Path | None = None
    """File that keeps replies of remote models; None asks every time."""
    max_usd: float | None = None
    max_tokens: int | None = None
    """In and out together, of all remote models."""
    prices: Path | None = None
    """Price list that goes before the shipped one."""


class Till:
    """Every model of a run is rung up here. Close it at the end."""

    def __init__(self, thrift: Thrift | None = None):
        """
        Raises:
            InputError: the price list or the cache cannot be used.
        """
        thrift = thrift or Thrift()
        self.budget = Budget(thrift.max_usd, thrift.max_tokens)
        self._prices = load_prices(thrift.prices)
        self._cache = ResponseCache(thrift.cache) if thrift.cache else None

    def watched(self, model: LanguageModel) -> LanguageModel:
        """The model, metered; a remote one within the budget and behind the cache, if any.

        Raises:
            InputError: money is capped, and the price of the model is not known.
        """
        if parse_uri(model.uri).kind not in REMOTE_KINDS:
            return MeteredModel(model, FREE)
        metered = MeteredModel(model, self._prices.find(model.uri), self.budget)
        return CachedModel(metered, self._cache) if self._cache is not None else metered

    def close(self) -> None:
        """Close the cache."""
        if self._cache is not None:
            self._cache.close()
