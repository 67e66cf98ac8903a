"""Labels are read where there are none, with a confidence; what is known stays."""

from __future__ import annotations

import pytest

from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, StopReason, Strategy
from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split
from ai_salesman.training.label_check import check_labels, shipped_check
from ai_salesman.training.labelling import count_labels, embedded_labeller, label_all
from ai_salesman.training.outcome_reading import read_outcome

SAYS, ANSWERS = Speaker.SALESMAN, Speaker.CUSTOMER


def call(*texts: str) -> CorpusDialogue:
    turns = (CorpusTurn(speaker=(SAYS, ANSWERS)[n % 2], text=t) for n, t in enumerate(texts))
    return CorpusDialogue(id="c", split=Split.TRAIN, turns=tuple(turns))


SOLD = call(
    "Good morning, this is Rob from Larkspur Mobile. Is this a good moment?",
    "How much does it cost?",
    "It is $22 a month, with everything included. Shall I sign you up today?",
    "Yes, sign me up.",
)


def test_a_call_is_labelled() -> None:
    (read,) = label_all([SOLD], embedded_labeller(0.0))
    assert [turn.act for turn in read.turns[1::2]] == [CustomerAct.ASK_PRICE, CustomerAct.AGREE]
    assert read.turns[0].strategy is Strategy.INTRODUCE
    assert read.turns[0].stage is Stage.OPENING
    assert read.outcome is StopReason.AGREED
    assert all(0 < (turn.confidence or 0) <= 1 for turn in read.turns)
    assert read.outcome_confidence == read.turns[-1].confidence


def test_below_the_threshold_there_is_no_label() -> None:
    assert list(label_all([SOLD], embedded_labeller(1.0))) == [SOLD]
    nothing = count_labels([SOLD])
    assert {kind: count.withheld for kind, count in nothing.items()} == {
        "act": 2,
        "strategy": 2,
        "outcome": 1,
    }


def test_known_labels_stay() -> None:
    (known,) = build_corpus(CorpusSettings(dialogues=1))
    assert list(label_all([known], embedded_labeller(0.0))) == [known]
    counts = count_labels([known])
    assert all(count.read == count.withheld == 0 for count in counts.values())


@pytest.mark.parametrize(
    ("acts", "parting", "outcome"),
    [
        (["agree", "goodbye"], "confirm_agreement", StopReason.AGREED),
        (["interest", "refuse"], "respect_no", StopReason.REFUSED),
        (["ask_price", "goodbye"], "respect_no", StopReason.REFUSED),
        (["busy", "acknowledge"], "schedule_callback", StopReason.CALLBACK),
        (["agree", "hostile"], "respect_no", StopReason.SALESMAN_ENDED),
        (["agree", "hostile"], None, StopReason.HUNG_UP),
        (["agree", "interest", "acknowledge", "interest"], None, None),
    ],
)
def test_the_last_decisive_turn_decides(
    acts: list[str], parting: str | None, outcome: StopReason | None
) -> None:
    turns = [CorpusTurn(speaker=ANSWERS, text="...", act=CustomerAct(act)) for act in acts]
    last = Strategy(parting) if parting else None
    found = read_outcome([*turns, CorpusTurn(speaker=SAYS, text="...", strategy=last)])
    assert (found.outcome if found else None) == outcome


def test_the_check_forgets_before_it_reads() -> None:
    calls = list(build_corpus(CorpusSettings(dialogues=3, seed=4)))
    silent = check_labels(calls, embedded_labeller(1.0))
    assert {row.covered for row in silent.rows} == {0.0}
    read = check_labels(calls, embedded_labeller(0.0))
    acts = next(row for row in read.rows if row.kind == "act" and row.least == 0)
    assert acts.covered == 1.0
    assert acts.accuracy is not None and acts.accuracy > 0.6


def test_surer_labels_are_right_more_often() -> None:
    rows = shipped_check().rows
    for kind in ("act", "strategy"):
        low, high = (
            next(row.accuracy for row in rows if (row.kind, row.least) == (kind, least))
            for least in (0.0, 0.7)
        )
        assert low is not None and high is not None and low < high
