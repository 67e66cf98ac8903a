"""SFT and GRPO, in miniature: what they write, and how they go on after an interruption."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tiny_model import make_tiny_model
from typer.testing import CliRunner

from ai_salesman.cli.train import app
from ai_salesman.conversation.errors import InputError, MissingPartError
from ai_salesman.corpus.build import CorpusSettings, build_corpus, write_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.models.local import LocalModel
from ai_salesman.models.weights import CARD_FILE, Weights, weights_of
from ai_salesman.training.prompt_form import PromptForm
from ai_salesman.training.stage import open_start

pytest.importorskip("trl", reason="the extra 'train' is not installed")

from ai_salesman.training.grpo import GrpoSettings, train_grpo
from ai_salesman.training.plan_examples import Imitated
from ai_salesman.training.sft import SftSettings, train_sft

pytestmark = pytest.mark.filterwarnings("default")  # what TRL and peft warn of is theirs


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny base model."""
    folder = tmp_path_factory.mktemp("base")
    make_tiny_model(folder)
    return folder


@pytest.fixture(scope="module")
def dialogues() -> list[CorpusDialogue]:
    """A small corpus."""
    return list(build_corpus(CorpusSettings(dialogues=60)))


def grpo_settings(base: Path, **changes: Any) -> GrpoSettings:
    """Three tiny steps."""
    small = {"steps": 3, "contexts": 2, "group": 4, "reply_tokens": 16, "measured": 6}
    return GrpoSettings(base=f"hf:{base}", **{**small, **changes})


def logged(folder: Path) -> list[dict[str, Any]]:
    """The lines of a stage's log."""
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_sft_writes_a_model_that_can_be_run(
    base: Path, dialogues: Sequence[CorpusDialogue], tmp_path: Path
) -> None:
    settings = SftSettings(base=f"hf:{base}", steps=6, batch=4, calls=Imitated.ALL)
    train_sft(dialogues, tmp_path, settings, progress=False)
    assert LocalModel.at(f"hf:{tmp_path}").prompt_style == "plan"
    assert not (tmp_path / "model.safetensors").exists()  # an adapter on its base
    assert any("loss" in line for line in logged(tmp_path))
    assert list((tmp_path / "tensorboard").iterdir())
    assert not (tmp_path / "checkpoints").exists()


@pytest.mark.slow
def test_all_weights_can_be_trained_instead(
    base: Path, dialogues: Sequence[CorpusDialogue], tmp_path: Path
) -> None:
    train_grpo(dialogues, tmp_path, grpo_settings(base, lora=0), progress=False)
    assert (tmp_path / "model.safetensors").exists()
    assert LocalModel.at(f"hf:{tmp_path}").prompt_style == "plan"


@pytest.mark.slow
def test_grpo_goes_on_from_an_adapter(
    base: Path, dialogues: Sequence[CorpusDialogue], tmp_path: Path
) -> None:
    sft = SftSettings(base=f"hf:{base}", steps=2, batch=4, calls=Imitated.ALL)
    train_sft(dialogues, tmp_path / "sft", sft, progress=False)
    train_grpo(dialogues, tmp_path / "grpo", grpo_settings(tmp_path / "sft"), progress=False)
    assert weights_of(f"hf:{tmp_path / 'grpo'}") == Weights(
        str(base), (str(tmp_path / "sft"), str(tmp_path / "grpo"))
    )


@pytest.mark.slow
def test_grpo_logs_every_term_apart_and_measures_held_out_plans(
    base: Path, dialogues: Sequence[CorpusDialogue], tmp_path: Path
) -> None:
    train_grpo(dialogues, tmp_path, grpo_settings(base, steps=5), progress=False)
    lines = logged(tmp_path)
    terms = next(line for line in lines if "reward" in line)
    for name in ("evidence", "faithfulness", "format"):
        assert f"rewards/{name}/mean" in terms
    assert {"evidence_gain", "success_weight", "speech_loss"} <= set(terms)
    held_out = [line for line in lines if "held_out/strategy" in line]
    assert [line["step"] for line in held_out] == [0, 5]
    card = json.loads((tmp_path / CARD_FILE).read_text())
    assert card["training"]["reward"]["beta_weight"] is True


@pytest.mark.slow
def test_a_finished_stage_is_left_alone_and_other_settings_are_refused(
    base: Path, dialogues: Sequence[CorpusDialogue], tmp_path: Path
) -> None:
    train_grpo(dialogues, tmp_path, grpo_settings(base), progress=False)
    written = (tmp_path / "adapter_model.safetensors").stat().st_mtime_ns
    train_grpo(dialogues, tmp_path, grpo_settings(base), progress=False)
    assert (tmp_path / "adapter_model.safetensors").stat().st_mtime_ns == written
    with pytest.raises(InputError, match="other settings"):
        train_grpo(dialogues, tmp_path, grpo_settings(base, seed=9), progress=False)


_KILLED = """
import sys
from pathlib import Path
from ai_salesman.corpus.build import read_corpus
from ai_salesman.training.grpo import GrpoSettings, train_grpo
settings = GrpoSettings.model_validate_json(sys.argv[1])
train_grpo(read_corpus(Path(sys.argv[2])), Path(sys.argv[3]), settings, progress=False)
"""


@pytest.mark.slow
def test_a_killed_training_goes_on_from_its_checkpoint(base: Path, tmp_path: Path) -> None:
    corpus, out = tmp_path / "corpus.jsonl", tmp_path / "out"
    write_corpus(corpus, CorpusSettings(dialogues=60), progress=False)
    settings = grpo_settings(base, steps=12, checkpoint_every=2, measured=2)
    command = [sys.executable, "-c", _KILLED, settings.model_dump_json(), str(corpus), str(out)]
    first = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list(out.glob("checkpoints/checkpoint-*/trainer_state.json")):
        assert first.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert not (out / CARD_FILE).exists()
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    assert (out / CARD_FILE).exists()
    starts = [line["step"] for line in logged(out) if "held_out/strategy" in line]
    assert starts.count(0) == 1


def test_nothing_won_is_one_sentence(base: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no won call"):
        train_grpo([], tmp_path / "grpo", grpo_settings(base), progress=False)
    with pytest.raises(InputError, match="no won call"):
        train_sft([], tmp_path / "sft", SftSettings(base=f"hf:{base}"), progress=False)


def test_a_tokenizer_that_loses_slots_is_refused(base: Path) -> None:
    tokenizer = open_start(f"hf:{base}").tokenizer
    tokenizer.add_special_tokens({"additional_special_tokens": ["{price}"]})
    with pytest.raises(InputError, match=r"loses the slot \{price\}"):
        PromptForm(tokenizer, "hf:mine")


def test_a_base_model_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MissingPartError, match="cannot be loaded"):
        open_start(f"hf:{tmp_path}/nowhere")
    with pytest.raises(InputError, match="embedded"):
        open_start("openai:gpt-x")


def test_the_commands_name_what_is_wrong(tmp_path: Path) -> None:
    missing = CliRunner().invoke(app, ["grpo", str(tmp_path / "none.jsonl")])
    assert isinstance(missing.exception, InputError)
    assert "corpus build" in str(missing.exception)
