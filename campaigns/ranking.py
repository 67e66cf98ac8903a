"""One ranking of three or more runs from who did better with which customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.pairing import PlayedRun, pairing_of
from ai_salesman.evaluation.bradley_terry import Strength, bradley_terry, wins_of

__all__ = ["Ranking", "rankings"]


class Ranking(BaseModel):
    """Bradley-Terry strengths of the runs that met the same customers of one kind."""

    model_config = ConfigDict(frozen=True)

    customer: str
    """The kind of customer: `agenda`, `llm:<uri>`."""
    customers: int
    """How many all of them called."""
    strengths: tuple[Strength, ...]
    """Strongest first; `agent` is the run's label."""

    @property
    def sentence(self) -> str:
        """The order in words."""
        names = ", ".join(strength.agent for strength in self.strengths)
        return f"By customers won, best first: {names}."


def rankings(runs: Sequence[PlayedRun]) -> list[Ranking]:
    """A ranking for each kind of customer; none where the runs called different customers."""
    kinds: dict[str, list[PlayedRun]] = defaultdict(list)
    for run in runs:
        kinds[run.info.campaign.customer].append(run)
    return [
        found
        for kind, members in kinds.items()
        if len(members) > 1 and (found := _ranking(kind, members)) is not None
    ]


def _ranking(kind: str, runs: Sequence[PlayedRun]) -> Ranking | None:
    if not all(pairing_of(runs[0], run).paired for run in runs[1:]):
        return None
    common = sorted(frozenset.intersection(*(frozenset(run.by_index) for run in runs)))
    if not common:
        return None
    figures = [_figures(runs, index) for index in common]
    strengths = bradley_terry([run.label for run in runs], wins_of(figures))
    return Ranking(customer=kind, customers=len(common), strengths=tuple(strengths))


def _figures(runs: Sequence[PlayedRun], index: int) -> list[float]:
    """How each run did with one customer: by score, or by conversion where one has no score."""
    calls = [run.by_index[index] for run in runs]
    scores = [call.score for call in calls if call.score is not None]
    if len(scores) == len(calls):
        return scores
    return [float(call.converted) for call in calls]
