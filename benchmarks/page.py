"""Where the benchmarks put what they found: docs/performance.md, each between its own markers."""

from __future__ import annotations

import os
import platform
from datetime import date
from pathlib import Path

__all__ = ["put"]

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


def put(name: str, text: str) -> None:
    """Write `text` between the markers of `name`, with where and when it was measured.

    Raises:
        SystemExit: the page has no such markers.
    """
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before, found, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"{PAGE}: no markers {begin} and {end}")
    new = f"{before}{begin}\n\n{text.strip()}\n\n{_circumstances()}\n\n{end}{after}"
    PAGE.write_text(new, encoding="utf-8")


def _circumstances() -> str:
    """Cores, load and day: figures of a busy machine must be known as such."""
    load = os.getloadavg()[1]
    return (
        f"*{date.today():%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores; "
        f"{load:.1f} processes wanted them in the five minutes before the end.*"
    )
