"""The claims guard: nothing that the fact sheet does not bear out leaves the salesman's mouth."""

from __future__ import annotations

import re
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ai_salesman.agents.base import CallView
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.figures import Figure, find_figures
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.models.encoder import MiniLMEncoder

__all__ = ["ClaimsGuard"]

_SUPERLATIVE = re.compile(
    r"\b(?:the best|number one|no\.? ?1|cheapest|lowest price|unbeatable|the only one"
    r"|world[- ]class|market leader|nobody beats|risk[- ]free|100 ?%|never fails|always works"
    r"|guaranteed? (?:results|success|profit|sales|income|growth)|guaranteed to)\b",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"\b(?:you(?:'ll| will| also)? get|includes?|included|comes with"
    r"|we (?:also )?(?:offer|give|provide)|free of charge|for free|at no (?:extra )?cost)\b",
    re.IGNORECASE,
)
_SPOKEN_TIME = {"minute", "hour"}
"""Durations of the talk itself ("two minutes") are no claims about the offer."""
_NEAR_FACT = 0.32
"""Cosine under which an offer sentence is about nothing on the sheet (MiniLM)."""


class ClaimsGuard:
    """Checks drafts against one fact sheet."""

    def __init__(self, sheet: FactSheet, encoder: MiniLMEncoder):
        self._sheet = sheet
        self._encoder = encoder
        wordings = [fact.wording for fact in sheet.facts.values()]
        wordings += [step.wording for step in sheet.discounts]
        self._figures = [figure for text in wordings for figure in find_figures(text)]
        self._known_text = " ".join([*wordings, *sheet.disclosures, sheet.product]).lower()
        self._wordings = wordings

    async def problems(self, draft: str, call: CallView) -> tuple[str, ...]:
        """One sentence for each claim of `draft` that must not be made; empty when sound."""
        found = [*self._forbidden(draft), *self._superlatives(draft)]
        said_by_customer = find_figures(call.last_customer_words)
        found += [
            f"'{figure.text.strip()}' is not on the fact sheet; leave it out"
            for figure in find_figures(draft)
            if not self._figure_is_supported(figure, said_by_customer)
        ]
        return (*found, *await self._unknown_offers(draft))

    def _forbidden(self, draft: str) -> list[str]:
        lowered = draft.lower()
        return [
            f"'{phrase}' makes a forbidden claim ({rule.claim}); leave it out"
            for rule in self._sheet.forbidden
            for phrase in rule.phrases
            if phrase.lower() in lowered
        ]

    def _superlatives(self, draft: str) -> list[str]:
        return [
            f"'{match[0]}' is a promise that nothing on the fact sheet supports; leave it out"
            for match in _SUPERLATIVE.finditer(draft)
            if match[0].lower() not in self._known_text
        ]

    def _figure_is_supported(self, figure: Figure, said_by_customer: list[Figure]) -> bool:
        if figure.kind == "duration" and figure.unit in _SPOKEN_TIME:
            return True
        if figure.kind == "money" and self._is_price(figure.value):
            return True
        return any(
            other.kind == figure.kind and np.isclose(other.value, figure.value)
            for other in [*self._figures, *said_by_customer]
        )

    def _is_price(self, value: float) -> bool:
        """The list price, or the price after a rung of the ladder, to the cent or rounded."""
        prices = [self._sheet.price]
        prices += [self._sheet.price * (1 - s.percent / 100) for s in self._sheet.discounts]
        return any(abs(value - price) < 0.51 for price in prices)

    async def _unknown_offers(self, draft: str) -> list[str]:
        sentences = [s for s in split_sentences(draft) if _OFFERS.search(s) and "?" not in s]
        if not sentences:
            return []
        nearest = (await self._encoder.encode(sentences) @ self._fact_vectors.T).max(axis=1)
        return [
            f"'{sentence}' offers something that is not on the fact sheet; leave it out"
            for sentence, cosine in zip(sentences, nearest.tolist(), strict=True)
            if cosine < _NEAR_FACT
        ]

    @cached_property
    def _fact_vectors(self) -> NDArray[np.float32]:
        """Made when first needed: most drafts offer nothing that has to be compared."""
        return self._encoder.encode_now(self._wordings)
