"""`ai-salesman corpus redact`, `label` and `stats`, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ai_salesman.cli.app import app
from ai_salesman.conversation.errors import InputError
from ai_salesman.corpus.build import read_corpus

CALL = {
    "id": "a",
    "split": "train",
    "turns": [
        {"speaker": "salesman", "text": "Hello, my name is Rob. May I ask how you do it today?"},
        {"speaker": "customer", "text": "No thanks, I am not interested. Goodbye."},
    ],
}


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    path = tmp_path / "calls.jsonl"
    path.write_text(json.dumps(CALL) + "\n")
    return path


def printed(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["corpus", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_redacting(calls: Path) -> None:
    out = calls.with_name("redacted.jsonl")
    assert "1 dialogues, 1 changed" in printed("redact", calls, "--out", out)
    assert read_corpus(out)[0].turns[0].text.startswith("Hello, my name is [NAME].")
    again = json.loads(printed("redact", out, "--out", calls, "--json"))
    assert again["replaced"] == {}


def test_labelling(calls: Path) -> None:
    out = calls.with_name("labelled.jsonl")
    report = json.loads(printed("label", calls, "--out", out, "--least", "0.2", "--json"))
    assert report["labels"]["act"] == {"known": 0, "read": 1, "withheld": 0}
    assert report["measured"]["rows"]
    assert read_corpus(out)[0].turns[1].act is not None
    assert "of these right" in printed("label", calls, "--out", out)


def test_counting(calls: Path) -> None:
    page = calls.with_name("page.md")
    found = json.loads(printed("stats", calls, "--out", page, "--beside", calls.parent, "--json"))
    assert found["dialogues"] == 1
    assert [column["name"] for column in found["figures"]] == ["calls.jsonl", "calls"]
    assert "| salesman | calls.jsonl | calls |" in page.read_text()
    assert "words a turn" in printed("stats", calls)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["redact", "calls.jsonl", "--out", "calls.jsonl"], "is the corpus itself"),
        (["label", "calls.jsonl"], "name the corpus file to write"),
        (["label", "calls.jsonl", "--out", "calls.jsonl"], "is the corpus itself"),
        (["label", "calls.jsonl", "--check"], "no dialogue of the test split"),
        (["stats", "calls.jsonl", "--beside", "nowhere"], "no such file or folder"),
        (["stats", "none.jsonl"], "no such file"),
    ],
)
def test_one_sentence(
    arguments: list[str], says: str, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(calls.parent)
    done = CliRunner().invoke(app, ["corpus", *arguments])
    assert isinstance(done.exception, InputError)
    assert says in str(done.exception)
