"""Bad input gives one sentence and exit status 2; help is quick."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CAMPAIGN = str(ROOT / "examples" / "campaigns" / "merchant_ads.yaml")


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `ai-salesman` in `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "ai_salesman", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def complaint(*arguments: str, folder: Path) -> str:
    """The one sentence of a command that must fail."""
    done = command(*arguments, folder=folder)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("ai-salesman: ") == 1
    return done.stderr.partition("ai-salesman: ")[2].strip()


def test_help_is_quick_and_light(tmp_path: Path) -> None:
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        assert "merchant_ads.yaml" in command("--help", folder=tmp_path).stdout
        seconds.append(time.perf_counter() - started)
    probe = "import sys, ai_salesman.cli.app; print([m for m in sys.modules if m in " + (
        "('torch', 'transformers', 'langgraph', 'chromadb', 'sqlalchemy', 'textual')])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"
    print(f"--help: {min(seconds):.2f} s")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (["run", CAMPAIGN, "--planner", "dogs"], "did you mean 'doga'?"),
        (["run", CAMPAIGN, "--salesman", "hf:/nowhere"], "/nowhere: no such folder"),
        (["run", CAMPAIGN, "--store", "nonsense"], "run store 'nonsense' cannot be used"),
        (["run", CAMPAIGN, "--store", "sqlite:////proc/x/y.db"], "cannot be written"),
        (["run", CAMPAIGN, "--persona", "nobody"], "unknown persona 'nobody'"),
        (["view", "nothing"], "unknown run 'nothing'"),
        (["export", "nothing"], "unknown run 'nothing'"),
    ],
    ids=lambda value: " ".join(value[:4])[-40:] if isinstance(value, list) else None,
)
def test_one_sentence(arguments: list[str], says: str, tmp_path: Path) -> None:
    assert says in complaint(*arguments, folder=tmp_path)


def test_a_broken_campaign_names_file_line_and_fix(tmp_path: Path) -> None:
    text = Path(CAMPAIGN).read_text().replace("\ndomain: ", "\ndomian: ")
    (tmp_path / "mine.yaml").write_text(text)
    sentence = complaint("run", "mine.yaml", folder=tmp_path)
    assert sentence.startswith("mine.yaml:")
    assert "unknown field; did you mean 'domain'?" in sentence


def test_an_unreachable_endpoint_stops_before_the_run(tmp_path: Path) -> None:
    uri = "openai:x@http://127.0.0.1:9/v1"
    sentence = complaint("run", CAMPAIGN, "--salesman", uri, folder=tmp_path)
    assert "check the address, the key and that the server runs" in sentence


def test_a_small_run_from_end_to_end(tmp_path: Path) -> None:
    arguments = ["run", CAMPAIGN, "--episodes", "2", "--salesman", "script", "--json"]
    first = command(*arguments, folder=tmp_path)
    assert first.returncode == 0, first.stderr
    summary = json.loads(first.stdout)
    assert summary["episodes"] == {"requested": 2, "completed": 2, "failed": 0}
    for key in ("conversion", "honest_conversion", "score", "claims", "by_tier", "throughput"):
        assert key in summary
    assert json.loads(command(*arguments, folder=tmp_path).stdout) == summary

    exported = command("export", "last", folder=tmp_path).stdout.splitlines()
    assert [json.loads(line)["index"] for line in exported] == [0, 1]
    assert "## Call 1" in command("export", "last", "--format", "markdown", folder=tmp_path).stdout
    assert summary["run"] in command("runs", "--json", folder=tmp_path).stdout
