"""Bargaining over real listings: deal rate and the seller's share, beside the real ones.

    REAL_DIALOGUES=<folder> python benchmarks/listings.py --listings 50 --seed 1

Reads `craigslistbargain/dialogues.jsonl` below REAL_DIALOGUES. Each listing becomes a campaign of
one call (`ai-salesman campaign from-listing` makes the same), once with the buyer's target price
for its reserve price and once with a reserve that is stretched as real buyers' are. The real
figures are those of the same listings' dialogues, without unfinished chats.

    share = (price - buyer's target) / (seller's target - buyer's target)

The stretch is estimated on the other listings of the file: the 90 % quantile of the share paid in
their deals, with a bootstrap interval.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections import Counter
from itertools import islice
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
import torch

from ai_salesman.campaigns.listing import (
    ESTIMATED_STRETCH,
    Listing,
    campaign_from_listing,
    read_listings,
)
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.evaluation.statistics import mean_interval, wilson_interval
from ai_salesman.wiring import open_runner

_QUANTILE = 0.9
_RESAMPLES = 2000


async def simulate(
    listings: list[Listing], seed: int, salesman: str, stretch: float
) -> list[Episode]:
    """One call for each listing."""
    episodes = []
    for number, listing in enumerate(listings):
        campaign = campaign_from_listing(listing, stretch).model_copy(
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


def estimate(outcomes: list[dict[str, Any]]) -> str:
    """The stretch that the deals among `outcomes` show, in words."""
    paid = np.array(
        [
            o["seller_share_of_range"]
            for o in outcomes
            if o["success"] and o["seller_share_of_range"] is not None
        ]
    )
    rng = np.random.default_rng(1)
    draws = np.quantile(rng.choice(paid, (_RESAMPLES, len(paid))), _QUANTILE, axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    found = np.quantile(paid, _QUANTILE)
    return f"{found:.2f} ({low:.2f}-{high:.2f}) of {len(paid)} deals on other listings"


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
    parser.add_argument("--salesman", default="script")
    options = parser.parse_args()
    torch.set_num_threads(1)
    path = Path(os.environ["REAL_DIALOGUES"]) / "craigslistbargain" / "dialogues.jsonl"
    listings = list(islice(read_listings(path), options.listings))
    outcomes = [json.loads(line)["outcome"] for line in path.open()]
    finished = [o for o in outcomes[: options.listings] if o.get("final_action") != "message"]
    shares = [o["seller_share_of_range"] for o in finished if o["success"]]
    print(f"stretch used: {ESTIMATED_STRETCH}; estimate: {estimate(outcomes[options.listings :])}")
    rows = [report("real", len(shares), len(finished), [s for s in shares if s is not None])]
    for name, stretch in (("reserve = target", 0.0), ("reserve stretched", ESTIMATED_STRETCH)):
        episodes = asyncio.run(simulate(listings, options.seed, options.salesman, stretch))
        pairs = zip(episodes, listings, strict=True)
        offers = [(e.offer.price, item) for e, item in pairs if e.offer]
        sold = [s for s in (share(price, item) for price, item in offers) if s is not None]
        rows.append(report(f"{options.salesman}, {name}", len(offers), len(episodes), sold))
        print(name, dict(Counter(e.stop.value for e in episodes)))
    print("| | deal rate (95 % interval) | seller's share, mean | median |")
    print("|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
