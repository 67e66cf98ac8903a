"""Real dialogues are read in place; the checks on them need them, and are skipped without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.evaluation.reader import call_reader
from ai_salesman.evaluation.real_check import check_acts, check_donations
from ai_salesman.evaluation.real_dialogues import (
    RealTurn,
    dialogues_folder,
    read_dialogues,
    turns_of,
)
from ai_salesman.models.encoder import MiniLMEncoder


def test_a_dialogue_is_read(tmp_path: Path) -> None:
    record = {"id": "a", "turns": [{"role": "customer", "text": "Hello?", "labels": {"x": 1}}]}
    path = tmp_path / "dialogues.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    (dialogue,) = read_dialogues(path)
    assert dialogue.turns[0].labels == {"x": 1}


@pytest.mark.parametrize("line", ["{}", "not json", '{"id": "a", "turns": [{"role": "dog"}]}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "dialogues.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"dialogues\.jsonl:1"):
        list(read_dialogues(path))
    with pytest.raises(InputError, match="no such file"):
        list(read_dialogues(tmp_path / "gone.jsonl"))


def test_what_one_side_says_in_a_row_is_one_turn() -> None:
    said = (
        RealTurn(role="salesperson", text="Hi."),
        RealTurn(role="salesperson", text="How are you?"),
        RealTurn(role="customer", text="Fine."),
    )
    first, second = turns_of(said)
    assert first.text == "Hi. How are you?"
    assert (first.speaker, second.speaker) == (Speaker.SALESMAN, Speaker.CUSTOMER)


def test_the_folder_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REAL_DIALOGUES", raising=False)
    with pytest.raises(InputError, match="not set"):
        dialogues_folder()
    monkeypatch.setenv("REAL_DIALOGUES", "/nowhere/at/all")
    with pytest.raises(InputError, match="no such folder"):
        dialogues_folder()


@pytest.mark.soak
async def test_the_ear_hears_real_customers(real_dialogues: Path, encoder: MiniLMEncoder) -> None:
    """Better than the commonest answer, and worse than a model that was trained on them."""
    for found in await check_acts(real_dialogues, encoder):
        print(f"{found.data} {found.measure}: {found.judge:.2f} of {found.baseline:.2f}")
        assert found.cases > 1_000
        assert found.judge > found.majority


@pytest.mark.soak
async def test_the_outcome_judge_hears_real_promises(
    real_dialogues: Path, encoder: MiniLMEncoder
) -> None:
    ranked, decided = await check_donations(real_dialogues, call_reader(encoder))
    print(f"AUC {ranked.judge:.2f}, balanced accuracy {decided.judge:.2f}")
    assert ranked.judge_ci95[0] <= ranked.judge <= ranked.judge_ci95[1]
    assert ranked.cases == decided.cases
