"""The command line as its users meet it: a process, its two streams and its exit status."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from places import CAMPAIGNS

CAMPAIGN = str(CAMPAIGNS / "merchant_ads.yaml")
HEAVY = {"torch", "transformers", "langgraph", "chromadb", "sklearn", "scipy", "sqlalchemy"}
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
PERSONA = "id: mine\nname: Ms. Rivera\nneeds: {visibility: 1.0}\ntraits: {trust: 3}\n"
PACK = """\
pack: mine
scripts:
  - {id: a, stage: opening, intent: greet, strategy: open_question, text: "Hello from {planet}."}
"""


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `ai-salesman` in `folder`, as somebody would who has just installed it."""
    return subprocess.run(
        [sys.executable, "-m", "ai_salesman", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def sound(folder: Path, *arguments: str) -> str:
    """Standard output of a command that must succeed."""
    done = command(folder, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    assert "Simulated sales calls" in sound(tmp_path, "--help")
    probe = (
        "import sys\nfrom ai_salesman.__main__ import main\nsys.argv = ['ai-salesman', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    print('\\n' + ' '.join(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["campaign", "check", "pack_campaign.yaml"], "uses unknown fact {planet}"),
        (["scripts", "list", "--pack", "pack.yaml"], "pack.yaml:3: scripts.0: "),
        (["scripts", "list", "--intent", "ask_prize"], "did you mean 'ask_price'?"),
        (["personas", "show", "persona.yaml"], "persona.yaml:4: traits.trust: "),
        (["personas", "show", "nobody"], "unknown persona 'nobody'"),
        (["run", CAMPAIGN, "--persona", "persona.yaml"], "persona.yaml:4: traits.trust: "),
        (["run", "broken.yaml"], "broken.yaml:"),
        (["runs", "--store", "postgresql://a:b@c:port/d"], "cannot be used"),
        (["corpus", "stats", "nowhere.jsonl"], "nowhere.jsonl: "),
        (["campaign", "from-listing", "nowhere.jsonl"], "nowhere.jsonl: no such file"),
    ],
    ids=lambda value: " ".join(Path(v).name for v in value) if isinstance(value, list) else None,
)
def test_bad_input_is_one_line_and_status_2(
    arguments: list[str], says: str, tmp_path: Path
) -> None:
    (tmp_path / "persona.yaml").write_text(PERSONA)
    (tmp_path / "pack.yaml").write_text(PACK)
    text = Path(CAMPAIGN).read_text(encoding="utf-8")
    (tmp_path / "pack_campaign.yaml").write_text(f"{text}\npacks: [pack.yaml]\n", encoding="utf-8")
    (tmp_path / "broken.yaml").write_text(text.replace("seed: 1 ", "seeds: 1 "), encoding="utf-8")
    assert_one_line(command(tmp_path, *arguments), says)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--salesman", "gpt-x"], "unknown model kind 'gpt-x'"),
        (["--planner", "dogs"], "planner: unknown planner 'dogs'; did you mean 'doga'?"),
        (["--planner", "doga:gpt-x"], "unknown model kind 'gpt-x'"),
        (["--customer", "nobody"], "customer: unknown customer 'nobody'"),
        (["--judge", "clams"], "did you mean 'claims'?"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_part_is_one_line_and_status_2(
    arguments: list[str], says: str, tmp_path: Path
) -> None:
    assert_one_line(command(tmp_path, "run", CAMPAIGN, *arguments), says)


def assert_one_line(done: subprocess.CompletedProcess[str], says: str) -> None:
    """The command failed with one sentence on standard error and nothing else."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("ai-salesman: ")
    assert says in done.stderr


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
