"""What one simulated call costs in CPU seconds, tokens and bytes, for docs/scaling.md.

    python benchmarks/cost_of_a_call.py examples/campaigns/merchant_ads.yaml --salesman embedded

One process, one cohort at a time. CPU seconds are those of the whole process, all threads, so a
busy machine changes them less than it changes the clock (sharing a core still slows it).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import time
from pathlib import Path

from ai_salesman.campaigns.campaign import Campaign, load_campaign
from ai_salesman.campaigns.engine import CohortJob
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.simulators.population import draw
from ai_salesman.wiring import open_runner


async def measure(campaign: Campaign, folder: Path) -> dict[str, float]:
    """Figures per episode, where a name does not say otherwise."""
    store = RunStore(f"sqlite:///{folder / 'cost.db'}")
    before = time.process_time()
    async with open_runner(campaign, store, campaign.cohort) as runner:
        # The first cohort also pays for what loads with the first words.
        await runner.play_cohort(CohortJob("warm", range(2)))
        loading = time.process_time() - before

        began, clock = time.process_time(), time.perf_counter()
        played: list[Episode] = []
        for first in range(0, campaign.episodes, campaign.cohort):
            indices = range(first, min(first + campaign.cohort, campaign.episodes))
            played += await runner._play(CohortJob("cost", indices), None)
        playing, wall = time.process_time() - began, time.perf_counter() - clock

        began = time.process_time()
        judged = [await runner.judge(episode) for episode in played]
        judging = time.process_time() - began

        store.begin("cost", campaign)
        began = time.process_time()
        store.save("cost", judged)
        saving = time.process_time() - began
    began = time.process_time()
    draw(campaign.population, campaign.domain, 1000, campaign.seed)
    drawing = (time.process_time() - began) / 1000
    count = len(judged)
    size = sum(path.stat().st_size for path in folder.iterdir())
    return {
        "episodes": count,
        "turns": sum(len(e.turns) for e in judged) / count,
        "cpu_s_playing": playing / count,
        "wall_s_playing": wall / count,
        "cpu_s_judging": judging / count,
        "cpu_s_saving": saving / count,
        "cpu_s_drawing_the_customer": drawing,
        "tokens_in": sum(e.use.tokens_in for e in judged) / count,
        "tokens_out": sum(e.use.tokens_out for e in judged) / count,
        "bytes_json": sum(len(e.model_dump_json()) for e in judged) / count,
        "bytes_in_store": size / count,
        "cpu_s_loading_once": loading,
        "peak_mib_of_process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Print one JSON object."""
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("campaign", type=Path)
    parser.add_argument("--salesman", default="embedded")
    parser.add_argument("--customer", default="agenda")
    parser.add_argument("--episodes", type=int, default=32)
    given = parser.parse_args()
    campaign = load_campaign(given.campaign).model_copy(
        update={
            "salesman": given.salesman,
            "customer": given.customer,
            "episodes": given.episodes,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(campaign, Path(folder)))
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}, indent=2))


if __name__ == "__main__":
    main()
