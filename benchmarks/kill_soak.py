"""Kill a run again and again, and see whether it still ends as if nothing had happened.

    python benchmarks/kill_soak.py                                  # SQLite, 20 kills, 200 calls
    python benchmarks/kill_soak.py --store private-postgresql       # a server of its own
    python benchmarks/kill_soak.py --store postgresql://me@host/db  # an empty database

The same command is started until its run is finished. `kill -9` hits it at random moments of its
start and of its work; afterwards every call must be stored once, and be equal to the call of a run
that nobody killed: words, outcome, offer, verdicts, score, everything but the clock. The
uninterrupted run is kept in `--folder` for the next time. Ends with status 1 where anything
differs. `private-postgresql` starts a server on loopback, which is not killed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode

HERE = Path(__file__).parent
DEMO = HERE.parent / "examples" / "campaigns" / "merchant_ads.yaml"
POLL = 0.05


@dataclass(frozen=True)
class Report:
    """What became of the run."""

    store: str
    episodes: int
    kills: int
    kills_at_start: int
    """Before the process had stored anything."""
    stored: int
    each_once: bool
    different: list[int]
    """Calls that are not as in the uninterrupted run."""
    seconds: float

    @property
    def sound(self) -> bool:
        """Nothing is lost, doubled or changed."""
        return self.each_once and self.stored == self.episodes and not self.different


class Soak:
    """One campaign, played by a command that can be killed."""

    def __init__(self, options: argparse.Namespace, folder: Path):
        self._options = options
        self._folder = folder
        content = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
        content |= {"cohort": options.cohort, "max_turns": options.max_turns}
        self._campaign = folder / "soak.yaml"
        self._campaign.write_text(yaml.safe_dump(content), encoding="utf-8")

    def start(self, url: str) -> subprocess.Popen[bytes]:
        """The command, in a process group of its own."""
        words = ("run", str(self._campaign), "--salesman", "script", "--json", "--store", url)
        count = ("--episodes", str(self._options.episodes))
        in_flight = ("--concurrency", str(2 * self._options.cohort))
        with (self._folder / "run.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "ai_salesman", *words, *count, *in_flight],
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

    def finish(self, url: str) -> None:
        """Let the command end."""
        status = self.start(url).wait()
        if status:
            raise SystemExit(f"the run ended with status {status}; see {self._folder}/run.log")

    def kill_all(self, url: str, chance: random.Random) -> tuple[int, int]:
        """Start and kill as often as asked; how many kills hit, and how many of them at a start."""
        options, store = self._options, RunStore(url)
        last = max(1, options.episodes - 2 * options.cohort)
        hits = starts = 0
        for target in sorted(chance.randrange(last) for _ in range(options.kills)):
            before = _stored(store)
            process = self.start(url)
            if before > target:  # what it waits for is there: somewhere in the start, then
                _wait(process, chance.uniform(0, options.start_seconds))
            else:
                while process.poll() is None and _stored(store) <= target:
                    time.sleep(POLL)
                _wait(process, chance.uniform(0, 2))
            if process.poll() is not None:
                print(f"ended with {process.returncode} before it was killed", file=sys.stderr)
                continue
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            now = _stored(store)
            hits, starts = hits + 1, starts + (now == before)
            print(f"kill {hits}: {now}/{options.episodes} stored", file=sys.stderr, flush=True)
        return hits, starts


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _stored(store: RunStore) -> int:
    return sum(info.completed + info.failed for info in store.runs())


def _timeless(episode: Episode) -> dict[str, Any]:
    """An episode but for the clock."""
    turns = {"__all__": {"seconds"}}
    return episode.model_dump(
        mode="json", exclude={"finished": True, "seconds": True, "turns": turns}
    )


def _episodes(url: str) -> list[dict[str, Any]]:
    store = RunStore(url)
    (info,) = store.runs()
    return [_timeless(episode) for episode in store.episodes(info.id)]


def _indices(url: str) -> list[int]:
    store = RunStore(url)
    return [call.index for call in store.calls(store.info("last").id)]


@contextmanager
def _database(store: str, folder: Path) -> Iterator[str]:
    if store == "sqlite":
        yield f"sqlite:///{folder}/killed.db"
    elif store == "private-postgresql":
        sys.path.insert(0, str(HERE.parent / "tests"))
        from private_postgres import private_postgres

        with private_postgres() as server:
            yield server.new_database()
    else:
        yield store


def soak(options: argparse.Namespace, folder: Path) -> Report:
    """Play undisturbed, play killed, compare."""
    begun = Soak(options, folder)
    undisturbed = f"sqlite:///{folder}/undisturbed.db"
    begun.finish(undisturbed)
    expected = _episodes(undisturbed)
    with _database(options.store, folder) as url:
        started = time.monotonic()
        kills, starts = begun.kill_all(url, random.Random(options.seed))
        begun.finish(url)
        seconds = time.monotonic() - started
        found = _episodes(url)
        indices = _indices(url)
    return Report(
        store=options.store.split(":")[0],
        episodes=options.episodes,
        kills=kills,
        kills_at_start=starts,
        stored=len(found),
        each_once=indices == [e["index"] for e in found] == list(range(options.episodes)),
        different=[e["index"] for e, f in zip(expected, found, strict=False) if e != f],
        seconds=round(seconds, 1),
    )


def main() -> None:
    """Soak and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", default="sqlite", help="sqlite, private-postgresql, or a URL")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--cohort", type=int, default=4)
    parser.add_argument("--max-turns", type=int, default=16, help="most salesman turns of a call")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--start-seconds", type=float, default=12.0, help="what a start takes here")
    parser.add_argument("--folder", type=Path, help="keep files here; a temporary one by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill-soak-") as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        report = soak(options, folder)
    print(json.dumps({**asdict(report), "sound": report.sound}, indent=2))
    sys.exit(0 if report.sound else 1)


if __name__ == "__main__":
    main()
