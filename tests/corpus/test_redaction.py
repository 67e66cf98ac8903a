"""Personal data goes, what a sale is about stays, and doing it twice changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.corpus.build import CorpusSettings, build_corpus, read_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split
from ai_salesman.corpus.redaction import redact_corpus, redact_dialogue, redact_text
from ai_salesman.corpus.written import write_dialogues

PIECES = (
    *("my name is ", "Mr. ", "this is ", "Hi ", " from ", " speaking", "call me at ", "Dr. "),
    *("Rob", "Paula Stark", "O'Brien", "415-555-2671", "+44 20 7946 0958", "12 Oak Street"),
    *("joe@mail.example.com", "4111 1111 1111 1111", "078-05-1120", "[NAME]", "[PHONE]", "{price}"),
    *(
        " ",
        ", ",
        ". ",
        "?",
        "$1,299",
        "2026",
        "24 months",
        "我叫",
        "王先生",
        "Springfield, IL 62704",
    ),
)


def call(*texts: str) -> CorpusDialogue:
    sides = (Speaker.SALESMAN, Speaker.CUSTOMER)
    turns = (CorpusTurn(speaker=sides[n % 2], text=text) for n, text in enumerate(texts))
    return CorpusDialogue(id="c", split=Split.TRAIN, turns=tuple(turns))


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("My name is Paula Stark. Hello!", "My name is [NAME]. Hello!"),
        ("my name is bella, hi", "my name is [NAME], hi"),
        ("This is Rob from Larkspur Mobile.", "This is [NAME] from Larkspur Mobile."),
        ("Mr. O'Brien's shop? Dr. Moss here.", "Mr. [NAME]'s shop? Dr. [NAME] here."),
        ("Hi Michel, how are you?", "Hi [NAME], how are you?"),
        ("Call 415-555-2671 or +44 20 7946 0958.", "Call [PHONE] or [PHONE]."),
        ("It's five five five, one two three four.", "It's [PHONE]."),
        ("Write to a.b@mail.example.com or bo at mail dot com", "Write to [EMAIL] or [EMAIL]"),
        ("I live at 12 Oak Street, Apt 4B.", "I live at [ADDRESS]."),
        ("Ship to 7 Elm Rd, Springfield, IL 62704", "Ship to [ADDRESS], [ADDRESS]"),
        ("4111 1111 1111 1111 and 078-05-1120", "[CARD] and [ID]"),
        ("我叫李明,王先生。", "我叫[NAME],[NAME]先生。"),
    ],
)
def test_what_names_a_person_goes(text: str, redacted: str) -> None:
    assert redact_text(text)[0] == redacted


@pytest.mark.parametrize(
    "text",
    [
        "It is $1,299 a month for 24 months, 2024 to 2026, 15% off, from 10:30 to 11:45.",
        "1200000 units, 2,500,000 users, 20242025, 250-1000 shops, 4111 1111 1111 1112 in all",
        "{customer}, this is {agent} from {company}: {price}, {benefit_2}.",
        "Mr. {customer}, my name is not important. Generally speaking, yes. Hello there, sir.",
        "The shop is 2 people down the road, 5 minutes by car. This is great. Look at example.com",
        "What condition is this Ottoman? I am asking for Save the Children on Monday.",
    ],
)
def test_what_a_sale_is_about_stays(text: str) -> None:
    assert redact_text(text) == (text, {})


def test_salesmen_of_the_built_corpus_keep_every_word() -> None:
    """Their words hold slots for names, and no names."""
    for dialogue in build_corpus(CorpusSettings(dialogues=40, seed=3)):
        done = redact_dialogue(dialogue).dialogue
        for before, after in zip(dialogue.turns, done.turns, strict=True):
            if before.speaker is Speaker.SALESMAN:
                assert after == before
        assert done.values["customer"] == "[NAME]"
        assert done.values["price"] == dialogue.values["price"]


def test_a_name_told_once_goes_in_the_whole_call() -> None:
    done = redact_dialogue(call("Hi, my name is Gail.", "Gail, that is nice.", "Will Gail buy?"))
    assert [turn.text for turn in done.dialogue.turns] == [
        "Hi, my name is [NAME].",
        "[NAME], that is nice.",
        "Will [NAME] buy?",
    ]
    assert (done.turns_changed, done.replaced) == (3, {"name": 3})


@settings(deadline=None, max_examples=150)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), min_size=1, max_size=3))
def test_twice_is_once(texts: list[str]) -> None:
    once = redact_dialogue(call(*texts)).dialogue
    again = redact_dialogue(once)
    assert again.dialogue == once
    assert again.replaced == {} and again.turns_changed == 0


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60))
def test_any_text_can_be_redacted_and_is_then_left(text: str) -> None:
    once, _ = redact_text(text)
    assert redact_text(once) == (once, {})


def test_a_file_and_its_report(tmp_path: Path) -> None:
    source, out = tmp_path / "calls.jsonl", tmp_path / "new" / "out.jsonl"
    write_dialogues(source, [call("My name is Rob.", "So?"), call("Hello.", "13812345678")])
    report = redact_corpus(source, out, region="cn")
    assert report.replaced == {"name": 1, "phone": 1}
    assert (report.dialogues_changed, report.turns, report.turns_changed) == (2, 4, 2)
    assert read_corpus(out)[1].turns[1].text == "[PHONE]"
    with pytest.raises(InputError, match="the corpus itself"):
        redact_corpus(source, source)
    with pytest.raises(InputError, match="no region 'XX'"):
        redact_corpus(source, out, region="XX")
