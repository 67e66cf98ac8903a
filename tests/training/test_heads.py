"""Heads are trained from labelled templates and measured on held-out ones."""

from __future__ import annotations

from pathlib import Path

from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.corpus.customer_lines import customer_lines
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.training.heads import labelled_lines, train_intent_head

ACTS = {CustomerAct.ASK_PRICE, CustomerAct.BUSY, CustomerAct.DO_NOT_CALL}


def test_a_trained_head_is_saved_and_reads(encoder: MiniLMEncoder, tmp_path: Path) -> None:
    lines = [line for line in customer_lines() if line.act in ACTS]
    path = tmp_path / "intent.safetensors"
    report = train_intent_head(path, lines, encoder)
    assert report.accuracy > 0.6
    assert report.train_lines + report.test_lines == len(lines)
    assert "macro-F1" in report.markdown()
    head = TextHead.load(path, encoder)
    texts = ["How much is it?", "Take me off your list and never ring again."]
    read = head.from_vectors(texts, encoder.encode_now(texts)).argmax(axis=1)
    assert [head.labels[i] for i in read] == ["ask_price", "do_not_call"]


def test_copies_of_a_line_differ_in_filling() -> None:
    lines = [line for line in customer_lines() if "{budget}" in line.text][:5]
    texts, labels = labelled_lines(lines, 6, seed=1)
    assert len(texts) == len(labels) == 30
    assert not any("{" in text for text in texts)
    assert len(set(texts)) > 10
