"""The calls of the ablation: each worker process plays whole runs, one after the other.

What a worker has loaded and heard in one run serves it in the next: the customers are the same.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.engine import Workplace
from ai_salesman.campaigns.runner import run_id
from ai_salesman.campaigns.store import RunStore
from ai_salesman.engines import open_sitting
from ai_salesman.training.ablation import one_thread
from ai_salesman.training.ablation_table import Cell

__all__ = ["play_cells"]

_COHORT = 50
"""Calls that share batches. Batches three times those of a campaign cost a quarter less a call."""


def play_cells(
    cells: Sequence[Cell],
    campaign: Campaign,
    folder: Path,
    store: str,
    workers: int,
    note: Callable[[str], None],
) -> dict[Cell, str]:
    """Play what is missing of each run; their ids, in the order of the cells.

    Args:
        cells: what sits where.
        campaign: everything else.
        folder: of all models.
        store: URL of the run store.
        workers: processes.
        note: called with a line for each run that is there.
    """
    with ProcessPoolExecutor(workers, get_context("spawn"), one_thread) as pool:
        runs = {pool.submit(_play, _seated(campaign, cell, folder), store): cell for cell in cells}
        found = {}
        for number, future in enumerate(as_completed(runs), 1):
            cell = runs[future]
            found[cell] = future.result()
            note(f"[{number}/{len(cells)}] {cell.model.name}, {cell.planner}, {cell.customer}")
    return {cell: found[cell] for cell in cells}


def _seated(campaign: Campaign, cell: Cell, folder: Path) -> Campaign:
    seats = {
        # A model that was trained anew in the same folder is another one: its runs are played anew.
        "title": f"{cell.model.name}, weights {_digest(folder / cell.model.name)}",
        "salesman": f"hf:{folder / cell.model.name}",
        "planner": cell.planner,
        "customer": cell.customer,
        "cohort": _COHORT,
    }
    return campaign.model_copy(update=seats)


def _digest(model: Path) -> str:
    digest = hashlib.sha256()
    for weights in sorted(model.glob("*.safetensors")):
        digest.update(weights.read_bytes())
    return digest.hexdigest()[:8]


def _play(campaign: Campaign, url: str) -> str:
    """Play what is missing of one run; its id."""
    store = RunStore(url)
    earlier = store.find(campaign.digest())
    run = earlier[0] if earlier else run_id(campaign)
    if not (earlier and store.info(run).finished):
        asyncio.run(_sit(campaign, store, run))
    return run


async def _sit(campaign: Campaign, store: RunStore, run: str) -> None:
    async with open_sitting(campaign, store, _COHORT, None, Workplace("local", None)) as sitting:
        store.begin(run, campaign)
        await sitting.play(run)
