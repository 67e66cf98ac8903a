"""How long one waits: for `--help`, and for the first turn of a campaign.

    python benchmarks/start.py                 # medians of 7; about two minutes
    python benchmarks/start.py --page          # and into docs/performance.md

Each figure is of a fresh process, from its start to its end. The first turn is the salesman's
opening of the demo campaign's first call, spoken by the embedded model, by the scripts alone, and
by an endpoint on loopback that answers at once (`retrieval: none`, so no local model is loaded).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from page import put

HERE = Path(__file__).parent
FIRST_TURNS = ("embedded", "script", "endpoint")


def seconds(*command: str) -> float:
    """Wall time of a command that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


async def first_turn(salesman: str, url: str) -> None:
    """Play one call of one salesman turn; it ends with the customer's answer."""
    from ai_salesman.campaigns.campaign import load_campaign
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.wiring import open_runner

    demo = load_campaign(HERE.parent / "examples" / "campaigns" / "merchant_ads.yaml")
    changes = {"salesman": salesman, "episodes": 1, "max_turns": 1, "judges": ()}
    if salesman == "endpoint":
        uri = f"openai:fake@{url}"
        changes |= {"salesman": uri, "planner": f"doga:{uri}", "customer": f"llm:{uri}"}
        changes |= {"retrieval": "none"}
    store = RunStore("sqlite://")
    async with open_runner(demo.model_copy(update=changes), store, 1) as runner:
        await runner.run("first", 1)
    assert store.episode("first", 0).turns[0].text


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--page", action="store_true", help="write into docs/performance.md")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--first-turn", choices=FIRST_TURNS, help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.first_turn:
        asyncio.run(first_turn(options.first_turn, options.url))
        return
    endpoint = subprocess.Popen(
        [sys.executable, str(HERE / "fake_endpoint.py")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert endpoint.stdout
        url = endpoint.stdout.readline().strip()
        commands = {
            "python -c pass": ("-c", "pass"),
            "ai-salesman --help": ("-m", "ai_salesman", "--help"),
            "ai-salesman run --help": ("-m", "ai_salesman", "run", "--help"),
        } | {
            f"first turn, {name}": (__file__, "--first-turn", name, "--url", url)
            for name in FIRST_TURNS
        }
        found: dict[str, list[float]] = {name: [] for name in commands}
        for name, command in commands.items():
            seconds(sys.executable, *command)  # warm: bytecode, file cache, script index
            print(f"ready: {name}", file=sys.stderr)
        for _ in range(options.repeats):
            for name, command in commands.items():
                found[name].append(seconds(sys.executable, *command))
    finally:
        endpoint.kill()
        endpoint.wait()
    if options.json:
        print(json.dumps({name: sorted(times) for name, times in found.items()}, indent=2))
        return
    lines = ["| | median s | range |", "|---|---|---|"]
    for name, times in found.items():
        lines.append(f"| {name} | {median(times):.2f} | {min(times):.2f}-{max(times):.2f} |")
    print("\n".join(lines))
    if options.page:
        put("start", "\n".join(lines))


if __name__ == "__main__":
    main()
