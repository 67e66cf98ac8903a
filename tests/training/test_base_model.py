"""The embedded salesman is trained from scratch, here in miniature."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_model import TINY, make_tiny_model

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import Split
from ai_salesman.corpus.plan_prompt import NO_PLAN, Plan
from ai_salesman.models.local import LocalModel
from ai_salesman.models.weights import CARD_FILE
from ai_salesman.training.base_metrics import copied_grams, copied_whole, distinct
from ai_salesman.training.base_model import train_base
from ai_salesman.training.batches import Row, batches_of, collate
from ai_salesman.training.examples import Example, examples_of
from ai_salesman.training.hearing import AS_SPOKEN
from ai_salesman.training.model_card import write_card

EXAMPLE = Example(
    Plan(CustomerAct.ASK_PRICE, Stage.PRESENTATION, Strategy.STATE_PRICE, ("price", "term")),
    (Strategy.INTRODUCE,),
    "So how much is it then?",
    "It is {price} for {product}, with {term}.",
)


def test_a_plan_names_the_facts_of_the_reply() -> None:
    plan, context = EXAMPLE.prompt()
    assert plan == "ask_price presentation state_price {price} {term}"
    assert context == "introduce: So how much is it then?"
    assert EXAMPLE.prompt(planned=False) == (NO_PLAN, context)


def test_only_good_turns_are_learned_from() -> None:
    dialogues = list(build_corpus(CorpusSettings(dialogues=60)))
    bad = {turn.text for d in dialogues for turn in d.turns if turn.habit}
    learned = examples_of(dialogues, Split.TRAIN)
    assert learned
    assert not bad & {example.reply for example in learned}
    assert learned[0].plan.intent is None
    assert learned[0].heard == ""


def test_only_the_reply_counts_towards_the_loss() -> None:
    batch = collate([Row([7, 8, 9], [5, 6]), Row([7], [5])], pad=0)
    assert batch.tokens[0].tolist() == [7, 8, 9, 5, 6, 0, 0, 0]
    assert batch.targets[0].tolist() == [-100, -100, 5, 6, -100, -100, -100, -100]
    assert batch.targets[1].tolist() == [5, *[-100] * 7]


def test_batches_hold_every_row_once_within_their_budget() -> None:
    rng = np.random.default_rng(1)
    rows = [Row([1] * int(n), [2]) for n in rng.integers(1, 60, size=300)]
    batches = batches_of(rows, 256, rng)
    assert sorted(i for batch in batches for i in batch) == list(range(300))
    assert all(max(rows[i].length for i in b) * len(b) <= 256 for b in batches)


def test_a_run_that_was_stopped_ends_where_it_would_have(tmp_path: Path) -> None:
    dialogues = list(build_corpus(CorpusSettings(dialogues=40)))
    make_tiny_model(tmp_path / "whole")
    paused = train_base(
        dialogues, tmp_path / "stopped", TINY, progress=False, pause_after=3, hearing=AS_SPOKEN
    )
    assert paused.steps == 3
    run = train_base(dialogues, tmp_path / "stopped", TINY, progress=False, hearing=AS_SPOKEN)
    assert run.steps == TINY.steps
    whole, resumed = (
        LocalModel(tmp_path / name).network.state_dict() for name in ("whole", "stopped")
    )
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert not (tmp_path / "stopped" / "checkpoint.pt").exists()


def test_a_checkpoint_of_other_settings_is_refused(tmp_path: Path) -> None:
    other = TINY.model_copy(update={"seed": 9})
    torch.save({"settings": other.model_dump()}, tmp_path / "checkpoint.pt")
    with pytest.raises(InputError, match="other settings"):
        make_tiny_model(tmp_path)


def test_nothing_to_learn_from_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no training example"):
        train_base([], tmp_path)


def test_the_card_holds_the_figures(tmp_path: Path) -> None:
    make_tiny_model(tmp_path)
    dialogues = list(build_corpus(CorpusSettings(dialogues=40)))
    metrics = write_card(tmp_path, dialogues, measured=4, hearing=AS_SPOKEN)
    assert metrics.perplexity > 1
    card = json.loads((tmp_path / CARD_FILE).read_text())
    assert card["prompt_style"] == "plan"
    assert card["metrics"]["measured"] == 4
    text = (tmp_path / "MODEL_CARD.md").read_text()
    assert f"{metrics.perplexity:.1f}" in text


def test_copies_and_variety_are_counted() -> None:
    learned = {"One two three four five six seven eight nine."}
    said = ["one two three four five six seven eight nine", "Ten two three four"]
    assert copied_whole(said, learned) == 0.5
    assert copied_grams(said, learned) == 1.0
    assert distinct(["a b a", "b"], 1) == 0.5
