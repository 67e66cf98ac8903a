"""`ai-salesman corpus import`: a corpus and a report, or one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ai_salesman.cli.app import app
from ai_salesman.conversation.errors import InputError

CALL = [{"role": "sales", "content": "Good morning."}, {"role": "client", "content": "No."}]


def test_what_is_read_and_what_is_dropped(tmp_path: Path) -> None:
    source, out = tmp_path / "calls.json", tmp_path / "new" / "out.jsonl"
    source.write_text(json.dumps([{"dialogue": CALL}, {"dialogue": [{"content": "?"}, *CALL]}]))
    shown = CliRunner().invoke(app, ["corpus", "import", str(source), "--out", str(out)])
    assert shown.exit_code == 0, shown.output
    assert "dialogues: 1 read, 1 dropped; files: 1" in shown.stdout
    assert "calls.json: dialogue 2, turn 1: its keys are 'content'" in shown.stdout
    assert len(out.read_text().splitlines()) == 1


def test_the_report_for_machines(tmp_path: Path) -> None:
    source, out = tmp_path / "calls.json", tmp_path / "out.jsonl"
    source.write_text(json.dumps(CALL))
    arguments = ["corpus", "import", str(source), "--out", str(out), "--json"]
    report = json.loads(CliRunner().invoke(app, arguments).stdout)
    assert report["read"] == 1 and report["reasons"] == []
    assert report["outcomes"] == {"unknown": 1}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["calls.json"], "no dialogue could be read, 1 dropped; mostly: not JSON"),
        (["nowhere.json"], "nowhere.json: no such file or folder; check the path"),
        (["calls.json", "--kind", "telesale"], "did you mean 'telesales'?"),
    ],
)
def test_one_sentence(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("calls.json").write_text("Good morning.")
    done = CliRunner().invoke(app, ["corpus", "import", *arguments, "--out", "out.jsonl"])
    assert isinstance(done.exception, InputError)  # the entry point ends it with status 2
    assert says in str(done.exception)
    assert not Path("out.jsonl").exists()
