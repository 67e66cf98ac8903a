"""Short words, marks and bars for the things of a call."""

from __future__ import annotations

from enum import StrEnum

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import StopReason, Tier

__all__ = ["bar", "end_words", "is_sale", "name_of", "sale_mark", "score_words", "tier_words"]

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


def is_sale(episode: Episode) -> bool:
    """The customer bought, whatever the sale rests on."""
    return episode.stop is StopReason.AGREED


def sale_mark(episode: Episode) -> str:
    """✓ an honest sale, ! a void one, ? a sale that nobody judged, nothing where none."""
    if not is_sale(episode):
        return ""
    if episode.score is None:
        return "?"
    return "✓" if episode.score.honest else "!"


def bar(share: float, width: int = 10) -> tuple[str, str]:
    """A bar for a share of 0 to 1: the filled part and the track that is left."""
    filled = round(min(max(share, 0.0), 1.0) * width)
    return "━" * filled, "─" * (width - filled)
