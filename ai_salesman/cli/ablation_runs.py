"""The calls of the ablation: each worker process plays, or judges, whole runs one by one.

What a worker has loaded and heard in one run serves it in the next: the customers are the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.duels import WinRate
from ai_salesman.campaigns.engine import Workplace
from ai_salesman.campaigns.runner import run_id
from ai_salesman.campaigns.store import RunStore
from ai_salesman.engines import open_sitting
from ai_salesman.judging import judge_pairs
from ai_salesman.training.ablation import Recipe, Trained, one_thread
from ai_salesman.training.ablation_table import Cell
from ai_salesman.training.worker_minutes import note_step

__all__ = ["judge_cells", "play_cells"]

Found = TypeVar("Found")

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
    jobs = {cell: partial(_play, _seated(campaign, cell, folder), store) for cell in cells}
    found = _side_by_side(jobs, workers, note, "played")
    return {cell: found[cell] for cell in cells}


def judge_cells(
    runs: Mapping[Cell, str],
    folder: Path,
    store: str,
    workers: int,
    note: Callable[[str], None],
) -> dict[Cell, WinRate]:
    """Win rate of each run against that of the base of its seed, by the pairwise judge.

    Args:
        runs: id of each run.
        folder: of all models.
        store: URL of the run store; verdicts are kept there.
        workers: processes.
        note: called with a line for each run that is judged.
    """
    jobs = {}
    for cell, run in runs.items():
        base = cell._replace(model=Trained(Recipe.BASE, cell.model.seed))
        if cell.model.recipe is not Recipe.BASE and base in runs:
            jobs[cell] = partial(_win_rate, runs[base], run, folder, store)
    return _side_by_side(jobs, workers, note, "judged against its base")


def _side_by_side(
    jobs: Mapping[Cell, Callable[[], Found]],
    workers: int,
    note: Callable[[str], None],
    done: str,
) -> dict[Cell, Found]:
    """What each job gives, in the order of their ends; each is noted as `done`."""
    found = {}
    with ProcessPoolExecutor(workers, get_context("spawn"), one_thread) as pool:
        cells = {pool.submit(job): cell for cell, job in jobs.items()}
        for number, future in enumerate(as_completed(cells), 1):
            cell = cells[future]
            found[cell] = future.result()
            name = f"{cell.model.name}, {cell.planner}, {cell.customer}"
            note(f"[{number}/{len(cells)}] {name}: {done}")
    return found


def _win_rate(base: str, run: str, folder: Path, store: str) -> WinRate:
    started, fresh = time.perf_counter(), []
    duels = judge_pairs(base, run, "score", store=store, on_pair=lambda *_: fresh.append(1))
    if fresh:
        note_step(folder, "pairs of two runs judged", time.perf_counter() - started)
    return duels.challenger


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
