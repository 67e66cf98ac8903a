"""What one simulated call costs in CPU seconds, tokens and bytes, for docs/scale.md.

    python benchmarks/cost_of_a_call.py examples/campaigns/merchant_ads.yaml --salesman embedded
    python benchmarks/cost_of_a_call.py examples/campaigns/merchant_ads.yaml --remote

One process, one cohort at a time. CPU seconds are those of the whole process, all threads, so a
busy machine changes them less than it changes the clock (sharing a core still slows it).

With `--remote` planner, salesman, customer and judge are models at an endpoint on loopback, which
answers at once and in fixed words: what is left is the work around the models, and the size of
what they are asked. Such a call goes on to its last turn, so it is a long one. The endpoint runs
in the same process and its CPU time counts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pickle
import resource
import tempfile
import time
import tracemalloc
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from counting_endpoint import counting_endpoint

from ai_salesman.campaigns.call_figures import figures_of
from ai_salesman.campaigns.campaign import Campaign, load_campaign
from ai_salesman.campaigns.engine import CohortJob
from ai_salesman.campaigns.runner import CampaignRunner
from ai_salesman.campaigns.store import RunStore
from ai_salesman.campaigns.summary import summarise
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
        played = await play(replace(runner, judges=()), campaign)
        playing, wall = time.process_time() - began, time.perf_counter() - clock

        began = time.process_time()
        judged = [await runner.judge(episode) for episode in played]
        judging = time.process_time() - began
    count = len(judged)
    return {
        "episodes": count,
        "turns": sum(len(e.turns) for e in judged) / count,
        "cpu_s_playing": playing / count,
        "wall_s_playing": wall / count,
        "cpu_s_judging": judging / count,
        "tokens_in": sum(e.use.tokens_in for e in judged) / count,
        "tokens_out": sum(e.use.tokens_out for e in judged) / count,
        "bytes_json": sum(len(e.model_dump_json()) for e in judged) / count,
        **keeping(store, campaign, judged, folder),
        "cpu_s_loading_once": loading,
        "peak_mib_of_process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


async def play(runner: CampaignRunner, campaign: Campaign) -> list[Episode]:
    """All calls, cohort by cohort."""
    played: list[Episode] = []
    for first in range(0, campaign.episodes, campaign.cohort):
        indices = range(first, min(first + campaign.cohort, campaign.episodes))
        played += await runner.play_cohort(CohortJob("cost", indices))
    return played


def keeping(
    store: RunStore, campaign: Campaign, judged: list[Episode], folder: Path
) -> dict[str, float]:
    """What the one process that writes has to do for each episode, and what reads it."""
    store.begin("cost", campaign)
    sent = pickle.dumps(judged)
    marks = [time.process_time()]
    judged = pickle.loads(sent)
    marks.append(time.process_time())
    store.save("cost", judged)
    marks.append(time.process_time())
    draw(campaign.population, campaign.domain, len(judged), campaign.seed)
    marks.append(time.process_time())
    summarise(store.info("cost"), store.episodes("cost"))
    marks.append(time.process_time())
    arriving, saving, drawing, summing = (
        (after - before) / len(judged) for before, after in pairwise(marks)
    )
    tracemalloc.start()
    whole = [figures_of(episode, campaign.sheet) for episode in store.episodes("cost")]
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return {
        "bytes_from_a_worker": len(sent) / len(judged),
        "cpu_s_arriving": arriving,
        "cpu_s_saving": saving,
        "bytes_in_store": sum(p.stat().st_size for p in folder.iterdir()) / len(judged),
        "cpu_s_drawing_the_customer": drawing,
        "cpu_s_summing_up": summing,
        "bytes_of_memory_summing_up": held / len(whole),
    }


async def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("campaign", type=Path)
    parser.add_argument("--salesman", default="embedded")
    parser.add_argument("--customer", default="agenda")
    parser.add_argument("--remote", action="store_true", help="every seat is a model elsewhere")
    parser.add_argument("--episodes", type=int, default=32)
    given = parser.parse_args()
    changes = {name: getattr(given, name) for name in ("salesman", "customer", "episodes")}
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        asked = None
        if given.remote:
            url, asked = await stack.enter_async_context(counting_endpoint())
            uri = f"openai:fake@{url}"
            os.environ.setdefault("OPENAI_API_KEY", "none")
            changes |= {"salesman": uri, "planner": f"doga:{uri}", "customer": f"llm:{uri}"}
            changes |= {"judges": (f"llm:{uri}",)}
        campaign = load_campaign(given.campaign).model_copy(update=changes)
        figures = await measure(campaign, folder)
    if asked:
        figures |= asked.figures(given.episodes + 2)
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}, indent=2))


if __name__ == "__main__":
    asyncio.run(main())
