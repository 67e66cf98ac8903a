"""One turn of a call."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker

__all__ = ["CustomerTrace", "GuardAction", "TokenUse", "Turn"]


class TokenUse(BaseModel):
    """Tokens spent on language models."""

    model_config = ConfigDict(frozen=True)

    tokens_in: int = 0
    tokens_out: int = 0
    usd: float = 0.0
    """By the price list, for models that are on it."""
    unpriced: int = 0
    """Tokens, in and out, of remote models whose price is not known: `usd` leaves them out."""
    cached: int = 0
    """Replies that came from the response cache, free of charge."""

    def __add__(self, other: TokenUse) -> TokenUse:
        return TokenUse(
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_out=self.tokens_out + other.tokens_out,
            usd=self.usd + other.usd,
            unpriced=self.unpriced + other.unpriced,
            cached=self.cached + other.cached,
        )


class GuardAction(BaseModel):
    """What the claims guard did to a draft before it was spoken."""

    model_config = ConfigDict(frozen=True)

    rewrites: int = 0
    fell_back: bool = False
    """The draft was replaced by the best script."""
    problems: tuple[str, ...] = ()
    """One sentence for each claim that was stopped."""


class CustomerTrace(BaseModel):
    """The customer's hidden state after a turn: for the reader, never for agent or judge."""

    model_config = ConfigDict(frozen=True)

    act: CustomerAct
    interest: Annotated[float, Field(ge=0, le=1)]
    trust: Annotated[float, Field(ge=0, le=1)]
    patience: Annotated[float, Field(ge=0, le=1)]
    understanding: Annotated[float, Field(ge=0, le=1)] = 1.0
    utility: float = 0.0
    open_objections: tuple[CustomerAct, ...] = ()
    heard: tuple[str, ...] = ()
    """Dialogue acts that the ear heard in the salesman's turn."""
    events: tuple[str, ...] = ()
    """What moved the state, in words."""


class Turn(BaseModel):
    """What one side said at once, with the hidden side of it for the reader."""

    model_config = ConfigDict(frozen=True)

    index: int
    speaker: Speaker
    text: str
    messages: tuple[str, ...] = ()
    """The parts, when a side sent several messages in one turn; empty means one."""
    outline: Outline | None = None
    """Salesman turns: the plan behind it."""
    guard: GuardAction | None = None
    """Salesman turns: what the claims guard did."""
    trace: CustomerTrace | None = None
    """Customer turns: the state after it."""
    use: TokenUse = TokenUse()
    seconds: float = 0.0
