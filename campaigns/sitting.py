"""One sitting of a run: what is missing of it is played by an engine and stored as it comes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.engine import CohortJob, Engine, EpisodeListener
from ai_salesman.campaigns.ledger import SpendingLedger
from ai_salesman.campaigns.store import RunInfo, RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.models.budget import Budget

__all__ = ["Sitting"]


class _Clock:
    """Splits the run's time among its cohorts, so that they add up to it."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def lap(self) -> float:
        """Seconds since the last lap of any cohort."""
        now = time.perf_counter()
        passed, self._last = now - self._last, now
        return passed


@dataclass(frozen=True)
class Sitting:
    """Brings a run to its end. It alone writes to the store, wherever cohorts are played."""

    campaign: Campaign
    store: RunStore
    engine: Engine
    budget: Budget | None = None
    """What the models of all seats may cost; None is not watched."""

    async def play(
        self,
        run: str,
        on_played: EpisodeListener | None = None,
        on_stored: EpisodeListener | None = None,
    ) -> RunInfo:
        """Play what is missing of `run`.

        Args:
            run: id of the run; begun if it is new.
            on_played: called for each episode that was not stored before when it has been played.
            on_stored: called for each episode when it is judged and stored.

        Raises:
            RunStoppedError: the budget is spent, or an endpoint or a worker is down. Finished
                cohorts are stored, those in flight are not: the run can go on.
        """
        self.store.begin(run, self.campaign)
        ledger = self._open_ledger(run)
        clock = _Clock()

        async def deliver(judged: list[Episode]) -> None:
            await asyncio.to_thread(self.store.save, run, judged, clock.lap())
            self._note_spending(ledger)
            for episode in judged:
                if on_stored:
                    on_stored(episode)

        try:
            await self.engine.play(self._missing(run), deliver, on_played)
        finally:
            self._note_spending(ledger)
        return self.store.info(run)

    def _missing(self, run: str) -> list[CohortJob]:
        done, size = self.store.done(run), self.campaign.cohort
        indices = range(self.campaign.episodes)
        cohorts = [indices[start : start + size] for start in range(0, len(indices), size)]
        return [
            CohortJob(run, cohort, frozenset(done.intersection(cohort)))
            for cohort in cohorts
            if not done.issuperset(cohort)
        ]

    def _open_ledger(self, run: str) -> SpendingLedger | None:
        """The ledger of a run that is watched; what it has spent before counts."""
        if self.budget is None or not self.budget.capped:
            return None
        ledger = SpendingLedger(self.store, run)
        self.budget.begin(ledger.read())
        return ledger

    def _note_spending(self, ledger: SpendingLedger | None) -> None:
        if ledger and self.budget:
            ledger.write(self.budget.spent)
