"""Conversion of each tier by campaign: does the customer's mind sit where it was meant to?

    python benchmarks/calibration.py --calls 100

Plays `script` with planner DOGA, every tier alike often, no judges. The constants of the mind and
the numbers of the personas were set by looking at the first three campaigns; the other three were
not looked at while doing so and show what the setting is worth elsewhere. Wanted, by design:
.80 .50 .20 .10 .05 from easy to adversarial. Intervals are Wilson's, at 95 %.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from ai_salesman.campaigns.campaign import load_campaign
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import StopReason, Tier
from ai_salesman.evaluation.statistics import wilson_interval
from ai_salesman.wiring import open_runner

ROOT = Path(__file__).parent.parent
FITTED = ("merchant_ads", "health_insurance", "language_courses")
HELD_OUT = ("business_internet", "payroll_software", "solar_panels")
WANTED = (0.80, 0.50, 0.20, 0.10, 0.05)


async def play(name: str, calls: int, seed: int, planner: str) -> list[Episode]:
    """The calls of one campaign, with as many customers of each tier."""
    campaign = load_campaign(ROOT / "examples" / "campaigns" / f"{name}.yaml")
    population = campaign.population.model_copy(update={"tiers": dict.fromkeys(Tier, 1.0)})
    setting = {"salesman": "script", "planner": planner, "judges": (), "customer": "agenda"}
    size = {"episodes": calls, "seed": seed, "population": population}
    store = RunStore("sqlite://")
    async with open_runner(campaign.model_copy(update=setting | size), store, calls) as runner:
        await runner.run(name, calls)
    return list(store.episodes(name))


def cell(episodes: Sequence[Episode], tier: Tier) -> str:
    """Share of the tier's calls that were sold, with its interval."""
    sold = [e.stop is StopReason.AGREED for e in episodes if e.persona.tier is tier]
    if not sold:
        return "-"
    low, high = wilson_interval(sum(sold), len(sold))
    return f"{sum(sold)}/{len(sold)} = {sum(sold) / len(sold):.2f} ({low:.2f}-{high:.2f})"


def row(name: str, episodes: Sequence[Episode]) -> str:
    """One line of the table."""
    return f"| {name} | " + " | ".join(cell(episodes, tier) for tier in Tier) + " |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100, help="of each campaign")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--planner", default="doga")
    parser.add_argument("--campaign", action="append", help="only these; default: all six")
    options = parser.parse_args()
    print("| campaign | " + " | ".join(tier.value for tier in Tier) + " |")
    print("|---|" + "---|" * len(Tier))
    print("| wanted | " + " | ".join(f"{share:.2f}" for share in WANTED) + " |")
    for group, names in (("fitted", FITTED), ("held out", HELD_OUT)):
        chosen = [name for name in names if name in (options.campaign or names)]
        together: list[Episode] = []
        for name in chosen:
            played = asyncio.run(play(name, options.calls, options.seed, options.planner))
            together += played
            print(row(name, played), flush=True)
        if together:
            print(row(f"**{group}**", together), flush=True)


if __name__ == "__main__":
    main()
