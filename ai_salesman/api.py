"""What a user scripts with."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ai_salesman.campaigns.campaign import Campaign, load_campaign
from ai_salesman.campaigns.runner import run_id
from ai_salesman.campaigns.store import DEFAULT_STORE, RunInfo, RunStore
from ai_salesman.campaigns.summary import RunSummary, summarise
from ai_salesman.wiring import open_runner

__all__ = ["run_campaign"]


def run_campaign(
    campaign: Campaign | Path | str, *, store: str = DEFAULT_STORE, concurrency: int = 32
) -> RunSummary:
    """Play a campaign, or what is missing of it, and sum it up.

    Call it from plain code, not from a running event loop.

    Args:
        campaign: a campaign, or the path of a campaign file.
        store: run store, any SQLAlchemy URL.
        concurrency: about how many episodes are in flight, in whole cohorts.

    Raises:
        AiSalesmanError: bad input, a missing part, or a store that cannot be used.
    """
    loaded = campaign if isinstance(campaign, Campaign) else load_campaign(Path(campaign))
    opened = RunStore(store)
    info = asyncio.run(_run(loaded, opened, concurrency))
    return summarise(info, opened.episodes(info.id))


async def _run(campaign: Campaign, store: RunStore, concurrency: int) -> RunInfo:
    async with open_runner(campaign, store, concurrency) as runner:
        return await runner.run(run_id(campaign), concurrency)
