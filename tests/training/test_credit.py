"""A token earns what it can answer for, and speech is rehearsed."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from tiny_model import make_tiny_model

from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import Split
from ai_salesman.training.examples import examples_of
from ai_salesman.training.speech_anchor import SpeechAnchor
from ai_salesman.training.stage import open_start

pytest.importorskip("trl", reason="the extra 'train' is not installed")

from ai_salesman.training.credited_trainer import credited

BAR = 9
WEIGHTS = torch.tensor([2.0, 0.5, 0.5])
SPOKEN = torch.tensor([[1, 2, BAR, 5, 6], [1, 3, BAR, 7, 6]])


def test_a_plan_earns_by_evidence_and_a_reply_by_keeping_to_its_facts() -> None:
    good_plan_bad_reply, bad_plan_good_reply = [0.9, 0.0, 1.0], [0.1, 1.0, 1.0]
    terms = torch.tensor([good_plan_bad_reply, bad_plan_good_reply])
    found = credited(terms, WEIGHTS, 2, SPOKEN, BAR)
    assert (found[0, :3] > 0).all()
    assert (found[0, 3:] < 0).all()
    assert torch.allclose(found[0], -found[1])


def test_a_plan_without_a_reply_says_nothing_about_replies() -> None:
    terms = torch.tensor([[0.5, 1.0, 1.0], [0.5, 0.0, 1.0], [0.5, math.nan, 1.0]])
    tokens = torch.tensor([[1, BAR, 5], [2, BAR, 5], [3, BAR, 0]])
    found = credited(terms, WEIGHTS, 3, tokens, BAR)
    assert found[0, 2] == pytest.approx(1.0, abs=1e-2)
    assert found[1, 2] == pytest.approx(-1.0, abs=1e-2)
    assert found[2].tolist() == [0.0, 0.0, 0.0]
    assert (found[:, 0] == 0).all()


def test_each_process_takes_its_own_turns() -> None:
    terms = torch.tensor([[0.9, 1.0, 1.0], [0.1, 1.0, 1.0], [0.2, 1.0, 1.0], [0.6, 1.0, 1.0]])
    whole = credited(terms, WEIGHTS, 2, torch.cat([SPOKEN, SPOKEN]), BAR)
    second = credited(terms, WEIGHTS, 2, SPOKEN, BAR, first=2)
    assert torch.equal(second, whole[2:])


def test_a_rehearsal_is_the_same_at_every_visit_and_counts_replies_alone(tmp_path: Path) -> None:
    make_tiny_model(tmp_path)
    start = open_start(f"hf:{tmp_path}")
    examples = examples_of(build_corpus(CorpusSettings(dialogues=20)), Split.TRAIN)
    anchor = SpeechAnchor(examples, start.tokenizer, start.form, rows=3, seed=1)
    first, again, other = (float(anchor.loss(start.model, step).detach()) for step in (0, 0, 1))
    assert first == again != other
    assert first == pytest.approx(math.log(400), abs=1.0)  # it has hardly learned: near chance
