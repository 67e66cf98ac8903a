"""Where a run is played: from what a user says to an engine with everything it needs."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.engine import CohortPlayer, Engine, LocalEngine, Workplace
from ai_salesman.campaigns.sitting import Sitting
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.errors import InputError
from ai_salesman.models.thrift import Thrift
from ai_salesman.seat_names import check_names
from ai_salesman.wiring import open_runner

__all__ = ["WorkerOpener", "open_sitting"]


@dataclass(frozen=True)
class WorkerOpener:
    """Loads a campaign's parts in the worker that calls it."""

    campaign: Campaign
    concurrency: int
    thrift: Thrift
    folder: Path
    """Where the run was started: relative paths of plug-ins and models start there."""

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[CohortPlayer]:
        """The parts, closed at the end.

        Raises:
            InputError: a file that the campaign names is not on this machine.
        """
        if self.folder.is_dir():
            os.chdir(self.folder)
        store = RunStore("sqlite://")  # a worker writes nothing: the driver stores what it plays
        async with open_runner(self.campaign, store, self.concurrency, self.thrift) as runner:
            yield runner


@asynccontextmanager
async def open_sitting(
    campaign: Campaign,
    store: RunStore,
    concurrency: int,
    thrift: Thrift | None = None,
    workplace: Workplace | None = None,
) -> AsyncIterator[Sitting]:
    """A sitting of a run of `campaign`, where `workplace` says.

    Args:
        campaign: what is played.
        store: where episodes go.
        concurrency: about how many episodes are in flight over all workers, in whole cohorts.
        thrift: what may be spent. Caps hold in this process alone.
        workplace: this process by default.

    Raises:
        InputError: a name or URI in the campaign is wrong, a model does not answer, its price is
            not known and money is capped, or a cap or cache cannot be kept by several workers.
        MissingPartError: weights or a library are missing.
    """
    thrift, workplace = thrift or Thrift(), workplace or Workplace()
    cohorts = max(1, concurrency // campaign.cohort)
    if workplace.in_this_process:
        async with open_runner(campaign, store, concurrency, thrift) as runner:
            yield Sitting(campaign, store, LocalEngine(runner, cohorts), runner.budget)
        return
    check_names(campaign)
    _check_thrift(thrift, workplace)
    yield Sitting(campaign, store, _engine(campaign, concurrency, cohorts, thrift, workplace))


def _engine(
    campaign: Campaign, concurrency: int, cohorts: int, thrift: Thrift, workplace: Workplace
) -> Engine:
    opener = WorkerOpener(campaign, concurrency, _with_whole_paths(thrift), Path.cwd())
    if workplace.engine == "ray":
        from ai_salesman.campaigns.ray_engine import RayEngine

        return RayEngine(
            opener,
            workplace.workers,
            max(1, cohorts // (workplace.workers or cohorts)),
            workplace.address,
        )
    from ai_salesman.campaigns.process_engine import ProcessEngine

    workers = workplace.workers or 1
    return ProcessEngine(opener, workers, max(1, cohorts // workers))


def _check_thrift(thrift: Thrift, workplace: Workplace) -> None:
    where = "--engine ray" if workplace.engine == "ray" else "--workers"
    for option, value in (
        ("--max-cost", thrift.max_usd),
        ("--max-tokens-total", thrift.max_tokens),
    ):
        if value is not None:
            raise InputError(
                f"several workers cannot keep one cap; leave {where} out", field=option
            )
    if thrift.cache and workplace.engine == "ray":
        raise InputError(
            "machines of a cluster cannot share the file; leave it out", field="--cache"
        )


def _with_whole_paths(thrift: Thrift) -> Thrift:
    def whole(path: Path | None) -> Path | None:
        return path.absolute() if path else None

    return replace(thrift, cache=whole(thrift.cache), prices=whole(thrift.prices))
