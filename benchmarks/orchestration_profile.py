"""Where the CPU time of a call goes whose seats are endpoints: samples by the package they fall in.

    python benchmarks/orchestration_profile.py
    python benchmarks/orchestration_profile.py --page      # and into docs/performance.md

The process plays calls at 16 in flight against the fake endpoint while a timer stops it every two
milliseconds of CPU time and notes the innermost package on the stack. What a package written in C
does (JSON, hashing, regular expressions) counts for the package that called it.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from orchestration import first_line, start
from orchestration_players import player_of
from page import put

ROOT = Path(__file__).parent.parent
EVERY = 0.002
"""CPU seconds between two samples."""
CALLS, CONCURRENCY = 192, 16
LEAST = 0.02
"""Share from which a package has a line of its own."""


def package_of(frame: FrameType | None) -> str:
    """The innermost package on the stack."""
    while frame is not None:
        path = frame.f_code.co_filename
        if "site-packages/" in path:
            return path.split("site-packages/")[1].split("/")[0]
        if path.startswith(str(ROOT)):
            return f"ours: {Path(path).relative_to(ROOT).parts[0]}"
        if "/asyncio/" in path or path.endswith("selectors.py"):
            return "asyncio"
        frame = frame.f_back
    return "other"


async def sampled(url: str) -> tuple[Counter[str], float]:
    """Samples by package, and the CPU milliseconds of a call."""
    play = player_of("campaign, no planner", url)
    await play(CONCURRENCY, CONCURRENCY)  # imports, templates
    samples: Counter[str] = Counter()
    signal.signal(signal.SIGPROF, lambda _, frame: samples.update([package_of(frame)]))
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    await play(CALLS, CONCURRENCY)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return samples, 1000 * (time.process_time() - started) / CALLS


def table(samples: Counter[str], cpu_ms: float) -> str:
    """The packages as Markdown, the dearest first."""
    count = samples.total()
    shown = [(name, n / count) for name, n in samples.most_common() if n / count >= LEAST]
    rest = 1 - sum(share for _, share in shown)
    lines = ["| package | ms a call | share |", "|---|---|---|"]
    lines += [
        f"| {name} | {share * cpu_ms:.1f} | {share:.0%} |"
        for name, share in (*shown, ("all others", rest))
    ]
    return "\n".join([*lines, f"| together, {count} samples | {cpu_ms:.1f} | |"])


def main() -> None:
    """Sample and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--page", action="store_true", help="write into docs/performance.md")
    options = parser.parse_args()
    server = start("fake_endpoint.py", "--wait", "0.0")
    try:
        found = table(*asyncio.run(sampled(first_line(server))))
    finally:
        server.kill()
        server.wait()
    print(found)
    if options.page:
        put("orchestration profile", found)


if __name__ == "__main__":
    main()
