"""The learned customer is trained from scratch, here in miniature."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_customer import TINY_CUSTOMER, make_tiny_customer
from typer.testing import CliRunner

from ai_salesman.cli.train import app
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import CustomerAct, Style
from ai_salesman.corpus.build import CorpusSettings, build_corpus, write_corpus
from ai_salesman.corpus.customer_prompt import MindBands, Wanted, decided
from ai_salesman.corpus.dialogue import Split
from ai_salesman.models.local import LocalModel
from ai_salesman.models.weights import CARD_FILE
from ai_salesman.simulators.decision_head import DECISIONS_FILE
from ai_salesman.simulators.line_check import READER_FILE
from ai_salesman.training.customer_calls import play_calls
from ai_salesman.training.customer_card import write_customer_card
from ai_salesman.training.customer_examples import (
    CustomerAugmentation,
    CustomerExample,
    corpus_examples,
)
from ai_salesman.training.customer_model import train_customer
from ai_salesman.training.customer_split import texts_of

MIND = MindBands(1, 2, 3, "fair", (CustomerAct.OBJECTION_TRUST,), 1, True, False, None)
EXAMPLE = CustomerExample(
    Wanted(Style.TERSE, (CustomerAct.OBJECTION_PRICE,), again=True, slots=("price",)),
    CustomerAct.OBJECTION_PRICE,
    MIND,
    "It is $95 a week. Shall we go ahead?",
    "Not paying {price}.",
)


def test_a_prompt_names_the_act_or_the_state() -> None:
    assert EXAMPLE.said() == (
        "say terse objection_price again {price}",
        "It is $95 a week. Shall we go ahead?",
        "Not paying {price}.",
    )
    plan, _, reply = EXAMPLE.chosen()
    assert plan == (
        "decide terse interest1 trust2 patience3 fair open objection_trust asked1 now after silence"
    )
    assert decided(reply) == (CustomerAct.OBJECTION_PRICE, "Not paying {price}.")
    assert decided("Well: no.") == (None, "Well: no.")


def test_training_asks_for_both_and_withholds_some() -> None:
    rng = np.random.default_rng(0)
    seen = [EXAMPLE.disturbed(rng, CustomerAugmentation()) for _ in range(400)]
    deciding = [plan for plan, _, _ in seen if plan.startswith("decide")]
    assert len(deciding) / len(seen) == pytest.approx(0.45, abs=0.07)
    assert 0 < sum(plan.endswith("unknown") for plan in deciding) < len(deciding) / 2
    assert 0 < sum(not words for _, words, _ in seen) < len(seen) / 2


def test_no_held_out_word_is_spoken_in_training() -> None:
    held_out = texts_of(Split.TEST)
    dialogues = list(build_corpus(CorpusSettings(dialogues=40)))
    learned = [*play_calls(15, Split.TRAIN), *corpus_examples(dialogues, Split.TRAIN)]
    assert len({example.act for example in learned}) > 10
    for example in learned:
        assert not any(text in example.line for text in held_out if len(text.split()) > 4)
    assert texts_of(Split.TRAIN).isdisjoint(held_out)


def test_played_calls_know_the_state_and_corpus_calls_do_not() -> None:
    dialogues = list(build_corpus(CorpusSettings(dialogues=10)))
    assert all(example.mind is None for example in corpus_examples(dialogues, Split.TRAIN))
    played = list(play_calls(10, Split.TRAIN))
    assert all(example.mind for example in played)
    assert played == list(play_calls(10, Split.TRAIN))
    agreed = [e.mind for e in play_calls(60, Split.TRAIN) if e.act is CustomerAct.AGREE]
    assert agreed
    assert all(mind and mind.price != "unheard" for mind in agreed)
    unasked = [mind.last for mind in agreed if mind and not mind.asked_now]
    assert set(unasked) <= {CustomerAct.OBJECTION_PRICE}, "who bargained may agree unasked"


def test_a_run_that_was_stopped_ends_where_it_would_have(tmp_path: Path) -> None:
    dialogues = list(build_corpus(CorpusSettings(dialogues=40)))
    make_tiny_customer(tmp_path / "whole")
    train_customer(dialogues, tmp_path / "cut", TINY_CUSTOMER, progress=False, pause_after=3)
    assert not (tmp_path / "cut" / CARD_FILE).exists()
    train_customer(dialogues, tmp_path / "cut", TINY_CUSTOMER, progress=False)
    whole, cut = (LocalModel(tmp_path / name) for name in ("whole", "cut"))
    other = cut.network.state_dict()
    assert all(torch.equal(w, other[name]) for name, w in whole.network.state_dict().items())
    assert whole.prompt_style == "customer"


def test_the_card_holds_the_figures(tmp_path: Path) -> None:
    make_tiny_customer(tmp_path)
    dialogues = list(build_corpus(CorpusSettings(dialogues=40)))
    metrics = write_customer_card(tmp_path, dialogues, measured=6, calls=4)
    assert metrics.perplexity > 1
    assert metrics.role_inversion == 0.0
    card = json.loads((tmp_path / CARD_FILE).read_text())
    assert card["prompt_style"] == "customer"
    assert card["metrics"]["measured"] == 6
    assert f"{metrics.perplexity:.1f}" in (tmp_path / "MODEL_CARD.md").read_text()


def test_nothing_to_learn_from_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no training example"):
        train_customer([], tmp_path)


def test_the_command_names_a_missing_corpus(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["customer", str(tmp_path / "none.jsonl")])
    assert isinstance(result.exception, InputError)
    assert "corpus build" in str(result.exception)


@pytest.mark.soak
def test_the_command_trains_from_end_to_end(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    write_corpus(corpus, CorpusSettings(dialogues=40), progress=False)
    out = tmp_path / "customer"
    small = ["--steps", "1", "--calls", "20"]
    result = CliRunner().invoke(app, ["customer", str(corpus), "--out", str(out), *small])
    assert result.exit_code == 0, result.output
    files = {path.name for path in out.iterdir()}
    assert {
        "model.safetensors",
        "tokenizer.json",
        "MODEL_CARD.md",
        READER_FILE,
        DECISIONS_FILE,
    } <= files
