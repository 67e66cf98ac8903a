"""The command line as its users meet it: help, a run shown again and exported, an interruption."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from places import CAMPAIGNS
from typed import sound

CAMPAIGN = str(CAMPAIGNS / "merchant_ads.yaml")
HEAVY = {
    "torch",
    "transformers",
    "langgraph",
    "chromadb",
    "sklearn",
    "scipy",
    "sqlalchemy",
    "textual",
}
SUMMARY_KEYS = {
    "run",
    "campaign",
    "seed",
    "episodes",
    "outcomes",
    "intent",
    "conversion",
    "honest_conversion",
    "score",
    "capabilities",
    "metrics",
    "claims",
    "margin",
    "health",
    "by_tier",
    "throughput",
    "cost",
}


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    probe = (
        "import sys\nfrom ai_salesman.__main__ import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    print('\\n' + ' '.join(sys.modules))\n"
    )
    seconds = []
    for _ in range(3):
        before = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", probe], capture_output=True, text=True, check=True
        )
        seconds.append(time.perf_counter() - before)
    assert "merchant_ads.yaml" in done.stdout
    assert not HEAVY & set(done.stdout.splitlines()[-1].split())
    print(f"--help: {min(seconds):.2f} s")


def test_a_run_is_shown_again_and_exported(tmp_path: Path) -> None:
    store = ["--store", f"sqlite:///{tmp_path}/mine.db"]
    run = ["run", CAMPAIGN, "--episodes", "2", "--salesman", "script", "--planner", "static"]
    run += ["--judge", "claims", "--json", *store]
    summary = json.loads(sound(tmp_path, *run))
    assert set(summary) >= SUMMARY_KEYS
    assert summary["episodes"] == {"requested": 2, "completed": 2, "failed": 0}

    started = time.perf_counter()
    assert json.loads(sound(tmp_path, *run)) == summary
    print(f"a stored summary: {time.perf_counter() - started:.1f} s")
    assert json.loads(sound(tmp_path, "runs", "last", "--json", *store)) == summary
    assert summary["run"] in sound(tmp_path, "runs", *store)

    lines = sound(tmp_path, "export", "last", "--words-only", *store).splitlines()
    assert [json.loads(line)["index"] for line in lines] == [0, 1]
    assert set(json.loads(lines[0])) == {"index", "seed", "persona", "stop", "turns"}
    out = tmp_path / "calls.md"
    sound(
        tmp_path,
        "export",
        "last",
        "--format",
        "markdown",
        "--limit",
        "1",
        "--out",
        str(out),
        *store,
    )
    assert out.read_text().count("## Call") == 1
    assert not (tmp_path / "runs").exists(), "--store leaves the default place alone"


def test_looking_around_needs_no_run(tmp_path: Path) -> None:
    assert "is sound" in sound(tmp_path, "campaign", "check", CAMPAIGN)
    personas = [json.loads(x) for x in sound(tmp_path, "personas", "list", "--json").splitlines()]
    assert personas[0]["id"] in sound(tmp_path, "personas", "show", personas[0]["id"])
    scripts = sound(tmp_path, "scripts", "list", "--intent", "ask_price", "--json").splitlines()
    assert {json.loads(script)["intent"] for script in scripts} == {"ask_price"}
    assert "No runs yet" in sound(tmp_path, "runs")


def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "salesman.py").write_text(
        "import asyncio, pathlib\n"
        "async def speak(messages):\n"
        "    pathlib.Path('called').touch()\n"
        "    await asyncio.sleep(60)\n"
    )
    arguments = ["run", CAMPAIGN, "--salesman", "python:salesman.py:speak", "--episodes", "2"]
    with subprocess.Popen(
        [sys.executable, "-m", "ai_salesman", *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell without job control starts its background jobs deaf to the signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        try:
            for _ in range(600):
                if (tmp_path / "called").exists():
                    break
                time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "the same command goes on from here" in errors
