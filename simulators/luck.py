"""Keyed luck: every random draw of a customer is named, so two salesmen meet the same luck.

A draw depends on (seed, customer, kind of event, how many times it happened) and never on
the order of calls. Two salesmen who call the same customer therefore draw alike, which is
what makes paired comparisons sharp.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple, TypeVar

__all__ = ["Luck", "seed_of"]

Item = TypeVar("Item")


class Luck(NamedTuple):
    """The luck of one customer under one seed."""

    seed: int
    customer: str

    def uniform(self, kind: str, count: int = 0) -> float:
        """A draw from (0, 1) for the `count`-th event of `kind`."""
        key = f"{self.seed}\x1f{self.customer}\x1f{kind}\x1f{count}".encode()
        number = int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big")
        return (number + 0.5) / 2.0**64

    def normal(self, kind: str, count: int = 0) -> float:
        """A standard normal draw."""
        return NormalDist().inv_cdf(min(max(self.uniform(kind, count), 1e-12), 1 - 1e-12))

    def chance(self, probability: float, kind: str, count: int = 0) -> bool:
        """True with `probability`."""
        return self.uniform(kind, count) < probability

    def order(self, items: Sequence[Item], kind: str) -> list[Item]:
        """`items` shuffled; each one's place depends on its own draw alone."""
        return sorted(items, key=lambda item: self.uniform(f"{kind}:{item}"))

    def pick(self, items: Sequence[Item], kind: str, count: int = 0) -> Item:
        """The item with the smallest draw: the choice is stable when others are taken away."""
        return min(items, key=lambda item: self.uniform(f"{kind}:{item}", count))


def seed_of(seed: int, index: int) -> int:
    """The seed of episode `index` in a campaign with `seed`."""
    return zlib.crc32(f"{seed}/{index}".encode())
