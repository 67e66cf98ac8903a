"""`branch` and `run --protocol salesllm` as their users meet them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from places import CAMPAIGNS

CAMPAIGN = str(CAMPAIGNS / "merchant_ads.yaml")


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `ai-salesman` in `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "ai_salesman", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def complaint(folder: Path, *arguments: str) -> str:
    """The one sentence of a command that must fail."""
    done = command(folder, *arguments)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


@pytest.mark.slow
def test_a_call_is_branched_and_read(tmp_path: Path) -> None:
    text = Path(CAMPAIGN).read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(f"{text}\nmax_turns: 3\n", encoding="utf-8")
    run = ["run", "mine.yaml", "--salesman", "script", "--episodes", "1", "--judge", "claims"]
    made = json.loads(command(tmp_path, *run, "--json").stdout)["run"]
    branch = ["branch", made, "0", "--turn", "2", "--strategy", "open_question", "--n", "2"]
    done = command(tmp_path, *branch, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["other"]["run"] == f"{made}-e0t2-open_question-x2"
    assert report["conversion"]["pairs"] == 2
    shown = command(tmp_path, *branch).stdout
    assert "original, branch" in shown
    assert "open_question, branch" in shown
    assert f"{made}-e0t2-original-x2" in command(tmp_path, "runs").stdout
    assert "did you mean 'state_price'?" in complaint(
        tmp_path, "branch", made, "0", "--turn", "2", "--strategy", "state_prize"
    )
    assert "unknown run" in complaint(tmp_path, "branch", "nothing", "0", "--turn", "2")


SCRIPT = {
    "id": "a",
    "language": "en",
    "user_system_prompt": "You buy.",
    "assistant_system_prompt": "You sell.",
    "trigger_sentence_en": "Hello?",
    "trigger_sentence_zh": "",
}


@pytest.mark.slow
def test_scripts_are_played_offline(tmp_path: Path) -> None:
    (tmp_path / "scripts.jsonl").write_text(json.dumps(SCRIPT) + "\n")
    (tmp_path / "me.py").write_text("def speak(messages):\n    return f'{len(messages)} so far'\n")
    play = ["run", "scripts.jsonl", "--protocol", "salesllm", "--salesman", "python:me.py:speak"]
    play += ["--customer", "llm:python:me.py:speak", "--rounds", "1", "--out", "out.jsonl"]
    done = command(tmp_path, *play, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["completed"] == 1
    (line,) = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [m["content"] for m in json.loads(line)["messages"]] == [
        "Hello?",
        "2 so far",
        "4 so far",
    ]
    assert "1 of 1 scripts played" in command(tmp_path, *play).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--protocol", "salesman"], "did you mean 'salesllm'?"),
        (["--protocol", "salesllm"], "name the model that sells"),
        (["--protocol", "salesllm", "--salesman", "embedded"], "--customer llm:<model uri>"),
        (
            ["--protocol", "salesllm", "--salesman", "embedded", "--customer", "agenda"],
            "--customer: 'agenda' cannot read scripts in prose",
        ),
    ],
    ids=["protocol", "salesman", "customer", "agenda"],
)
def test_a_wrong_option_is_one_sentence(arguments: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / "scripts.jsonl").write_text(json.dumps(SCRIPT) + "\n")
    assert says in complaint(tmp_path, "run", "scripts.jsonl", *arguments)
