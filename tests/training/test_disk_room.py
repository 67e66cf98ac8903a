"""A training on a full disk: one sentence, and the same command goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ai_salesman.corpus.build import CorpusSettings, write_corpus
from ai_salesman.models.weights import CARD_FILE
from ai_salesman.training.disk_room import disk_room

pytestmark = pytest.mark.slow


def resized(disk: Path, megabytes: int, how: str = "remount,") -> bool:
    """Make the disk so large; whether that is allowed here."""
    command = ["mount", "-t", "tmpfs", "-o", f"{how}size={megabytes}m", "tmpfs", str(disk)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not resized(disk, 4, how=""):
        pytest.skip("only an administrator can mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_training_that_does_not_fit_goes_on_when_there_is_room(
    small_disk: Path, tmp_path: Path
) -> None:
    corpus, out = tmp_path / "corpus.jsonl", small_disk / "model"
    write_corpus(corpus, CorpusSettings(dialogues=60), progress=False)
    train = [sys.executable, "-m", "ai_salesman", "train", "base", str(corpus), "--steps", "2"]
    full = subprocess.run([*train, "--out", str(out)], capture_output=True, text=True, check=False)
    assert full.returncode == 2
    sentence = full.stderr.strip().splitlines()[-1]
    assert "the disk is full" in sentence and str(out) in sentence
    assert "Traceback" not in full.stderr
    assert resized(small_disk, 200)
    roomy = subprocess.run([*train, "--out", str(out)], capture_output=True, text=True, check=False)
    assert roomy.returncode == 0, roomy.stderr
    assert (out / CARD_FILE).exists()


def test_other_faults_are_left_alone(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), disk_room(tmp_path):
        _ = 1 / 0
