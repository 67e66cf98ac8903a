"""Does `compare` keep silent where there is nothing, and speak where there is something?

    python benchmarks/null_comparison.py --seeds 8 --episodes 60 --simulations 200

Plays the `script` salesman under several seeds in a store of its own, and the nonsense salesman on
the same customers. From these calls whole runs are drawn again and again: two runs of `--episodes`
calls of the same agent that share no call, as if it had been run under two seeds, where a
difference that is found is a false alarm; and a run of script and one of nonsense with the same
customers, where a difference must be found. A difference is found when its p-value is below .05,
raw or after Holm's correction of the five measures.

Two runs that share no call differ as runs under two seeds do, but simulations share calls with each
other, so the intervals are somewhat too narrow.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.progress import track

from ai_salesman.campaigns.campaign import Campaign, load_campaign
from ai_salesman.campaigns.comparison import compare_runs
from ai_salesman.campaigns.pairing import PlayedRun, load_runs
from ai_salesman.campaigns.runner import run_id
from ai_salesman.campaigns.store import RunStore
from ai_salesman.campaigns.stored_call import StoredCall
from ai_salesman.conversation.errors import InputError
from ai_salesman.evaluation.comparison import LEVEL, Difference, Measure
from ai_salesman.evaluation.statistics import wilson_interval
from ai_salesman.wiring import open_runner

ROOT = Path(__file__).parent.parent
MEASURES = (Measure.CONVERSION, Measure.SCORE)


async def play(campaign: Campaign, store: RunStore) -> str:
    """The id of the campaign's run, played as far as it is not stored."""
    name = run_id(campaign)
    if name in store.find(campaign.digest()) and store.info(name).finished:
        return name
    async with open_runner(campaign, store, campaign.cohort) as runner:
        info = await runner.run(name, campaign.cohort)
    if info.failed:
        raise InputError(f"{info.failed} calls of {info.id} failed; mend that first")
    return info.id


def played(campaign: Campaign, seeds: range, store: RunStore, name: str) -> list[PlayedRun]:
    """The campaign's run for each seed."""
    names = [
        asyncio.run(play(campaign.model_copy(update={"seed": seed}), store))
        for seed in track(seeds, description=f"playing {name}")
    ]
    return load_runs(store, names)


def calls_of(runs: Sequence[PlayedRun]) -> list[StoredCall]:
    """The calls of all runs, each with an index of its own."""
    found = [call for run in runs for call in run.calls]
    return [replace(call, index=place) for place, call in enumerate(found)]


def equal_pairs(
    runs: Sequence[PlayedRun], episodes: int, count: int
) -> Iterator[tuple[PlayedRun, PlayedRun]]:
    """Two runs of the same agent that share no call."""
    calls, rng = calls_of(runs), np.random.default_rng(0)
    for _ in range(count):
        order = rng.permutation(len(calls))
        halves = (order[:episodes], order[episodes : 2 * episodes])
        one, other = (tuple(calls[int(i)] for i in half) for half in halves)
        yield replace(runs[0], calls=one), replace(runs[1], calls=other)


def unequal_pairs(
    against: Sequence[PlayedRun], runs: Sequence[PlayedRun], episodes: int, count: int
) -> Iterator[tuple[PlayedRun, PlayedRun]]:
    """Runs of two agents that called the same customers."""
    theirs, mine, rng = calls_of(against), calls_of(runs), np.random.default_rng(1)
    for _ in range(count):
        places = [int(i) for i in rng.permutation(len(mine))[:episodes]]
        first, second = (tuple(calls[i] for i in places) for calls in (theirs, mine))
        yield replace(against[0], calls=first), replace(runs[0], calls=second)


def differences(
    pairs: Iterator[tuple[PlayedRun, PlayedRun]], count: int
) -> list[dict[Measure, Difference]]:
    """What is found between the two runs of each pair."""
    shown = track(pairs, "comparing", total=count)
    return [compare_runs(pair).contests[0].differences for pair in shown]


def row(name: str, measure: Measure, found: list[Difference]) -> str:
    """One line of the table: how often nothing was found."""
    silent = (sum(d.p >= LEVEL for d in found), sum(not d.found for d in found))
    cells = []
    for count in silent:
        low, high = wilson_interval(count, len(found))
        cells.append(f"{count}/{len(found)} = {count / len(found):.1%} ({low:.0%}-{high:.0%})")
    return f"| {name} | {measure} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=8, help="runs of the same agent, at least 2")
    parser.add_argument("--episodes", type=int, default=60, help="calls of a run")
    parser.add_argument("--simulations", type=int, default=200)
    parser.add_argument("--planner", default="static")
    parser.add_argument(
        "--campaign", type=Path, default=ROOT / "examples/campaigns/merchant_ads.yaml"
    )
    parser.add_argument("--store", default="sqlite:///runs/null_comparison.db")
    options = parser.parse_args()
    if options.seeds < 2:
        parser.error("--seeds: at least 2 runs make a pair")

    nonsense = f"replay:{ROOT / 'examples/replies/nonsense.jsonl'}"
    campaign = load_campaign(options.campaign).model_copy(update={"episodes": options.episodes})
    script = campaign.model_copy(update={"salesman": "script", "planner": options.planner})
    babble = campaign.model_copy(update={"salesman": nonsense, "planner": "none"})
    seeds, store = range(1, options.seeds + 1), RunStore(options.store)
    runs = played(script, seeds, store, "script")
    against = played(babble, seeds, store, "nonsense")

    count, size = options.simulations, options.episodes
    equal = differences(equal_pairs(runs, size, count), count)
    unequal = differences(unequal_pairs(against, runs, size, count), count)
    print(
        "\n| runs compared | measure | nothing found, p raw (95 %) | nothing found, p corrected |"
    )
    print("|---|---|---|---|")
    for measure in MEASURES:
        print(row("the same agent", measure, [d[measure] for d in equal]))
        print(row("script and nonsense", measure, [d[measure] for d in unequal]))


if __name__ == "__main__":
    main()
