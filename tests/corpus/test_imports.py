"""Dialogues that others wrote down become a corpus, and nothing is lost without a word."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.corpus.build import CorpusSettings, read_corpus, write_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.corpus.import_report import ImportReport
from ai_salesman.corpus.importer import ImportKind, ImportSettings
from ai_salesman.corpus.imports import import_dialogues

HELLO = [("salesman", "Good morning."), ("customer", "Who is this?")]


def chat(role: str, text: str, salesman: str, customer: str) -> list[dict[str, str]]:
    """The two turns of HELLO with these keys and names."""
    names = {"salesman": salesman, "customer": customer}
    return [{role: names[speaker], text: words} for speaker, words in HELLO]


CHAT = chat("role", "content", "assistant", "user")
SYSTEM = {"role": "system", "content": "Sell."}
PARTS = {"role": "agent", "content": [{"type": "text", "text": "Good\n morning."}]}
SHAPES: dict[str, object] = {
    "turns": CHAT,
    "list": [CHAT],
    "messages": [{"messages": CHAT}],
    "deep": {"data": {"calls": [{"dialogue": CHAT}]}},
    "by name": {"call-7": CHAT},
    "from and value": [{"conversations": chat("from", "value", "gpt", "human")}],
    "speakers": [{"turns": chat("speaker", "text", "Sales Rep 1", "CLIENT")}],
    "Chinese": [{"对话": chat("角色", "内容", "销售", "客户")}],
    "lines": [{"dialog": ["Seller: Good morning.", "Buyer: Who is this?"]}],
    "transcript": [{"text": "[Agent]: Good morning.\n[Customer]: Who is this?\n"}],
    "pairs": [{"history": [["agent", "Good morning."], ["customer", "Who is this?"]]}],
    "exchanges": [{"turns": [{"assistant": "Good morning.", "user": "Who is this?"}]}],
    "system": [{"messages": [SYSTEM, *CHAT, {"role": "user", "content": ""}]}],
    "parts": [{"messages": [PARTS, CHAT[1]]}],
}


def imported(
    content: object, folder: Path, name: str = "calls.json", **options: Any
) -> tuple[ImportReport, list[CorpusDialogue]]:
    """Report and dialogues of a file that holds `content`, text as it is."""
    source, out = folder / name, folder / "out.jsonl"
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    source.write_bytes(data)
    report = import_dialogues([source], out, ImportSettings(**options))
    return report, read_corpus(out)


def words(dialogue: CorpusDialogue) -> list[tuple[str, str]]:
    """Who said what."""
    return [(turn.speaker.value, turn.text) for turn in dialogue.turns]


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES)
def test_who_said_what_is_found_in_many_shapes(content: object, tmp_path: Path) -> None:
    report, [dialogue] = imported(content, tmp_path)
    assert words(dialogue) == HELLO
    assert dialogue.outcome is None and dialogue.style is None
    assert (report.read, report.dropped) == (1, 0)


def test_rows_of_turns_are_put_together_by_their_dialogue(tmp_path: Path) -> None:
    rows = [{"call_id": call, **turn} for call in (7, 8) for turn in CHAT]
    rows[-1]["content"] = "Not now."
    data = "\n".join(map(json.dumps, rows)).encode()
    _, [first, second] = imported(data, tmp_path, "rows.jsonl")
    assert words(first) == HELLO
    assert words(second)[1] == ("customer", "Not now.")


def test_what_one_side_says_in_a_row_is_one_turn(tmp_path: Path) -> None:
    report, [dialogue] = imported([[*CHAT, {"role": "user", "content": "Hello?"}]], tmp_path)
    assert words(dialogue)[-1] == ("customer", "Who is this? Hello?")
    assert report.joined == 1


def test_every_dropped_dialogue_is_told_with_its_place_and_reason(tmp_path: Path) -> None:
    good, odd = {"messages": CHAT}, {"rolle": "agent", "content": "Hi."}
    content = [
        good,
        {"messages": [CHAT[0], CHAT[1], odd]},
        {"messages": [{"role": "narrator", "content": "It rains."}, *CHAT]},
        {"messages": [{"role": "agent"}, *CHAT]},
        {"messages": CHAT[:1]},
        {"messages": [{"role": "user", "content": 3}, *CHAT]},
        {"summary": "nothing was said"},
        17,
        {"id": "again", "messages": CHAT},
    ]
    report, dialogues = imported(content, tmp_path)
    assert len(dialogues) == 1
    assert {reason.reason: reason.places for reason in report.reasons} == {
        "no role key": ("calls.json: dialogue 2, turn 3: its keys are 'rolle, content'",),
        "unknown role": ("calls.json: dialogue 3, turn 1: 'narrator'",),
        "no content key": ("calls.json: dialogue 4, turn 1: its keys are 'role'",),
        "only the salesman speaks": ("calls.json: dialogue 5",),
        "content is no text": ("calls.json: dialogue 6, turn 1 holds a number",),
        "no list of turns": ("calls.json: dialogue 7", "calls.json: dialogue 8"),
        "the same call as an earlier one": (
            "calls.json: dialogue 9, which is calls.json: dialogue 1",
        ),
    }
    assert report.read + report.dropped == len(content)


def test_more_names_for_the_two_sides(tmp_path: Path) -> None:
    content = [
        [{"role": "landlord", "text": "Nice flat."}, {"role": "tenant-2", "text": "Pricey."}]
    ]
    with pytest.raises(InputError, match=r"unknown role .*turn 1: 'landlord'"):
        imported(content, tmp_path)
    _, [dialogue] = imported(
        content, tmp_path, salesman_roles=("landlord",), customer_roles=("tenant",)
    )
    assert words(dialogue) == [("salesman", "Nice flat."), ("customer", "Pricey.")]


def test_broken_lines_are_told_and_the_others_read(tmp_path: Path) -> None:
    lines = [json.dumps(CHAT).encode(), b'{"messages": [', b"\xff\xfe\xfa", b"[" * 100_000]
    report, [dialogue] = imported(b"\n".join([lines[0], *lines]), tmp_path, "calls.jsonl")
    assert words(dialogue) == HELLO
    assert {reason.reason: reason.places[0].split(",")[0] for reason in report.reasons} == {
        "the same call as an earlier one": "calls.jsonl:2",
        "not JSON": "calls.jsonl:3",
        "not UTF-8": "calls.jsonl:4",
        "nested too deep": "calls.jsonl:5",
    }


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("indent", [None, 2])
def test_encodings(encoding: str, indent: int | None, tmp_path: Path) -> None:
    turns = [{"role": "销售", "content": "早上好。"}, {"role": "客户", "content": "是谁呀。"}]
    data = json.dumps([turns], ensure_ascii=False, indent=indent).encode(encoding)
    _, [dialogue] = imported(data, tmp_path)
    assert words(dialogue) == [("salesman", "早上好。"), ("customer", "是谁呀。")]


def test_conversations_of_the_benchmark(tmp_path: Path) -> None:
    script = {
        "language": "english",
        "user_system_prompt": "You buy.",
        "assistant_system_prompt": "You sell.",
        "trigger_sentence_en": "Hi.",
        "trigger_sentence_zh": "你好",
    }
    talk = [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Hello."}]
    records = [
        {"id": 1, **script, "messages": talk, "status": "completed"},
        {"id": 2, **script, "messages": talk, "status": "error"},
        {"id": 3, **script},
        {"id": 4, **script, "messages": [talk[0], {"role": "assistant", "content": "Yes?"}]},
    ]
    data = "\n".join(map(json.dumps, records)).encode()
    report, dialogues = imported(data, tmp_path, "played.jsonl")
    assert [dialogue.id for dialogue in dialogues] == ["1", "4"]
    assert dialogues[0].turns[0].speaker is Speaker.CUSTOMER
    assert dialogues[0].source == "salesllm" and dialogues[0].language == "english"
    assert len({dialogue.split for dialogue in dialogues}) == 1, "one product, one split"
    assert {reason.reason for reason in report.reasons} == {
        "the conversation failed",
        "a script without a conversation",
    }


def test_a_kind_that_is_asked_for_takes_no_other(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no SalesLLM record"):
        imported([{"messages": CHAT}], tmp_path, kind=ImportKind.SALESLLM)
    assert not (tmp_path / "out.jsonl").exists()


def bargain(number: int, action: str, **outcome: object) -> dict[str, object]:
    """A bargain that ends with an action of the customer."""
    say = {"labels": {"action": "message"}}
    return {
        "turns": [
            {"role": "salesperson", "text": f"Lamp number {number}.", **say},
            {"role": "customer", "text": "How much?", **say},
            {"role": "customer", "text": f"[{action}]", "labels": {"action": action}},
        ],
        "outcome": {"final_action": action, **outcome},
    }


def test_dialogues_with_outcomes(tmp_path: Path) -> None:
    content = [
        bargain(1, "accept", success=True),
        bargain(2, "reject", success=False),
        bargain(3, "message", success=False),
    ]
    report, dialogues = imported(content, tmp_path)
    ends = [dialogue.outcome for dialogue in dialogues]
    assert ends == [StopReason.AGREED, StopReason.REFUSED, None]
    assert words(dialogues[0])[-1] == ("customer", "How much?")
    assert report.left_out == {"an act by button, no words": 2}


def test_a_corpus_of_this_project_stays_as_it_is(tmp_path: Path) -> None:
    built = tmp_path / "built.jsonl"
    write_corpus(built, CorpusSettings(dialogues=12), progress=False)
    report, dialogues = imported(built.read_bytes(), tmp_path, "built.jsonl")
    assert dialogues == read_corpus(built)
    assert report.kinds == {"corpus": 12}


def test_nearly_the_same_call_is_known_again(tmp_path: Path) -> None:
    asked = [f"Could you tell me what number {n} is good for, please?" for n in range(6)]
    call = [turn for text in asked for turn in (CHAT[0], {"role": "user", "content": text})]
    typo = [*call[:-1], {"role": "user", "content": "Could you tel me what it is good for?"}]
    other = [*call[:5], {"role": "user", "content": "I never heard of such a thing before."}]
    report, dialogues = imported([call, typo, other], tmp_path)
    assert len(dialogues) == 2
    assert report.reasons[0].places == ("calls.json: dialogue 2, which is calls.json: dialogue 1",)


def test_a_source_is_never_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "calls.json"
    source.write_text(json.dumps(CHAT))
    with pytest.raises(InputError, match="is a source"):
        import_dialogues([tmp_path], source)
    assert json.loads(source.read_text()) == CHAT


KEYS = [
    *("role", "content", "text", "messages", "turns", "id", "call_id", "outcome", "split"),
    *("persona", "labels", "user", "assistant_system_prompt", "trigger_sentence_en"),
]
WORDS = ["user: hi", "agent: ho", "user", "sales", "\ud800", "客户\uff1a好"]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=25,
)


NEARLY = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "system", "bot 2"]) | JSON},
    optional={"content": st.text(max_size=12) | JSON, "labels": JSON, "call_id": JSON},
)
"""Turns, most of them."""
CALLS = st.lists(st.lists(NEARLY, max_size=5), max_size=3)


@given(
    JSON | CALLS | st.fixed_dictionaries({"turns": CALLS, "outcome": JSON}),
    st.sampled_from(ImportKind),
    st.sampled_from(["x.json", "x.jsonl"]),
)
@example([{"role": "user", "content": "\ud800"}, {"role": "bot", "content": "\udfff"}], "auto", "x")
@settings(max_examples=300, deadline=None)
def test_any_json_gives_a_report_or_one_sentence(content: object, kind: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report_or_sentence(json.dumps(content).encode(), Path(folder), name, kind)


@given(st.binary(max_size=60), st.sampled_from(["x.json", "x.jsonl"]))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_a_report_or_one_sentence(data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report_or_sentence(data, Path(folder), name, "auto")


def report_or_sentence(data: bytes, folder: Path, name: str, kind: str) -> None:
    """Import; what is reported is what can be read back."""
    try:
        report, dialogues = imported(data, folder, name, kind=ImportKind(kind))
    except InputError as error:
        assert "no dialogue could be read" in str(error)
        return
    assert report.read == len(dialogues) > 0
    assert len({dialogue.id for dialogue in dialogues}) == len(dialogues)
    for dialogue in dialogues:
        assert {turn.speaker for turn in dialogue.turns} == set(Speaker)
        assert all(turn.text for turn in dialogue.turns)


def test_real_dialogues(real_dialogues: Path, tmp_path: Path) -> None:
    out = tmp_path / "real.jsonl"
    report = import_dialogues([real_dialogues / "craigslistbargain"], out)
    dialogues = read_corpus(out)
    assert report.read == len(dialogues) > 500
    assert report.read + report.dropped == 643
    assert not any(turn.text.startswith("[offer") for d in dialogues for turn in d.turns)
    assert {StopReason.AGREED, StopReason.REFUSED} <= {d.outcome for d in dialogues}
