"""Episodes out of the store: Parquet files are read back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from stored import judged_calls

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.parquet import turns_file, write_parquet
from ai_salesman.campaigns.store import RunStore
from ai_salesman.campaigns.tables import columns_of
from ai_salesman.conversation.errors import InputError, MissingPartError
from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.conversation.turn import CustomerTrace, GuardAction

CALLS = judged_calls(range(1203))


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a Parquet file."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    rows: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
    return rows


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,203 calls."""
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    target = tmp_path_factory.mktemp("export") / "calls.parquet"
    assert write_parquet(CALLS, target) == len(CALLS)
    return target


def test_there_is_a_row_a_call_with_the_columns_of_the_store(exported: Path) -> None:
    rows = read(exported)
    assert [row["index"] for row in rows] == list(range(1203))
    for row, call in zip(rows, CALLS, strict=True):
        assert {name: row[name] for name in columns_of(call)} == columns_of(call)
        assert (row["run"], row["error"], row["finished"]) == (call.run, call.error, call.finished)
        assert row["list_price"] == (call.offer.list_price if call.offer else None)
        judges = [json.loads(verdict)["judge"] for verdict in row["verdicts"]]
        assert judges == [verdict.judge for verdict in call.verdicts]


def test_there_is_a_row_a_turn(exported: Path) -> None:
    rows = read(turns_file(exported))
    spoken = [(c.index, t.index, t.speaker.value, t.text) for c in CALLS for t in c.turns]
    assert [(r["index"], r["turn"], r["speaker"], r["text"]) for r in rows] == spoken


def test_it_is_written_in_pages(exported: Path) -> None:
    from pyarrow.parquet import ParquetFile

    with ParquetFile(exported) as file:
        assert file.num_row_groups == 3


def test_the_hidden_side_of_a_turn_has_columns(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    (call,) = judged_calls([1])
    said, answered = call.turns
    trace = CustomerTrace(act=CustomerAct.GREET, interest=0.75, trust=0.5, patience=0.25)
    turns = (
        said.model_copy(update={"guard": GuardAction(rewrites=2, fell_back=True)}),
        answered.model_copy(update={"trace": trace, "messages": ("Yes.", "Send it.")}),
    )
    health = {"echo": 0.5}
    target = tmp_path / "one.parquet"
    write_parquet([call.model_copy(update={"turns": turns, "health": health})], target)
    first, second = read(turns_file(target))
    assert (first["rewrites"], first["fell_back"], first["act"]) == (2, True, None)
    assert (second["act"], second["interest"], second["rewrites"]) == ("greet", 0.75, None)
    assert second["messages"] == ["Yes.", "Send it."]
    assert dict(read(target)[0]["health"]) == health


def test_a_run_without_calls_makes_files_with_columns(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    target = tmp_path / "none.parquet"
    assert write_parquet([], target) == 0
    assert read(target) == read(turns_file(target)) == []


def test_an_export_that_breaks_leaves_no_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")

    def breaking() -> Any:
        yield from CALLS[:600]
        raise KeyError("gone")

    with pytest.raises(KeyError):
        write_parquet(breaking(), tmp_path / "calls.parquet")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match="cannot be written"):
        write_parquet(CALLS[:1], tmp_path / "nowhere" / "calls.parquet")


def test_without_pyarrow_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed
    with pytest.raises(MissingPartError, match=r"pip install 'ai-salesman\[parquet\]'"):
        write_parquet(CALLS, tmp_path / "calls.parquet")


def export(url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """`ai-salesman export last`."""
    return subprocess.run(
        [sys.executable, "-m", "ai_salesman", "export", "last", "--store", url, *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_writes_both_files(merchant_ads: Campaign, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    url = f"sqlite:///{tmp_path}/runs.db"
    store = RunStore(url)
    store.begin("test", merchant_ads)
    store.save("test", CALLS[:20])
    target = tmp_path / "calls.parquet"
    done = export(url, "--format", "parquet", "--limit", "12", "--out", str(target))
    assert done.returncode == 0, done.stderr
    assert f"12 episodes in {target}, their turns in {turns_file(target)}" in done.stderr
    assert len(read(target)) == 12
    refused = export(url, "--format", "parquet")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "name the first with --out" in refused.stderr
