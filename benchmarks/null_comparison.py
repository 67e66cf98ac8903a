"""Does `compare` keep silent where there is nothing, and speak where there is something?

    python benchmarks/null_comparison.py --seeds 20 --episodes 60

Plays the `script` salesman once for each seed in a store of its own and compares every two of these
runs: the same agent, so a difference that is found is a false alarm. Then compares each run with
the nonsense salesman on the same customers, where a difference must be found. A difference is found
when its p-value is below .05, raw or after Holm's correction of the five measures.

Pairs of runs share runs, so the interval over all pairs is too narrow; the one over disjoint
pairs (first with second, third with fourth) is not.
"""

from __future__ import annotations

import argparse
import asyncio
from itertools import combinations
from pathlib import Path

from rich.progress import track

from ai_salesman.campaigns.campaign import Campaign, load_campaign
from ai_salesman.campaigns.comparison import compare_runs
from ai_salesman.campaigns.pairing import PlayedRun, load_runs
from ai_salesman.campaigns.runner import run_id
from ai_salesman.campaigns.store import RunStore
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


def differences(pairs: list[tuple[PlayedRun, PlayedRun]]) -> list[dict[Measure, Difference]]:
    """What is found between the two runs of each pair."""
    return [compare_runs(pair).contests[0].differences for pair in track(pairs, "comparing")]


def row(name: str, measure: Measure, found: list[Difference]) -> str:
    """One line of the table: how often nothing was found."""
    silent = (sum(d.p >= LEVEL for d in found), sum(not d.found for d in found))
    cells = []
    for count in silent:
        low, high = wilson_interval(count, len(found))
        cells.append(f"{count}/{len(found)} = {count / len(found):.0%} ({low:.0%}-{high:.0%})")
    return f"| {name} | {measure} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=20, help="runs of the same agent, at least 2")
    parser.add_argument("--episodes", type=int, default=60)
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

    pairs = list(combinations(runs, 2))
    equal = dict(zip(combinations(range(len(runs)), 2), differences(pairs), strict=True))
    disjoint = [equal[place, place + 1] for place in range(0, len(runs) - 1, 2)]
    unequal = differences(list(zip(against, runs, strict=True)))
    print(
        "\n| runs compared | measure | nothing found, p raw (95 %) | nothing found, p corrected |"
    )
    print("|---|---|---|---|")
    for measure in MEASURES:
        print(row("same agent, all pairs", measure, [d[measure] for d in equal.values()]))
        print(row("same agent, disjoint pairs", measure, [d[measure] for d in disjoint]))
        print(row("script and nonsense", measure, [d[measure] for d in unequal]))


if __name__ == "__main__":
    main()
