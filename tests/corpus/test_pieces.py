"""Templates, splits, noise and fillers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.slots import SLOT_FORMS, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Strategy
from ai_salesman.corpus.connectives import embedded_connectives
from ai_salesman.corpus.customer_lines import customer_lines
from ai_salesman.corpus.dialogue import Habit, Split
from ai_salesman.corpus.fillers import embedded_fillers
from ai_salesman.corpus.noise import drop_words, roughen
from ai_salesman.corpus.phrasing import JoinRates, SalesmanPhrases
from ai_salesman.corpus.salesman_templates import (
    load_salesman_templates,
    salesman_templates,
    stage_of,
)
from ai_salesman.corpus.splits import split_templates

names = st.lists(st.text("abcdef0123", min_size=1), unique=True, min_size=1, max_size=80)


@given(names)
def test_each_held_out_split_gets_about_a_tenth(ids: list[str]) -> None:
    splits = split_templates((name, "group") for name in ids)
    count = {split: list(splits.values()).count(split) for split in Split}
    assert count[Split.TEST] == count[Split.VALID]
    assert count[Split.TEST] == (max(1, round(len(ids) / 10)) if len(ids) >= 3 else 0)


@given(names)
def test_a_split_does_not_depend_on_the_order_of_the_file(ids: list[str]) -> None:
    assert split_templates((i, "g") for i in ids) == split_templates((i, "g") for i in ids[::-1])


@given(st.text("abc defgh.,!? I'm", min_size=1, max_size=60), st.integers(0, 10_000))
def test_noise_changes_no_more_than_it_should(text: str, seed: int) -> None:
    rough = roughen(text, np.random.default_rng(seed))
    assert len(rough) <= len(text) + len("You know, ")
    if text.split():
        assert drop_words(text, np.random.default_rng(seed), 0.9).split()


def test_every_strategy_has_a_stage_and_every_act_a_line() -> None:
    assert set(stage_of(salesman_templates())) == set(Strategy)
    assert {line.act for line in customer_lines()} == set(CustomerAct)
    assert set(embedded_connectives().acknowledgements) == set(CustomerAct)


def test_an_addition_states_its_own_fact_and_no_other() -> None:
    for slot, sentences in embedded_connectives().additions.items():
        assert all(slots_in(sentence) == [slot] for sentence in sentences)


def test_fillers_have_words_for_every_slot() -> None:
    fillers = embedded_fillers()
    assert len(fillers.trades) >= 8
    for trade in fillers.trade_names():
        assert set(fillers.sample(trade, np.random.default_rng(0))) == set(SLOT_FORMS)


def test_without_joining_a_turn_is_one_template() -> None:
    phrases = SalesmanPhrases(
        salesman_templates(), embedded_connectives(), Split.TRAIN, JoinRates(0, 0, 0)
    )
    texts = {template.text for template in salesman_templates()}
    for seed in range(20):
        said = phrases.good(
            Strategy.STATE_PRICE, CustomerAct.ASK_PRICE, np.random.default_rng(seed)
        )
        assert said is not None
        assert said.text in texts


def test_bad_templates_name_their_habit() -> None:
    assert {template.habit for template in salesman_templates()} == {None, *Habit}


def test_an_unknown_slot_in_a_template_is_named(tmp_path: Path) -> None:
    (tmp_path / "opening.yaml").write_text(
        'stage: opening\nutterances:\n  - {text: "It is {prise}.", strategy: introduce}\n'
    )
    with pytest.raises(InputError, match="did you mean 'price'"):
        load_salesman_templates(tmp_path)
    with pytest.raises(InputError, match="no template files"):
        load_salesman_templates(tmp_path / "none")
