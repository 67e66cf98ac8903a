"""Which calls of a run are listed, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import StopReason, Tier

__all__ = ["EpisodeFilter", "Order", "listing", "total"]


class Order(Enum):
    """The order of the list; the value is what the reader is told."""

    INDEX = "by number"
    BEST = "best first"
    WORST = "worst first"

    def following(self) -> Order:
        """The next order round the circle."""
        orders = list(Order)
        return orders[(orders.index(self) + 1) % len(orders)]


@dataclass(frozen=True)
class EpisodeFilter:
    """Conditions that a listed call meets, all of them."""

    stop: StopReason | None = None
    tier: Tier | None = None
    minimum: float | None = None
    """Least score; calls without a score do not reach any."""

    def admits(self, episode: Episode) -> bool:
        """Whether the call is listed."""
        if self.stop is not None and episode.stop is not self.stop:
            return False
        if self.tier is not None and episode.persona.tier is not self.tier:
            return False
        score = total(episode)
        return self.minimum is None or (score is not None and score >= self.minimum)


def listing(episodes: Iterable[Episode], kept: EpisodeFilter, order: Order) -> list[Episode]:
    """The calls that the filter admits, in order. Calls without a score come last by score."""
    found = [episode for episode in episodes if kept.admits(episode)]
    if order is Order.INDEX:
        return sorted(found, key=lambda episode: episode.index)
    sign = -1 if order is Order.BEST else 1
    return sorted(found, key=lambda episode: _rank(episode, sign))


def total(episode: Episode) -> float | None:
    """The score of a call, where it has one."""
    return episode.score.total if episode.score else None


def _rank(episode: Episode, sign: int) -> tuple[bool, float, int]:
    score = total(episode)
    return score is None, sign * (score or 0.0), episode.index
