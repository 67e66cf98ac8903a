"""Did two runs call the same customers? Then their calls are compared customer by customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.store import RunInfo, RunStore, stored_call
from ai_salesman.campaigns.stored_call import StoredCall
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import StopReason

__all__ = [
    "CallPair",
    "EpisodePair",
    "Pairing",
    "PlayedRun",
    "load_runs",
    "pair_calls",
    "pair_episodes",
    "pairing_of",
]

_FAILED = StopReason.INFRASTRUCTURE_ERROR

CallPair = tuple[StoredCall, StoredCall]
"""Calls of baseline and challenger to one customer."""
EpisodePair = tuple[Episode, Episode]
"""The same with their words."""


@dataclass(frozen=True)
class PlayedRun:
    """A stored run with its calls."""

    info: RunInfo
    label: str
    """What tells it from the other runs: 'script, planner doga'."""
    calls: tuple[StoredCall, ...]
    """Without those that failed for technical reasons."""
    failed: frozenset[int] = frozenset()
    """Indices of the calls that did."""
    episodes: tuple[Episode, ...] = ()
    """The calls with their words, where the run was loaded with them."""

    @classmethod
    def of_episodes(
        cls,
        info: RunInfo,
        label: str,
        episodes: Iterable[Episode],
        failed: frozenset[int] = frozenset(),
    ) -> PlayedRun:
        """A run with its words."""
        whole = tuple(episodes)
        return cls(info, label, tuple(map(stored_call, whole)), failed, whole)

    @cached_property
    def by_index(self) -> dict[int, StoredCall]:
        """The calls by their index."""
        return {call.index: call for call in self.calls}

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


def load_runs(store: RunStore, names: Sequence[str], *, words: bool = False) -> list[PlayedRun]:
    """The runs of these names, labelled by what differs between them.

    `words` reads whole episodes, which takes some thirty times as long and as much memory.

    Raises:
        UnknownNameError: there is no such run.
        InputError: a run has no call to compare.
    """
    infos = [store.info(name) for name in names]
    labelled = zip(infos, _labels(infos), strict=True)
    return [_played(store, info, label, words) for info, label in labelled]


def _played(store: RunStore, info: RunInfo, label: str, words: bool) -> PlayedRun:
    calls = store.calls(info.id)
    failed = frozenset(call.index for call in calls if call.failed)
    played = tuple(call for call in calls if not call.failed)
    if not played:
        raise InputError(f"run {info.id} has no finished call; finish it, or choose another run")
    if words:
        sound = (e for e in store.episodes(info.id) if e.stop is not _FAILED)
        return PlayedRun.of_episodes(info, label, sound, failed)
    return PlayedRun(info, label, played, failed)


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


def pair_episodes(baseline: PlayedRun, challenger: PlayedRun) -> list[EpisodePair]:
    """The same with words; of runs that were loaded with them."""
    mine, theirs = ({e.index: e for e in run.episodes} for run in (baseline, challenger))
    return [(mine[index], theirs[index]) for index in sorted(mine.keys() & theirs.keys())]


def pairing_of(baseline: PlayedRun, challenger: PlayedRun) -> Pairing:
    """Whether the runs called the same seeded customers, and how many calls are left out."""
    reason = _why_not(baseline, challenger)
    if reason:
        return Pairing(
            paired=False,
            reason=reason,
            calls=(len(baseline.calls), len(challenger.calls)),
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
        if (first.seed, first.persona_digest) != (second.seed, second.persona_digest):
            return f"customer {first.index} is not the same in both"
    return ""
