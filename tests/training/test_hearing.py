"""Customers are heard through hints, and in training by a head that never met their wording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_model import TINY

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker
from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.models.act_hints import ActHints, act_hints_of, hint_text
from ai_salesman.models.encoder import embedded_encoder
from ai_salesman.training.base_model import train_base
from ai_salesman.training.hearing import AS_SPOKEN, Hearing, hear_corpus
from ai_salesman.training.plan_examples import plan_examples

LABELS = ("agree", "busy", "hesitate", "refuse")


@pytest.fixture(scope="module")
def dialogues() -> list[CorpusDialogue]:
    """A small corpus."""
    return list(build_corpus(CorpusSettings(dialogues=16)))


@pytest.fixture(scope="module")
def hearing(dialogues: list[CorpusDialogue], tmp_path_factory: pytest.TempPathFactory) -> Hearing:
    """What is heard of it."""
    return hear_corpus(dialogues, cache=tmp_path_factory.mktemp("hints"))


@pytest.mark.parametrize(
    ("chances", "expected"),
    [
        ((0.9, 0.05, 0.03, 0.02), "agree!"),
        ((0.1, 0.3, 0.55, 0.05), "hesitate busy agree?"),
        ((0.0, 0.0, 0.0, 0.0), "agree?"),
    ],
)
def test_a_hint_names_the_likeliest_acts_and_how_sure_they_are(
    chances: tuple[float, ...], expected: str
) -> None:
    assert hint_text(np.array(chances, dtype=np.float32), LABELS) == expected


def test_every_customer_turn_is_told_in_acts(
    dialogues: list[CorpusDialogue], hearing: Hearing
) -> None:
    acts = {act.value for act in CustomerAct}
    for dialogue in dialogues:
        for turn in dialogue.turns:
            if turn.speaker is Speaker.CUSTOMER:
                told = hearing.of(turn.text).split()
                assert 1 <= len(told) <= 3
                assert {word.rstrip("!?") for word in told} <= acts


def test_hints_of_training_are_less_sure_than_those_of_a_head_that_knows_the_words(
    dialogues: list[CorpusDialogue], hearing: Hearing
) -> None:
    learned = {
        turn.text: turn.act
        for dialogue in dialogues
        for turn in dialogue.turns
        if dialogue.split is Split.TRAIN and turn.speaker is Speaker.CUSTOMER and turn.act
    }
    assert hearing.head
    texts = sorted(learned)
    knowing = ActHints.load(hearing.head, embedded_encoder()).of_vectors(
        texts, embedded_encoder().encode_now(texts)
    )

    def right(told: list[str]) -> int:
        return sum(
            hint.split()[0].rstrip("!?") == learned[text].value
            for text, hint in zip(texts, told, strict=True)
        )

    assert right(knowing) > right([hearing.of(text) for text in texts]) > len(texts) / 23


def test_hints_are_kept(dialogues: list[CorpusDialogue], hearing: Hearing) -> None:
    assert hearing.head
    again = hear_corpus(dialogues, cache=hearing.head.parent)
    assert again == hearing


def test_a_plan_is_made_from_what_was_heard(
    dialogues: list[CorpusDialogue], hearing: Hearing
) -> None:
    spoken, told = (plan_examples(dialogues, Split.TRAIN, how) for how in (AS_SPOKEN, hearing))
    assert spoken[1].context != told[1].context
    assert told[1].context.startswith("introduce: ")
    assert [example.plan for example in spoken] == [example.plan for example in told]


async def test_a_model_keeps_the_head_that_it_hears_with(
    dialogues: list[CorpusDialogue], hearing: Hearing, tmp_path: Path
) -> None:
    train_base(dialogues, tmp_path, TINY, progress=False, hearing=hearing)
    hints = act_hints_of(f"hf:{tmp_path}", embedded_encoder())
    assert hints
    assert await hints.hear("I am busy, call me later.")
    assert await hints.hear(" ") == ""
    assert act_hints_of("openai:gpt-x", embedded_encoder()) is None


def test_calls_without_acts_cannot_be_heard(dialogues: list[CorpusDialogue]) -> None:
    bare = [
        dialogue.model_copy(
            update={"turns": tuple(t.model_copy(update={"act": None}) for t in dialogue.turns)}
        )
        for dialogue in dialogues[:3]
    ]
    with pytest.raises(InputError, match="corpus label"):
        hear_corpus(bare, cache=Path("unused"))
