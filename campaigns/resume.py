"""Which run a command means: one that is stored, one that is longer, or a new one.

docs/store.md tells users what follows from the rules here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.changes import changes_between
from ai_salesman.campaigns.provenance import different_versions, versions_here
from ai_salesman.campaigns.runner import run_id
from ai_salesman.campaigns.store import RunInfo, RunStore
from ai_salesman.conversation.errors import InputError

__all__ = ["Start", "start_of"]

_SHOWN_CHANGES = 8


@dataclass(frozen=True)
class Start:
    """Where a command begins."""

    run: str
    known: RunInfo | None
    """The run as it is stored; None for a new one."""
    extends: RunInfo | None = None
    """A run of the same campaign with another number of calls, whose whole cohorts count."""

    def notes(self) -> list[str]:
        """What a user should know before it begins, a line each."""
        if self.known is not None and self.known.finished:
            return []
        base = self.known or self.extends
        notes = []
        if self.known is None and self.extends is not None:
            notes.append(f"the whole cohorts of run {self.extends.id} are taken over")
        changed = different_versions(base.versions, versions_here()) if base else []
        if base and changed:
            notes.append(
                f"run {base.id} was begun with another version ({', '.join(changed)}); stored "
                "calls stay as they are, the others may come out differently (--fresh starts anew)"
            )
        return notes


def start_of(
    store: RunStore,
    campaign: Campaign,
    options: Mapping[str, Any],
    *,
    source: Path,
    fresh: bool = False,
    fork: bool = False,
) -> Start:
    """Where a command begins.

    Args:
        store: the stored runs.
        campaign: as it would be run, options included.
        options: what the command changes of the campaign file.
        source: the campaign file, for messages.
        fresh: begin anew, whatever is stored.
        fork: begin a new run although the file has changed during an unfinished one.

    Raises:
        InputError: the file has changed while the same command's run is unfinished.
    """
    earlier = store.find(campaign.digest())
    if earlier and not fresh:
        return Start(earlier[0], store.info(earlier[0]))
    run = run_id(campaign, len(earlier))
    if fresh:
        return Start(run, None)
    others = store.runs(campaign.name)
    if not fork:
        _refuse_changed_file(others, campaign, options, source)
    return Start(run, None, _longest_of_same(others, campaign))


def _refuse_changed_file(
    others: Sequence[RunInfo], campaign: Campaign, options: Mapping[str, Any], source: Path
) -> None:
    """Only the newest run of the same command counts: older ones were left on purpose."""
    same = [info for info in others if _same_options(info.options, options)]
    if not same or same[0].finished or not same[0].completed:
        return
    changes = changes_between(same[0].campaign, _as_long_as(campaign, same[0]))
    if not changes:
        return
    more = len(changes) - _SHOWN_CHANGES
    listed = "; ".join(changes[:_SHOWN_CHANGES]) + (f"; and {more} more" if more > 0 else "")
    info = same[0]
    raise InputError(
        f"has changed since run {info.id} was begun, of which {info.completed} of "
        f"{info.campaign.episodes} calls are stored ({listed}); change it back to go on with that "
        "run, or give --fork to begin a new one beside it",
        source=source,
    )


def _same_options(stored: Mapping[str, Any] | None, given: Mapping[str, Any]) -> bool:
    """Whether the commands were the same, but for the number of calls."""
    if stored is None:
        return False
    return _telling(stored) == _telling(json.loads(json.dumps(given)))


def _telling(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name != "episodes"}


def _as_long_as(campaign: Campaign, info: RunInfo) -> Campaign:
    return campaign.model_copy(update={"episodes": info.campaign.episodes})


def _longest_of_same(others: Sequence[RunInfo], campaign: Campaign) -> RunInfo | None:
    """Of the runs that differ in the number of calls alone, the one with the most of them."""
    same = [
        info
        for info in others
        if info.campaign.digest() == _as_long_as(campaign, info).digest()
        and min(info.completed, campaign.episodes) >= campaign.cohort
    ]
    return max(same, key=lambda info: info.completed, default=None)
