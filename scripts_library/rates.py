"""How often calls are won in which salesmen do a certain thing: Beta posteriors of cells.

A call counts once for each cell that it shows. Cells that end calls (taking a no, confirming a
yes) succeed never or always; that says nothing of their words, so what is said is judged against
what else was said to the same act (`of_intent`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.scripts_library.script import Segment
from ai_salesman.scripts_library.shrinkage import Beta, Counts, fit_strength, shrunk
from ai_salesman.scripts_library.sightings import Cell, Sighting

__all__ = ["CellRate", "SuccessRates", "calls_won"]

DEFAULT_STRENGTH = 20.0
"""Calls' worth of belief in a prior, where there is too little to fit it."""

Key = TypeVar("Key", bound=Hashable)


class CellRate(BaseModel):
    """Success of one kind of turn with one kind of customer."""

    model_config = ConfigDict(frozen=True)

    stage: Stage
    intent: CustomerAct
    strategy: Strategy
    segment: Segment
    wins: int
    losses: int
    alpha: float
    beta: float


class SuccessRates:
    """Posterior success of the cells of a corpus.

    Args:
        seen: salesman turns of calls whose outcome is known; at least one.
    """

    def __init__(self, seen: Sequence[Sighting]):
        self.base = calls_won(seen).rate()
        self._cells = _counted((key, s) for s in seen for key in _keys(s))
        rates = [self.base] * len(self._cells)
        # In order: sums of floats depend on theirs, and the order of the calls must not matter.
        counts = [self._cells[key] for key in sorted(self._cells)]
        self.strength = fit_strength(counts, rates, DEFAULT_STRENGTH)
        self._intents = _counted((s.cell.intent, s) for s in seen)

    def of(self, cell: Cell, segment: Segment) -> Beta:
        """Success of a cell with customers of a segment; 'any' is all customers."""
        return self._shrunk(self._cells.get((cell, segment)))

    def of_intent(self, intent: CustomerAct) -> float:
        """Posterior mean success of calls in which the customer did this."""
        return self._shrunk(self._intents.get(intent)).mean

    def table(self) -> tuple[CellRate, ...]:
        """Every cell, in order."""
        return tuple(
            CellRate(
                **cell._asdict(),
                segment=segment,
                **counts._asdict(),
                **self.of(cell, segment)._asdict(),
            )
            for (cell, segment), counts in sorted(self._cells.items())
        )

    def _shrunk(self, counts: Counts | None) -> Beta:
        return shrunk(counts or Counts(0, 0), self.base, self.strength)


def calls_won(seen: Iterable[Sighting]) -> Counts:
    """Won and lost calls among `seen`, each once."""
    calls = {s.call: s.won for s in seen}
    wins = sum(calls.values())
    return Counts(wins, len(calls) - wins)


def _keys(seen: Sighting) -> set[tuple[Cell, Segment]]:
    return {(seen.cell, seen.segment), (seen.cell, "any")}


def _counted(pairs: Iterable[tuple[Key, Sighting]]) -> Mapping[Key, Counts]:
    groups: defaultdict[Key, list[Sighting]] = defaultdict(list)
    for key, sighting in pairs:
        groups[key].append(sighting)
    return {key: calls_won(members) for key, members in groups.items()}
