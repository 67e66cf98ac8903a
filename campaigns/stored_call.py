"""What the columns of the store say of one call: enough for lists and comparisons."""

from __future__ import annotations

from dataclasses import dataclass

from ai_salesman.conversation.taxonomy import BuyingIntent, StopReason, Tier

__all__ = ["StoredCall"]


@dataclass(frozen=True, slots=True)
class StoredCall:
    """One episode without its words, some hundred times smaller than with them."""

    index: int
    stop: StopReason
    tier: Tier
    score: float | None
    """0 to 10; None where a part was not judged."""
    seed: int
    persona: str
    """Id."""
    customer: str
    """Name."""
    business: str
    persona_digest: str
    """Calls with the same one met the same customer."""
    intent: BuyingIntent | None
    converted: bool
    honest: bool | None
    """Converted, and on no false claim; None where no ledger of claims was kept."""
    revenue: float
    """The price agreed; 0 where nothing was sold."""
    turns: int
    """Of both sides."""
    tokens_in: int
    tokens_out: int
    usd: float
    seconds: float

    @property
    def failed(self) -> bool:
        """It ended for technical reasons, and is never scored."""
        return self.stop is StopReason.INFRASTRUCTURE_ERROR
