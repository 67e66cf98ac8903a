"""What the orchestration costs: whole calls against a fake endpoint, beside bare client loops.

    python benchmarks/orchestration.py                 # all of it, some four minutes
    python benchmarks/orchestration.py --page          # and into docs/performance.md
    python benchmarks/orchestration.py --waits 0.05 --concurrency 128 --repeats 3 --json

The endpoint (`fake_endpoint.py`, a process of its own on loopback) answers after 0 or 50 ms. Every
system plays calls of 10 + 10 turns and one judge's verdict, each in a process of its own that
stays alive; the rounds of the systems alternate, and medians of their repeats are shown. CPU is
the client's alone (getrusage), so it says the same with a slow server.

    campaign, no planner   our episode graph, stored and scored, endpoints as salesman, customer
                           and judge: 21 requests
    campaign, planner      the same with an endpoint as planner too: 31 requests
    campaign, two workers  the first as `run --workers 2` plays it, at 128 in flight; their start
                           counts, and memory is that of the largest process
    aiohttp, httpx         the 21 requests in a plain loop: prompts made, answers parsed, no more
    LangGraph + ChatOpenAI the 21 requests as a two-node LangGraph loop with LangChain's client
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import resource
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from orchestration_players import SYSTEMS, Player, player_of
from page import put

HERE = Path(__file__).parent
BASE = "aiohttp"
"""The system that the others are compared with."""


def work(system: str) -> None:
    """Play what standard input asks for, until it ends; one event loop for all of it."""
    players: dict[str, Player] = {}
    with asyncio.Runner() as loop:
        for line in sys.stdin:
            told = json.loads(line)
            url = told["url"]
            if url not in players:
                players[url] = player_of(system, url)
                loop.run(players[url](2, 2))  # warm: imports, templates, weights' digests
            before, started = cpu_seconds(), time.perf_counter()
            loop.run(players[url](told["calls"], told["concurrency"]))
            wall, cpu = time.perf_counter() - started, cpu_seconds() - before
            found = {
                "cpu_ms": 1000 * cpu / told["calls"],
                "calls_per_s": told["calls"] / wall,
                "rss_mb": resident_mb(),
                "torch": "torch" in sys.modules,
            }
            print(json.dumps(found), flush=True)


def cpu_seconds() -> float:
    """User and system time of this process, all threads, and of its workers that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def resident_mb() -> float:
    """Resident memory now, or the most that a worker had."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**10
    return max(pages * resource.getpagesize() / 2**20, worker)


class Worker:
    """A system's process."""

    def __init__(self, system: str):
        self._process = start("orchestration.py", "--work", system)

    def play(self, **told: Any) -> dict[str, float]:
        """One round."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        return answer

    def end(self) -> None:
        """Let the process end."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A script of this folder in a process of its own."""
    command = [sys.executable, str(HERE / script), *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def first_line(process: subprocess.Popen[str]) -> str:
    """What a process says first."""
    assert process.stdout
    return process.stdout.readline().strip()


def calls_for(system: str, concurrency: int, wait: float) -> int:
    """Enough calls for a steady figure, few enough for patience."""
    if "workers" in system:
        return 16 * concurrency
    if concurrency == 1:
        return 2 if wait else 12
    slow = system in ("httpx", "LangGraph + ChatOpenAI")
    return max(16 if slow else 48, concurrency)


def measure(options: argparse.Namespace) -> list[dict[str, Any]]:
    """All systems at all settings, rounds interleaved; medians."""
    rounds: dict[tuple[float, int, str], list[dict[str, float]]] = defaultdict(list)
    workers = {system: Worker(system) for system in options.systems}
    servers = {wait: start("fake_endpoint.py", "--wait", str(wait)) for wait in options.waits}
    try:
        urls = {
            wait: (server.stdout or sys.stdin).readline().strip()
            for wait, server in servers.items()
        }
        for repeat in range(options.repeats):
            for wait in options.waits:
                for concurrency in options.concurrency:
                    for system, worker in workers.items():
                        if "workers" in system and concurrency < 100:
                            continue  # workers take whole cohorts: there would be one at work
                        calls = calls_for(system, concurrency, wait)
                        print(f"{repeat + 1}: {wait} s x{concurrency} {system}", file=sys.stderr)
                        told = {"url": urls[wait], "calls": calls, "concurrency": concurrency}
                        rounds[wait, concurrency, system].append(worker.play(**told))
    finally:
        for worker in workers.values():
            worker.end()
        for server in servers.values():
            server.kill()
            server.wait()
    return [
        {"wait_ms": 1000 * wait, "concurrency": concurrency, "system": system}
        | {name: round(median(one[name] for one in found), 2) for name in found[0]}
        | {"cpu_ms_range": [round(f(one["cpu_ms"] for one in found), 2) for f in (min, max)]}
        for (wait, concurrency, system), found in rounds.items()
    ]


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as Markdown, each beside the bare aiohttp loop at the same setting."""
    lines = [
        "| wait | in flight | system | CPU ms a call (range) | x aiohttp | calls/s | MB |",
        "|---|---|---|---|---|---|---|",
    ]
    base = {(r["wait_ms"], r["concurrency"]): r["cpu_ms"] for r in rows if r["system"] == BASE}
    for r in rows:
        of = base.get((r["wait_ms"], r["concurrency"]))
        low, high = r["cpu_ms_range"]
        lines.append(
            f"| {r['wait_ms']:.0f} ms | {r['concurrency']} | {r['system']} "
            f"| {r['cpu_ms']:.1f} ({low:.1f}-{high:.1f}) | {r['cpu_ms'] / of:.1f} "
            f"| {r['calls_per_s']:.1f} | {r['rss_mb']:.0f} |"
            if of
            else f"| {r['wait_ms']:.0f} ms | {r['concurrency']} | {r['system']} "
            f"| {r['cpu_ms']:.1f} ({low:.1f}-{high:.1f}) | - | {r['calls_per_s']:.1f} "
            f"| {r['rss_mb']:.0f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--waits", type=float, nargs="+", default=[0.0, 0.05], help="seconds")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 16, 128])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--systems", nargs="+", default=list(SYSTEMS), choices=SYSTEMS)
    parser.add_argument("--page", action="store_true", help="write into docs/performance.md")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--work", choices=SYSTEMS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work)
        return
    rows = measure(options)
    if options.json:
        print(json.dumps({"python": platform.python_version(), "rows": rows}, indent=2))
    else:
        print(table(rows))
    if options.page:
        put("orchestration", table(rows))


if __name__ == "__main__":
    main()
