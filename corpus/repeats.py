"""Know a call again that is written down twice, word for word or nearly so."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.corpus.dialogue import CorpusTurn

__all__ = ["Repeats", "words_of"]

_LONG = 24
"""Letters from which on two customers hardly say the same."""
_STOCK = 20
"""Calls in which a line stands that says nothing of a call."""
_FEWEST = 3
"""Long turns without which only the very same words count."""


class Repeats:
    """The calls read so far.

    Salesmen say the same in many calls, so it is the customer who tells calls apart: two are the
    same when all letters agree, or at least half of one's long customer turns stand in the other.
    """

    def __init__(self) -> None:
        self._calls: dict[str, str] = {}
        self._callers: defaultdict[str, set[str]] = defaultdict(set)

    def earlier(self, turns: Sequence[CorpusTurn]) -> str | None:
        """The name of an earlier call that is the same; None: there is none."""
        if (name := self._calls.get(words_of(turns))) is not None:
            return name
        long = _long_turns(turns)
        if len(long) < _FEWEST:
            return None
        callers = [self._callers.get(line, set()) for line in long]
        shared = Counter(name for names in callers if len(names) <= _STOCK for name in names)
        name, count = next(iter(shared.most_common(1)), ("", 0))
        return name if count >= _FEWEST and 2 * count >= len(long) else None

    def add(self, turns: Sequence[CorpusTurn], name: str) -> None:
        """A call was read."""
        self._calls[words_of(turns)] = name
        for line in _long_turns(turns):
            self._callers[line].add(name)


def words_of(turns: Sequence[CorpusTurn]) -> str:
    """A digest of who says what: speakers, letters and digits."""
    said = "\n".join(f"{turn.speaker.value}:{_letters(turn)}" for turn in turns)
    return hashlib.sha256(said.encode()).hexdigest()


def _long_turns(turns: Sequence[CorpusTurn]) -> set[str]:
    said = {_letters(turn) for turn in turns if turn.speaker is Speaker.CUSTOMER}
    return {line for line in said if len(line) >= _LONG}


def _letters(turn: CorpusTurn) -> str:
    return "".join(filter(str.isalnum, turn.text.casefold()))
