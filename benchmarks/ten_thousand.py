"""Ten thousand calls in one store: how large it gets, and how long questions to it take.

    python benchmarks/ten_thousand.py                       # plays 320 calls, then fills
    python benchmarks/ten_thousand.py --played 64           # quicker
    python benchmarks/ten_thousand.py --page                # and into docs/performance.md
    python benchmarks/ten_thousand.py --store postgresql://me@host/db      # an empty database

`--played` calls are really played (`--salesman script`), and the memory of the process is noted
as they are stored. The others are copies of them: each stored call is written again and again
under another index and seed, as two runs that differ in their planner. So sizes and times are
those of 10,000 real calls to a run, but figures such as conversion mean nothing. Each question is
asked by a fresh process, whose start is counted; its time and its largest memory are printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from page import put

from ai_salesman.campaigns.campaign import Campaign, load_campaign
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.engines import open_sitting

HERE = Path(__file__).parent
DEMO = HERE.parent / "examples" / "campaigns" / "merchant_ads.yaml"
PAGE = 200
QUESTIONS = {
    "ai-salesman --help": ("-m", "ai_salesman", "--help"),
    "runs": ("-m", "ai_salesman", "runs"),
    "runs RUN (summary)": ("-m", "ai_salesman", "runs", "one", "--json"),
    "compare": ("-m", "ai_salesman", "compare", "one", "two", "--json"),
    "report": ("-m", "ai_salesman", "report", "one", "--html", "{folder}/report.html"),
    "export --format jsonl": (
        *("-m", "ai_salesman", "export", "one", "--out", "{folder}/calls.jsonl"),
    ),
    "export --format parquet": (
        *("-m", "ai_salesman", "export", "one"),
        *("--format", "parquet", "--out", "{folder}/calls.parquet"),
    ),
    "view, opened": (str(Path(__file__)), "--open-view", "--store", "{store}"),
}


def resident_mib() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def play(campaign: Campaign, store: RunStore) -> list[tuple[int, float]]:
    """Play a run; calls stored and memory, at every tenth of it."""
    noted: list[tuple[int, float]] = []
    stored = 0

    def note(_episode: Episode) -> None:
        nonlocal stored
        stored += 1
        if stored % max(1, campaign.episodes // 10) == 0:
            noted.append((stored, round(resident_mib(), 1)))

    async with open_sitting(campaign, store, 32) as sitting:
        await sitting.play("played", on_stored=note)
    return noted


def copies(played: Sequence[Episode], count: int, shift: int) -> Iterator[Episode]:
    """`count` calls; `shift` tells which played call is the first, so that runs differ."""
    for index in range(count):
        call = played[(index + shift) % len(played)]
        # The customer is that of the index, so that the runs can be compared pair by pair.
        persona = played[index % len(played)].persona
        yield call.model_copy(update={"index": index, "seed": 10_000 + index, "persona": persona})


def fill(store: RunStore, campaign: Campaign, count: int) -> float:
    """Two runs of `count` calls each; the seconds it took."""
    played = list(store.episodes("played"))
    started = time.perf_counter()
    for name, planner, shift in (("one", "doga", 0), ("two", "static", 7)):
        changed = campaign.model_copy(update={"episodes": count, "planner": planner})
        store.begin(name, changed)
        calls = copies(played, count, shift)
        while page := list(islice(calls, PAGE)):
            store.save(name, page)
    return time.perf_counter() - started


def open_view(url: str) -> None:
    """Open the reader without a terminal, and close it when its list is there."""
    from ai_salesman.tui.app import ViewApp

    async def look() -> None:
        app = ViewApp(RunStore(url), "one")
        async with app.run_test() as pilot:
            await pilot.pause()

    asyncio.run(look())


_LAUNCHER = """
import json, os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(json.dumps({
    "status": os.waitstatus_to_exitcode(status),
    "seconds": round(time.perf_counter() - started, 2),
    "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
    "largest_mib": round(usage.ru_maxrss / 1024),
}))
"""
"""A child begins with its parent's memory, and that counts as its largest: so a small parent."""


def ask(words: Sequence[str], url: str, folder: Path) -> dict[str, float]:
    """Seconds and largest memory of one process."""
    filled = [word.format(folder=folder, store=url) for word in words]
    done = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCHER, sys.executable, *filled],
        capture_output=True,
        text=True,
        env=os.environ | {"AI_SALESMAN_STORE": url},
    )
    found: dict[str, float] = json.loads(done.stdout or '{"status": 1}')
    if found.pop("status"):
        raise SystemExit(f"{' '.join(filled)}: {done.stderr}")
    return found


def size_of(store: RunStore) -> int:
    """Bytes of the database."""
    from sqlalchemy import text

    question = (
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        if store.url.startswith("sqlite")
        else "SELECT pg_database_size(current_database())"
    )
    with store.session() as session:
        return int(session.execute(text(question)).scalar_one())


def measure(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Play, fill, ask."""
    url = options.store or f"sqlite:///{folder}/ten_thousand.db"
    store = RunStore(url)
    demo = load_campaign(DEMO).model_copy(update={"salesman": "script", "planner": "static"})
    played = demo.model_copy(update={"episodes": options.played, "max_turns": options.max_turns})
    started = time.perf_counter()
    memory = asyncio.run(play(played, store))
    playing = time.perf_counter() - started
    before = size_of(store)
    filling = fill(store, demo, options.episodes)
    grown = size_of(store) - before
    answers = {}
    for name, words in QUESTIONS.items():
        answers[name] = ask(words, url, folder)
        print(name, answers[name], file=sys.stderr, flush=True)
    return {
        "played": options.played,
        "played_per_second": round(options.played / playing, 2),
        "memory_mib_by_calls_stored": memory,
        "largest_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "calls_in_store": options.played + 2 * options.episodes,
        "bytes_a_call": round(grown / (2 * options.episodes)),
        "saved_per_second": round(2 * options.episodes / filling),
        "questions": answers,
    }


def table(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    memory = ", ".join(
        f"{mib:.0f} after {calls}" for calls, mib in found["memory_mib_by_calls_stored"]
    )
    lines = [
        f"{found['played']} calls were really played ({found['played_per_second']} a second in one "
        f"process), the others are copies of them: {found['calls_in_store']:,} in the store, "
        f"{found['bytes_a_call']:,} bytes each, {found['saved_per_second']} stored a second. "
        f"Memory while playing, MiB: {memory}.",
        "",
        f"| of two runs of {(found['calls_in_store'] - found['played']) // 2:,} calls each "
        "| CPU s | s | largest MiB |",
        "|---|---|---|---|",
    ]
    for name, one in found["questions"].items():
        lines.append(
            f"| {name} | {one['cpu_seconds']:.1f} | {one['seconds']:.1f} | {one['largest_mib']} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", help="an empty database; an SQLite file in --folder by default")
    parser.add_argument("--episodes", type=int, default=10_000, help="calls of each of two runs")
    parser.add_argument("--played", type=int, default=320, help="calls that are really played")
    parser.add_argument("--max-turns", type=int, default=16, help="most salesman turns of a call")
    parser.add_argument("--folder", type=Path, help="keep files here; a temporary one by default")
    parser.add_argument("--page", action="store_true", help="write into docs/performance.md")
    parser.add_argument("--open-view", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.open_view:
        open_view(options.store)
        return
    with tempfile.TemporaryDirectory(prefix="ten-thousand-") as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = measure(options, folder)
        print(json.dumps(found, indent=2))
        if options.page:
            put("ten thousand", table(found))


if __name__ == "__main__":
    main()
