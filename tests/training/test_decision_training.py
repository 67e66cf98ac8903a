"""The decision head is trained on played calls, here few, and measured on held-out ones."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ai_salesman.cli.train import app
from ai_salesman.conversation.taxonomy import CustomerAct, Tier
from ai_salesman.corpus.dialogue import Split
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.simulators.decision_head import DECISIONS_FILE
from ai_salesman.training.customer_calls import play_turns
from ai_salesman.training.decision_card import DECISION_CARD
from ai_salesman.training.decision_examples import people_of
from ai_salesman.training.decision_training import DecisionSettings, train_decisions


def test_personas_are_held_out_in_every_tier() -> None:
    learned, held_out = people_of(Split.TRAIN), people_of(Split.TEST)
    assert not {p.id for p in learned} & {p.id for p in held_out}
    assert {p.tier for p in held_out} == {p.tier for p in learned} == set(Tier)


def test_a_customer_that_wanders_comes_where_the_agenda_would_not() -> None:
    straight = list(play_turns(20, Split.TRAIN))
    wandering = list(play_turns(20, Split.TRAIN, wander=0.5))
    assert straight == list(play_turns(20, Split.TRAIN))
    assert straight != wandering
    followed = [
        (turn.choice.act, after.state.last_act)
        for turn, after in pairwise(wandering)
        if after.state.turns > 1 and turn.choice.then is None
    ]
    assert any(chosen is not done for chosen, done in followed)


def test_what_was_learned_is_better_than_the_commonest_act(
    tmp_path: Path, encoder: MiniLMEncoder
) -> None:
    report = train_decisions(tmp_path, encoder, DecisionSettings(calls=30, epochs=20))
    assert report.likeliest > report.majority
    assert report.log_loss < report.prior_log_loss
    assert report.majority_act is CustomerAct.PROVIDE_INFO
    assert sum(found.turns for found in report.agree_bins) == report.asked
    assert (tmp_path / DECISIONS_FILE).stat().st_size < 1_000_000


@pytest.mark.slow
def test_the_command_writes_head_and_card(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["decisions", "--out", str(tmp_path), "--calls", "25"])
    assert result.exit_code == 0, result.output
    card = (tmp_path / DECISION_CARD).read_text()
    assert "25 calls" in card and "| likeliest act is the agenda's |" in card
