"""The built corpus: repeatable, leak-free, and with outcomes that depend on skill."""

from __future__ import annotations

from pathlib import Path

import pytest

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.slots import slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, StopReason, Strategy
from ai_salesman.corpus.build import CorpusSettings, build_corpus, read_corpus, write_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue, Skill, Split
from ai_salesman.corpus.stats import FEWEST_TEMPLATES, corpus_stats, count_templates


@pytest.fixture(scope="module")
def corpus() -> list[CorpusDialogue]:
    return list(build_corpus(CorpusSettings(dialogues=600, seed=5)))


def test_the_same_seed_gives_the_same_calls() -> None:
    few, more = (CorpusSettings(dialogues=n, seed=2) for n in (5, 8))
    assert list(build_corpus(few)) == list(build_corpus(more))[:5]
    other = list(build_corpus(CorpusSettings(dialogues=5, seed=3)))
    assert list(build_corpus(few)) != other


def test_no_template_is_in_two_splits(corpus: list[CorpusDialogue]) -> None:
    used = {
        split: {
            name
            for dialogue in corpus
            if dialogue.split is split
            for turn in dialogue.turns
            for name in turn.templates
        }
        for split in Split
    }
    assert all(used.values())
    assert not used[Split.TRAIN] & used[Split.TEST]
    assert not used[Split.TRAIN] & used[Split.VALID]
    assert not used[Split.VALID] & used[Split.TEST]


def test_the_salesman_speaks_with_slots_and_the_customer_with_words(
    corpus: list[CorpusDialogue],
) -> None:
    for dialogue in corpus:
        for turn in dialogue.turns:
            if turn.speaker is Speaker.SALESMAN:
                assert tuple(slots_in(turn.text)) == turn.slots
                assert set(turn.slots) <= set(dialogue.values)
            else:
                assert "{" not in turn.text
                assert turn.act is not None


def test_every_act_and_strategy_occurs(corpus: list[CorpusDialogue]) -> None:
    stats = corpus_stats(corpus)
    assert set(stats.acts) == set(CustomerAct)
    assert set(stats.strategies) == set(Strategy)
    assert stats.bad_habit_turns > 0
    assert stats.distinct_salesman_texts > 1000


def test_better_salesmen_sell_more(corpus: list[CorpusDialogue]) -> None:
    def won(skill: Skill) -> float:
        calls = [dialogue for dialogue in corpus if dialogue.skill is skill]
        return sum(call.outcome is StopReason.AGREED for call in calls) / len(calls)

    assert won(Skill.EXPERT) > won(Skill.AVERAGE) > won(Skill.NOVICE)


def test_a_written_corpus_is_read_back(tmp_path: Path) -> None:
    settings = CorpusSettings(dialogues=4)
    path = tmp_path / "new" / "corpus.jsonl"
    assert write_corpus(path, settings, progress=False) == 4
    assert read_corpus(path) == list(build_corpus(settings))


def test_a_line_that_is_no_dialogue_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"id": "x"}\n')
    with pytest.raises(InputError, match=r"corpus\.jsonl:1: not a dialogue"):
        read_corpus(path)
    with pytest.raises(InputError, match="ai-salesman corpus build"):
        read_corpus(tmp_path / "none.jsonl")


def test_the_package_holds_enough_templates() -> None:
    assert count_templates().total >= FEWEST_TEMPLATES
