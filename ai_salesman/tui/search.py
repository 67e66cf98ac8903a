"""Search through the words of all listed calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.literal import spoken, visible

__all__ = ["Match", "Search", "SpokenCall", "spoken_calls"]


@dataclass(frozen=True)
class Match:
    """One place where the words were found."""

    episode: int
    turn: int
    start: int
    """Start and end are places in `literal.spoken` of the turn."""
    end: int


@dataclass(frozen=True)
class SpokenCall:
    """What was said in one call."""

    index: int
    turns: tuple[tuple[int, str], ...]
    """Number of the turn, and its words as `literal.spoken` shows them."""


class Search:
    """The matches of some words, and which of them is being looked at."""

    def __init__(self, calls: Sequence[SpokenCall], words: str):
        """Find `words`, upper and lower case alike, in the turns of `calls`, in their order."""
        self.matches = _find(calls, words) if words else []
        self._at = 0

    @property
    def current(self) -> Match | None:
        """The match that is being looked at."""
        return self.matches[self._at] if self.matches else None

    @property
    def position(self) -> str:
        """'3 of 17', or 'no match'."""
        return f"{self._at + 1} of {len(self.matches)}" if self.matches else "no match"

    def start_at(self, episode: int) -> None:
        """Look at the first match in this episode, if there is one."""
        for at, match in enumerate(self.matches):
            if match.episode == episode:
                self._at = at
                return

    def step(self, by: int) -> None:
        """Go on to another match; after the last comes the first."""
        if self.matches:
            self._at = (self._at + by) % len(self.matches)

    def places(self, episode: int) -> dict[int, list[tuple[int, int]]]:
        """Where the words stand in one episode: turn -> starts and ends."""
        found: dict[int, list[tuple[int, int]]] = {}
        for match in self.matches:
            if match.episode == episode:
                found.setdefault(match.turn, []).append((match.start, match.end))
        return found


def spoken_calls(episodes: Iterable[Episode]) -> list[SpokenCall]:
    """The words alone; a thousand calls are some three megabytes."""
    return [
        SpokenCall(episode.index, tuple((turn.index, spoken(turn)) for turn in episode.turns))
        for episode in episodes
    ]


def _find(calls: Sequence[SpokenCall], words: str) -> list[Match]:
    pattern = re.compile(re.escape(visible(words)), re.IGNORECASE)
    return [
        Match(call.index, turn, *found.span())
        for call in calls
        for turn, text in call.turns
        for found in pattern.finditer(text)
    ]
