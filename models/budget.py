"""A hard cap on what a run may cost.

A request is sent only if the cap would hold even if it cost the most it can: all of its prompt,
one token for every two bytes, and all the tokens it may answer with. Near the cap requests wait
for those on their way, which mostly cost less; when none is on its way and the next still might
not fit, the run ends. What providers charge for answers that never arrived cannot be seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ai_salesman.conversation.errors import BudgetReachedError, InputError, ModelError
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.models.base import ChatReply, ChatRequest, LanguageModel, PromptStyle
from ai_salesman.models.prices import Price
from ai_salesman.models.spending import note_use

__all__ = ["Budget", "MeteredModel", "most_of"]

_BYTES_PER_TOKEN = 2
"""Of prompts: English has about 4, other scripts 2 or more."""
_MESSAGE_TOKENS = 16
"""Roles and separators of one message, generously."""


class Budget:
    """Money and tokens that all seats of a run share; without caps it only counts."""

    def __init__(self, max_usd: float | None = None, max_tokens: int | None = None):
        self.max_usd = max_usd
        self.max_tokens = max_tokens
        self.spent = TokenUse()
        """By this run in all its sittings, once `begin` was called."""
        self._promised = TokenUse()
        self._on_the_way = 0
        self._settled = asyncio.Event()

    @property
    def capped(self) -> bool:
        """There is something to watch."""
        return self.max_usd is not None or self.max_tokens is not None

    def begin(self, spent_before: TokenUse) -> None:
        """Go on with a run that has spent something in earlier sittings."""
        self.spent += spent_before

    @asynccontextmanager
    async def reserved(self, most: TokenUse) -> AsyncIterator[None]:
        """Wait until `most` fits beside all that is on its way, and hold it during the body.

        Raises:
            BudgetReachedError: nothing is on its way, and it does not fit.
        """
        while not self._fits(most):
            if not self._on_the_way:
                raise BudgetReachedError(self._reached())
            await self._settled.wait()
        self._promised += most
        self._on_the_way += 1
        try:
            yield
        finally:
            self._on_the_way -= 1
            self._promised = _minus(self._promised, most) if self._on_the_way else TokenUse()
            self._settled.set()
            self._settled = asyncio.Event()

    def charge(self, use: TokenUse) -> None:
        """Count what was used."""
        self.spent += use

    def _fits(self, more: TokenUse) -> bool:
        total = self.spent + self._promised + more
        return (self.max_usd is None or total.usd <= self.max_usd) and (
            self.max_tokens is None or total.tokens_in + total.tokens_out <= self.max_tokens
        )

    def _reached(self) -> str:
        tokens = self.spent.tokens_in + self.spent.tokens_out
        money = f"{self.spent.usd:.4f} of {self.max_usd:g} USD" if self.max_usd is not None else ""
        count = f"{tokens:,} of {self.max_tokens:,} tokens" if self.max_tokens is not None else ""
        parts = " and ".join(part for part in (money, count) if part)
        return (
            f"{parts} are spent, and the next request might cost more than is left; "
            "every finished cohort is stored"
        )


class MeteredModel:
    """A model whose use is priced, counted and kept within a budget."""

    def __init__(self, model: LanguageModel, price: Price | None, budget: Budget | None = None):
        """
        Args:
            model: answers the requests.
            price: of the model; None when nobody knows it.
            budget: of the run. A model on this machine has none: it costs nothing, and waiting
                for one member of a cohort would hold up the batch that the others wait for.

        Raises:
            InputError: money is capped, and the price is not known.
        """
        if price is None and budget and budget.max_usd is not None:
            raise InputError(
                f"the price of {model.uri} is not known, so no cap on money can hold; "
                "give it in a file with --prices (name: {input: USD per million tokens, "
                "output: ...}), or cap tokens with --max-tokens-total"
            )
        self.uri = model.uri
        self.prompt_style: PromptStyle = model.prompt_style
        self._model = model
        self._budget = budget
        self._price = price

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The model's answer, with its price.

        Raises:
            BudgetReachedError: it might cost more than is left; nothing was sent.
            ModelError: what the model raises.
        """
        if self._budget is None or not self._budget.capped:
            return await self._answer(request)
        async with self._budget.reserved(self._priced(most_of(request))):
            return await self._answer(request)

    async def _answer(self, request: ChatRequest) -> ChatReply:
        try:
            reply = await self._model.chat(request)
        except ModelError as error:
            self._count(TokenUse(tokens_in=error.tokens_in, tokens_out=error.tokens_out))
            raise
        return reply.model_copy(update={"use": self._count(reply.use)})

    def _count(self, use: TokenUse) -> TokenUse:
        priced = self._priced(use)
        if self._budget:
            self._budget.charge(priced)
        note_use(priced)
        return priced

    def _priced(self, use: TokenUse) -> TokenUse:
        if self._price is None:
            return use.model_copy(update={"unpriced": use.tokens_in + use.tokens_out})
        return use.model_copy(update={"usd": self._price.of(use)})


def most_of(request: ChatRequest) -> TokenUse:
    """The most that a request can cost, when its first answer is usable."""
    prompt = sum(len(message.content.encode(errors="replace")) for message in request.messages)
    roles = _MESSAGE_TOKENS * (len(request.messages) + 1)
    return TokenUse(tokens_in=prompt // _BYTES_PER_TOKEN + roles, tokens_out=request.max_tokens)


def _minus(whole: TokenUse, part: TokenUse) -> TokenUse:
    return TokenUse(
        tokens_in=whole.tokens_in - part.tokens_in,
        tokens_out=whole.tokens_out - part.tokens_out,
        usd=whole.usd - part.usd,
    )
