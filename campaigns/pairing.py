"""Did two runs call the same customers? Then their calls are compared customer by customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.store import RunInfo, RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import StopReason

__all__ = ["CallPair", "Pairing", "PlayedRun", "load_runs", "pair_calls", "pairing_of"]

CallPair = tuple[Episode, Episode]
"""Calls of baseline and challenger to one customer."""


@dataclass(frozen=True)
class PlayedRun:
    """A stored run with its episodes."""

    info: RunInfo
    label: str
    """What tells it from the other runs: 'script, planner doga'."""
    episodes: tuple[Episode, ...]
    """Without those that failed for technical reasons."""
    failed: frozenset[int] = frozenset()
    """Indices of the episodes that did."""

    @cached_property
    def by_index(self) -> dict[int, Episode]:
        """The episodes by their index."""
        return {episode.index: episode for episode in self.episodes}

    @property
    def agent(self) -> tuple[str, str]:
        """Salesman and planner."""
        return self.info.campaign.salesman, self.info.campaign.planner


class Pairing(BaseModel):
    """How the calls of two runs belong together."""

    model_config = ConfigDict(frozen=True)

    paired: bool
    reason: str
    """Why they are not paired; empty when they are."""
    calls: tuple[int, int]
    """Calls of baseline and challenger that are compared; equal numbers when paired."""
    dropped: int
    """Customers left out (calls, where not paired) because a call failed for technical reasons."""
    unmatched: int
    """Calls that only one run has; 0 when they are not paired."""


def load_runs(store: RunStore, names: Sequence[str]) -> list[PlayedRun]:
    """The runs of these names, labelled by what differs between them.

    Raises:
        UnknownNameError: there is no such run.
        InputError: a run has no call to compare.
    """
    infos = [store.info(name) for name in names]
    return [_played(store, info, label) for info, label in zip(infos, _labels(infos), strict=True)]


def _played(store: RunStore, info: RunInfo, label: str) -> PlayedRun:
    played, failed = [], set()
    for episode in store.episodes(info.id):
        if episode.stop is StopReason.INFRASTRUCTURE_ERROR:
            failed.add(episode.index)
        else:
            played.append(episode)
    if not played:
        raise InputError(f"run {info.id} has no finished call; finish it, or choose another run")
    return PlayedRun(info, label, tuple(played), frozenset(failed))


def _labels(infos: Sequence[RunInfo]) -> list[str]:
    """The parts in which runs differ; their ids when that does not tell them apart."""
    rows = [_parts(info) for info in infos]
    telling = [name for name in rows[0] if len({row[name] for row in rows}) > 1]
    labels = [", ".join(_part(name, row[name]) for name in telling) for row in rows]
    return labels if len(set(labels)) == len(infos) else [info.id for info in infos]


def _parts(info: RunInfo) -> dict[str, str]:
    campaign = info.campaign
    return {
        "salesman": campaign.salesman,
        "planner": campaign.planner,
        "customer": campaign.customer,
        "campaign": campaign.name,
        "seed": str(campaign.seed),
    }


def _part(name: str, value: str) -> str:
    return value if name == "salesman" else f"{name} {value}"


def pair_calls(baseline: PlayedRun, challenger: PlayedRun) -> list[CallPair]:
    """The calls of both runs to the same customers, by index. Ask `pairing_of` first."""
    common = sorted(baseline.by_index.keys() & challenger.by_index.keys())
    return [(baseline.by_index[index], challenger.by_index[index]) for index in common]


def pairing_of(baseline: PlayedRun, challenger: PlayedRun) -> Pairing:
    """Whether the runs called the same seeded customers, and how many calls are left out."""
    reason = _why_not(baseline, challenger)
    if reason:
        return Pairing(
            paired=False,
            reason=reason,
            calls=(len(baseline.episodes), len(challenger.episodes)),
            dropped=len(baseline.failed) + len(challenger.failed),
            unmatched=0,
        )
    pairs = len(baseline.by_index.keys() & challenger.by_index.keys())
    mine, theirs = (frozenset(run.by_index) | run.failed for run in (challenger, baseline))
    return Pairing(
        paired=True,
        reason="",
        calls=(pairs, pairs),
        dropped=len(mine & theirs) - pairs,
        unmatched=len(mine ^ theirs),
    )


def _why_not(baseline: PlayedRun, challenger: PlayedRun) -> str:
    one, other = baseline.info.campaign, challenger.info.campaign
    if one.seed != other.seed:
        return f"the seeds differ ({one.seed} and {other.seed})"
    if one.domain != other.domain:
        return f"the trades differ ({one.domain} and {other.domain})"
    if one.population != other.population:
        return "the populations differ"
    pairs = pair_calls(baseline, challenger)
    if not pairs:
        return "no customer was called to the end in both"
    for first, second in pairs:
        if first.seed != second.seed or first.persona != second.persona:
            return f"customer {first.index} is not the same in both"
    return ""
