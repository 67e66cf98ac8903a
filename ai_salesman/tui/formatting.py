"""Short words, marks and bars for the things of a call."""

from __future__ import annotations

from enum import StrEnum

from ai_salesman.campaigns.stored_call import StoredCall
from ai_salesman.conversation.taxonomy import StopReason, Tier

__all__ = ["bar", "end_words", "name_of", "sale_mark", "score_words", "tier_words"]

_ENDS = {
    StopReason.AGREED: "agreed",
    StopReason.REFUSED: "refused",
    StopReason.HUNG_UP: "hung up",
    StopReason.DO_NOT_CALL: "no calls",
    StopReason.CALLBACK: "callback",
    StopReason.MAX_TURNS: "too long",
    StopReason.SALESMAN_ENDED: "we ended",
    StopReason.INFRASTRUCTURE_ERROR: "failed",
}

_TIERS = {
    Tier.EASY: "easy",
    Tier.MEDIUM: "medium",
    Tier.HARD: "hard",
    Tier.VERY_HARD: "v.hard",
    Tier.ADVERSARIAL: "advers.",
}


def name_of(member: StrEnum) -> str:
    """The word of an enum member as one reads it: 'ask_price' is 'ask price'."""
    return member.value.replace("_", " ")


def end_words(stop: StopReason) -> str:
    """Why a call ended, in at most eight letters."""
    return _ENDS[stop]


def tier_words(tier: Tier) -> str:
    """A tier in at most seven letters."""
    return _TIERS[tier]


def score_words(score: float | None) -> str:
    """A score of 0 to 10 with one decimal; a dot where there is none."""
    return "·" if score is None else f"{score:.1f}"


def sale_mark(call: StoredCall) -> str:
    """✓ an honest sale, ! a void one, ? one whose claims nobody judged, nothing where none."""
    if not call.converted:
        return ""
    if call.honest is None:
        return "?"
    return "✓" if call.honest else "!"


def bar(share: float, width: int = 10) -> tuple[str, str]:
    """A bar for a share of 0 to 1: the filled part and the track that is left."""
    filled = round(min(max(share, 0.0), 1.0) * width)
    return "━" * filled, "─" * (width - filled)
