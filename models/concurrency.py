"""How many requests an endpoint may have in flight: found out, not guessed.

Additive increase, multiplicative decrease, as TCP shares a line (Chiu and Jain, 1989): each answer
lets the number grow by a small step, about one for each round of answers; being turned away (429,
503, 529) halves it. Requests that were already on their way when it was halved do not halve it
again, so one crowded moment costs one halving, however many requests it turned away.
"""

from __future__ import annotations

import asyncio
from collections import deque

__all__ = ["AdaptiveLimit", "Passage"]


class Passage:
    """One request on its way; it tells the limit how it fared."""

    __slots__ = ("_limit", "_round")

    def __init__(self, limit: AdaptiveLimit):
        self._limit = limit
        self._round = -1

    async def __aenter__(self) -> Passage:
        self._round = await self._limit.enter()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._limit.leave()

    def answered(self) -> None:
        """It was served: a little more may be in flight."""
        self._limit.grow()

    def turned_away(self) -> None:
        """The server had too much to do."""
        self._limit.shrink(self._round)


class AdaptiveLimit:
    """Lets requests pass in the order they came, at most `allowed` at a time."""

    def __init__(self, most: int):
        """Args:
        most: the number that is never exceeded, and with which it starts.
        """
        self._most = max(1, most)
        self._allowed = float(self._most)
        self._round = 0
        self._busy = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def allowed(self) -> int:
        """How many requests may be in flight now."""
        return int(self._allowed)

    @property
    def busy(self) -> int:
        """How many are."""
        return self._busy

    def passage(self) -> Passage:
        """`async with` it: waits for a free place and holds it during the body."""
        return Passage(self)

    def grow(self) -> None:
        """One request was served."""
        if self._allowed < self._most:
            self._allowed = min(float(self._most), self._allowed + 1 / self._allowed)
            self._admit()

    def shrink(self, sent_in_round: int) -> None:
        """A request that was sent in that round was turned away."""
        if sent_in_round == self._round:
            self._round += 1
            self._allowed = max(1.0, self._allowed / 2)

    async def enter(self) -> int:
        """Wait for a free place and take it; the round in which it was taken."""
        if self._busy < self.allowed and not self._waiting:
            self._busy += 1
            return self._round
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # granted in the same moment: the place goes to the next
                self.leave()
            raise
        return self._round

    def leave(self) -> None:
        """Give the place back."""
        self._busy -= 1
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self._busy < self.allowed:
            turn = self._waiting.popleft()
            if not turn.done():
                self._busy += 1
                turn.set_result(None)
