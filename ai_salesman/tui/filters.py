"""Which calls of a run are listed, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ai_salesman.campaigns.stored_call import StoredCall
from ai_salesman.conversation.taxonomy import StopReason, Tier

__all__ = ["EpisodeFilter", "Order", "listing"]


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

    def admits(self, call: StoredCall) -> bool:
        """Whether the call is listed."""
        if self.stop is not None and call.stop is not self.stop:
            return False
        if self.tier is not None and call.tier is not self.tier:
            return False
        return self.minimum is None or (call.score is not None and call.score >= self.minimum)


def listing(calls: Iterable[StoredCall], kept: EpisodeFilter, order: Order) -> list[StoredCall]:
    """The calls that the filter admits, in order. Calls without a score come last by score."""
    found = [call for call in calls if kept.admits(call)]
    if order is Order.INDEX:
        return sorted(found, key=lambda call: call.index)
    sign = -1 if order is Order.BEST else 1
    return sorted(found, key=lambda call: _rank(call, sign))


def _rank(call: StoredCall, sign: int) -> tuple[bool, float, int]:
    return call.score is None, sign * (call.score or 0.0), call.index
