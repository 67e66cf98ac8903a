"""What a customer makes of one salesman turn: the ear's result."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.persona import Remedy
from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct

__all__ = ["Context", "Heard", "HeardSentence", "Question"]

Question = Literal[
    "permission",
    "decider",
    "quantity",
    "supplier",
    "agreement",
    "doubts",
    "wellbeing",
    "callback",
    "commitment",
    "open",
    "closed",
]
"""What sort of answer a question wants."""


_SURE_OF_END = 0.45
"""Hearing a goodbye that was none ends the call, so a doubtful one is not enough."""


class Context(BaseModel):
    """What the customer has in mind while it listens."""

    model_config = ConfigDict(frozen=True)

    my_words: str = ""
    """My own last turn; empty when the call begins."""
    my_act: CustomerAct | None = None
    earlier: tuple[str, ...] = ()
    """This salesman's earlier turns."""
    price: float | None = None
    """List price as heard so far."""
    discount: float = 0.0
    """Percent off, as heard so far."""
    offer: float | None = None
    """The last price that I named myself."""


class HeardSentence(BaseModel):
    """One sentence as heard."""

    model_config = ConfigDict(frozen=True)

    text: str
    act: SalesAct
    confidence: float


class Heard(BaseModel):
    """One salesman turn as heard."""

    model_config = ConfigDict(frozen=True)

    sentences: tuple[HeardSentence, ...] = ()
    words: int = 0
    price: float | None = None
    """List price named in this turn."""
    period: str = ""
    """'month', 'year', ... of that price; '' when none was named."""
    discount: float | None = None
    """Percent off the list price named in this turn."""
    terms: tuple[str, ...] = ()
    """Durations named, in words."""
    asked: dict[str, float] = {}
    """Need -> how clearly a question was about it, in [0, 1]."""
    served: dict[str, float] = {}
    """Need -> how clearly something said would help with it, in [0, 1]."""
    remedies: dict[Remedy, float] = {}
    """Remedy -> how clearly it was offered, in [0, 1]."""
    questions: tuple[Question, ...] = ()
    """The questions, in order."""
    names: dict[str, str] = {}
    """company, product, agent, callback_time: words that were named."""
    relevance: float = 1.0
    """How far the turn speaks to what I last said, in [0, 1]."""
    repetition: float = 0.0
    """Likeness to this salesman's own earlier turns, in [0, 1]."""
    suspicious: tuple[str, ...] = ()
    """What contradicts earlier words or sounds too good, each in words."""

    @property
    def acts(self) -> frozenset[SalesAct]:
        """The acts heard."""
        return frozenset(sentence.act for sentence in self.sentences)

    @property
    def nonsense(self) -> bool:
        """Nothing in the turn could be made sense of."""
        return all(sentence.act is SalesAct.OTHER for sentence in self.sentences)

    @property
    def farewell(self) -> bool:
        """The turn closes with a goodbye, clearly."""
        sure = any(s.act is SalesAct.END and s.confidence >= _SURE_OF_END for s in self.sentences)
        return sure and self.sentences[-1].act in (SalesAct.END, SalesAct.THANK, SalesAct.OTHER)

    @property
    def informs(self) -> bool:
        """Something was told about the offer."""
        return bool(self.served) or self.price is not None or bool(self.acts & _TELLING)


_TELLING = {
    SalesAct.EXPLAIN_BENEFIT,
    SalesAct.STATE_FACT,
    SalesAct.SOCIAL_PROOF,
    SalesAct.QUOTE_PRICE,
    SalesAct.OFFER_DISCOUNT,
}
