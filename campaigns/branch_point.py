"""Where a stored call is taken up again: one salesman turn, and what was said before it."""

from __future__ import annotations

from dataclasses import dataclass

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.graphs.routing import FAREWELL
from ai_salesman.simulators.luck import seed_of
from ai_salesman.simulators.population import Population

__all__ = ["BranchPoint", "find_branch_point"]


@dataclass(frozen=True)
class BranchPoint:
    """A salesman turn of a stored call."""

    run: str
    campaign: Campaign
    episode: Episode
    turn: Turn
    """The salesman turn as it was."""

    @property
    def before(self) -> tuple[Turn, ...]:
        """What was said before the turn, with nothing left to pay."""
        return tuple(_paid(turn) for turn in self.episode.turns if turn.index < self.turn.index)

    @property
    def recorded(self) -> Turn:
        """The turn as it was, with nothing left to pay."""
        return _paid(self.turn)

    @property
    def ended_by_turn(self) -> StopReason | None:
        """Set when the salesman ended the call with this turn."""
        last = self.episode.turns[-1].index == self.turn.index
        ended = last and self.episode.stop is StopReason.SALESMAN_ENDED
        return StopReason.SALESMAN_ENDED if ended else None

    def seeds(self, count: int) -> list[int]:
        """Luck of the branches after the turn; the first has the luck of the recorded call."""
        own = self.episode.seed
        return [seed_of(own, number) if number else own for number in range(count)]

    def run_of(self, label: str, count: int) -> str:
        """Name of the run that holds the branches of one choice."""
        return f"{self.run}-{self._place}-{label}-x{count}"

    def campaign_of(self, label: str, count: int) -> Campaign:
        """The campaign of that run: `count` calls to this one customer."""
        return self.campaign.model_copy(
            update={
                "name": f"{self.campaign.name}-{self._place}-{label}",
                "episodes": count,
                "population": Population(personas=(self.episode.persona,), spread=0.0),
            }
        )

    @property
    def _place(self) -> str:
        return f"e{self.episode.index}t{self.turn.index}"


def find_branch_point(store: RunStore, run: str, episode: int, turn: int) -> BranchPoint:
    """The salesman turn with number `turn`, or the one that answers the customer's turn `turn`.

    Episodes and turns are numbered as `view` shows them, from 0.

    Raises:
        UnknownNameError: there is no such run or episode.
        InputError: the call has no such turn, or the customer had decided before it.
    """
    info = store.info(run)
    call = store.episode(info.id, episode)
    own = [t for t in call.turns if t.speaker is Speaker.SALESMAN]
    found = next((t for t in own if t.index >= turn), None)
    if found is None or turn < 0:
        numbers = ", ".join(str(t.index) for t in own) or "none"
        raise InputError(
            f"episode {episode} of {info.id} has no salesman turn {turn}; it has {numbers}",
            field="--turn",
        )
    if found is call.turns[-1] and call.stop in FAREWELL:
        raise InputError(
            f"at turn {found.index} the call had ended ({call.stop.value}): what is said then "
            "changes nothing; take an earlier turn",
            field="--turn",
        )
    return BranchPoint(info.id, info.campaign, call, found)


def _paid(turn: Turn) -> Turn:
    return turn.model_copy(update={"use": TokenUse(), "seconds": 0.0})
