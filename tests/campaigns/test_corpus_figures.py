"""Figures of a corpus, and the page that lays them beside others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ai_salesman.campaigns.corpus_figures import corpus_figures, real_corpora
from ai_salesman.campaigns.corpus_page import corpus_page
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker
from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split


def call(*texts: str) -> CorpusDialogue:
    sides = (Speaker.SALESMAN, Speaker.CUSTOMER)
    turns = (CorpusTurn(speaker=sides[n % 2], text=text) for n, text in enumerate(texts))
    return CorpusDialogue(id="c", split=Split.TRAIN, values={"price": "$5"}, turns=tuple(turns))


def test_lengths_and_repetition_are_counted_by_side() -> None:
    calls = [
        call("one two", "Yes.", "it is {price} now", "yes."),
        call("one two", "No, not at all."),
        call("one two three", "Why?"),
    ]
    figures = corpus_figures("three", calls)
    assert (figures.dialogues, figures.turns_per_dialogue) == (3, 8 / 3)
    assert figures.salesman.turns == 4
    assert figures.salesman.words == (2 + 4 + 2 + 3) / 4
    assert figures.salesman.quartiles == (2, 2.5, 3.25)
    assert figures.salesman.in_other_calls == 2 / 4
    assert figures.customer.again_in_call == 1 / 4
    assert figures.customer.distinct_1 is None  # too short to be compared
    assert figures.outcomes == {"unknown": 1.0}
    assert figures.acts == {}


def test_a_page_has_a_column_for_each_corpus_and_no_table_without_labels() -> None:
    built = list(build_corpus(CorpusSettings(dialogues=30)))
    ours, theirs = corpus_figures("ours", built), corpus_figures("theirs", [call("a", "b")])
    assert sum(ours.acts.values()) == pytest.approx(1)
    page = corpus_page([ours, theirs])
    assert "| salesman | ours | theirs |" in page
    assert "| customer act | ours |\n" in page
    assert CustomerAct.ACKNOWLEDGE.value in page
    assert "customer act" not in corpus_page([theirs])


def test_an_empty_corpus_has_figures_too() -> None:
    assert corpus_figures("none", []).salesman.words == 0


@pytest.mark.skipif("REAL_DIALOGUES" not in os.environ, reason="REAL_DIALOGUES is not set")
def test_real_dialogues_are_read_by_source() -> None:
    found = real_corpora(Path(os.environ["REAL_DIALOGUES"]))
    assert {"CraigslistBargain", "PersuasionForGood"} <= set(found)
