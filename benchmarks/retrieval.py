"""How long a search in the script library takes while a campaign runs, beside plain numpy.

    python benchmarks/retrieval.py            # about a minute
    python benchmarks/retrieval.py --page     # and into docs/performance.md

A campaign of the `script` salesman is played (judges left out). Each search of its library is
timed where it happens: Chroma's answer to all calls of the cohort that search for the same
strategy, divided by their number. The same searches are then made by numpy: one product with all
vectors, a mask for the strategy, the best 24. Sentence vectors are there in both cases; what they
cost is not part of it.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from page import put

DEMO = Path(__file__).parent.parent / "examples" / "campaigns" / "merchant_ads.yaml"


class Watched:
    """The campaign's index; notes what it is asked and how long it takes."""

    def __init__(self, index: Any):
        self._index = index
        self.asked: list[tuple[Any, int, dict[str, str] | None]] = []
        self.seconds: list[float] = []

    def nearest(self, vectors: Any, count: int, where: dict[str, str] | None = None) -> Any:
        """As `ScriptIndex.nearest`."""
        started = time.perf_counter()
        found = self._index.nearest(vectors, count, where)
        took = time.perf_counter() - started
        self.seconds += [took / len(vectors)] * len(vectors)
        self.asked.append((vectors, count, where))
        return found


def plain(scripts: Any, encoder: Any, asked: Any) -> list[float]:
    """The same searches by numpy, one query at a time."""
    from ai_salesman.scripts_library.index import document_of

    vectors = encoder.encode_now([document_of(script) for script in scripts])
    names = np.array([script.id for script in scripts])
    strategies = np.array([script.strategy.value for script in scripts])
    seconds = []
    for queries, count, where in asked:
        for query in queries:
            started = time.perf_counter()
            cosine = vectors @ query
            if where:
                cosine = np.where(strategies == where["strategy"], cosine, -2.0)
            best = np.argsort(-cosine)[:count]
            _ = [(names[i], cosine[i]) for i in best if cosine[i] > -2]
            seconds.append(time.perf_counter() - started)
    return seconds


async def measure(episodes: int) -> str:
    """Play, search again, compare."""
    from ai_salesman.campaigns.campaign import load_campaign
    from ai_salesman.campaigns.engine import CohortJob
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.models.encoder import embedded_encoder
    from ai_salesman.wiring import open_runner

    changes = {"salesman": "script", "episodes": episodes, "judges": ()}
    campaign = load_campaign(DEMO).model_copy(update=changes)
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(f"sqlite:///{folder}/bench.db")
        async with open_runner(campaign, store, campaign.cohort) as runner:
            library: Any = runner.parts.library
            watched = Watched(library._index)
            library._index = watched
            player = replace(runner, judges=())
            for first in range(0, episodes, campaign.cohort):
                indices = range(first, min(first + campaign.cohort, episodes))
                await player.play_cohort(CohortJob("bench", indices))
    scripts = list(library._scripts.values())
    rows = [("campaign (Chroma)", watched.seconds)]
    rows.append(("plain numpy", plain(scripts, embedded_encoder(), watched.asked)))
    lines = [
        f"| {len(watched.seconds)} queries, {len(scripts)} scripts | median ms | p95 ms |",
        "|---|---|---|",
    ]
    for name, seconds in rows:
        middle, high = 1000 * np.quantile(seconds, [0.5, 0.95])
        lines.append(f"| {name} | {middle:.2f} | {high:.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--episodes", type=int, default=48)
    parser.add_argument("--page", action="store_true", help="write into docs/performance.md")
    options = parser.parse_args()
    found = asyncio.run(measure(options.episodes))
    print(found)
    if options.page:
        put("retrieval", found)


if __name__ == "__main__":
    main()
