"""Bargaining over real listings: deal rate and the seller's share, beside the real ones.

    REAL_DIALOGUES=<folder> python benchmarks/listings.py --listings 50 --seed 1

Reads `craigslistbargain/dialogues.jsonl` below REAL_DIALOGUES. Each listing becomes a campaign of
one call (`ai-salesman campaign from-listing` makes the same); the buyer's target price is the
persona's reserve price. The real figures are those of the same listings' dialogues, without
unfinished chats. Share: (price - buyer's target) / (seller's target - buyer's target).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from itertools import islice
from pathlib import Path
from statistics import fmean, median

import torch

from ai_salesman.campaigns.listing import Listing, campaign_from_listing, read_listings
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.evaluation.statistics import mean_interval, wilson_interval
from ai_salesman.wiring import open_runner


async def simulate(listings: list[Listing], seed: int, salesman: str) -> list[Episode]:
    """One call for each listing."""
    episodes = []
    for number, listing in enumerate(listings):
        campaign = campaign_from_listing(listing).model_copy(
            update={"seed": seed, "salesman": salesman, "judges": ("claims",)}
        )
        store = RunStore("sqlite://")
        async with open_runner(campaign, store, 1) as runner:
            await runner.run("listing", 1)
        episodes += list(store.episodes("listing"))
        print(f"\r{number + 1}/{len(listings)}", end="", flush=True)
    print()
    return episodes


def share(price: float, listing: Listing) -> float | None:
    """The seller's share of the range between the two target prices."""
    low = listing.persona.customer.target_price
    high = listing.persona.salesperson.target_price
    return (price - low) / (high - low) if high > low else None


def report(name: str, deals: int, calls: int, shares: list[float]) -> str:
    """One row of the table."""
    low, high = wilson_interval(deals, calls)
    row = f"| {name} | {deals}/{calls} = {deals / calls:.0%} ({low:.0%}-{high:.0%}) "
    if not shares:
        return row + "| - | - |"
    first, last = mean_interval(shares)
    return row + f"| {fmean(shares):.2f} ({first:.2f}-{last:.2f}) | {median(shares):.2f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--salesman", default="embedded")
    options = parser.parse_args()
    torch.set_num_threads(1)
    path = Path(os.environ["REAL_DIALOGUES"]) / "craigslistbargain" / "dialogues.jsonl"
    listings = list(islice(read_listings(path), options.listings))
    outcomes = [json.loads(line)["outcome"] for line in islice(path.open(), options.listings)]
    episodes = asyncio.run(simulate(listings, options.seed, options.salesman))

    offers = [(e.offer.price, item) for e, item in zip(episodes, listings, strict=True) if e.offer]
    shares = [s for s in (share(price, item) for price, item in offers) if s is not None]
    finished = [o for o in outcomes if o.get("final_action") != "message"]
    real = [o["seller_share_of_range"] for o in finished if o["success"]]
    print("| | deal rate (95 % interval) | seller's share, mean | median |")
    print("|---|---|---|---|")
    print(report("real dialogues", len(real), len(finished), [s for s in real if s is not None]))
    print(report(f"simulated, {options.salesman}", len(offers), len(episodes), shares))


if __name__ == "__main__":
    main()
