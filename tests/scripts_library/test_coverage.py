"""What the library covers of calls it has not seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.agents.planner import query_of
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, StopReason, Strategy
from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.scripts_library.call_shares import share_of_turns
from ai_salesman.scripts_library.coverage import coverage_gain, measure_coverage
from ai_salesman.scripts_library.index import document_of
from ai_salesman.scripts_library.packs import load_scripts
from ai_salesman.scripts_library.script import Script

WORDS = "It is {price}, and you can stop at the end of any month."
PRICED = Script(
    id="priced",
    stage=Stage.PRESENTATION,
    intent=CustomerAct.ASK_PRICE,
    strategy=Strategy.STATE_PRICE,
    text=WORDS,
)
THANKS = PRICED.model_copy(
    update={"id": "thanks", "strategy": Strategy.RESPECT_NO, "text": "Thank you, and goodbye."}
)


def call(outcome: StopReason = StopReason.AGREED) -> CorpusDialogue:
    asked = CorpusTurn(speaker=Speaker.CUSTOMER, text="The price?", act=CustomerAct.ASK_PRICE)
    told = CorpusTurn(
        speaker=Speaker.SALESMAN,
        text=WORDS,
        stage=Stage.PRESENTATION,
        strategy=Strategy.STATE_PRICE,
    )
    return CorpusDialogue(id="c", split=Split.TEST, outcome=outcome, turns=(asked, told))


@pytest.fixture(scope="module")
def calls() -> list[CorpusDialogue]:
    return list(build_corpus(CorpusSettings(dialogues=6, seed=5)))


@pytest.fixture(scope="module")
def library() -> list[Script]:
    """One in twelve of the built-in scripts."""
    return load_scripts()[::12]


def test_a_script_covers_its_own_words(encoder: MiniLMEncoder) -> None:
    found = measure_coverage([call()], [PRICED], encoder.encode_now)
    assert found.near_said is not None and found.near_said.value == 1.0
    (cell,) = found.cells
    assert cell.said == pytest.approx(1.0, abs=1e-5)
    assert (cell.far, cell.scripts, found.unanswered) == (0.0, 1, ())


def test_a_script_of_another_strategy_does_not_help(encoder: MiniLMEncoder) -> None:
    found = measure_coverage([call()], [THANKS], encoder.encode_now)
    assert found.near_said is not None and found.near_said.value == 0.0
    assert found.unanswered == (CustomerAct.ASK_PRICE,)
    assert found.cells[0].asked == 0.0


def test_what_was_said_in_lost_calls_is_no_model(encoder: MiniLMEncoder) -> None:
    found = measure_coverage([call(StopReason.REFUSED)], [PRICED], encoder.encode_now)
    assert found.near_said is None and found.cells[0].said is None
    assert found.cells[0].asked > 0.3


def test_unlabelled_calls_cannot_be_covered(encoder: MiniLMEncoder) -> None:
    bare = call().model_copy(update={"turns": ()})
    with pytest.raises(InputError, match="label the corpus first"):
        measure_coverage([bare], [PRICED], encoder.encode_now)


def test_more_scripts_never_cover_less(calls: list[CorpusDialogue], encoder: MiniLMEncoder) -> None:
    library = load_scripts()
    gain = coverage_gain(calls, library[::2], library[1::2], encoder.encode_now)
    assert gain.near_said is not None
    assert gain.near_said.low >= 0.0
    before = {(cell.intent, cell.stage): cell for cell in gain.before.cells}
    for cell in gain.after.cells:
        assert cell.asked >= before[cell.intent, cell.stage].asked - 1e-6
    whole = measure_coverage(calls, library, encoder.encode_now)
    assert whole.near_said == gain.after.near_said


def test_the_worst_covered_come_first(
    calls: list[CorpusDialogue], library: list[Script], encoder: MiniLMEncoder
) -> None:
    found = measure_coverage(calls, library, encoder.encode_now)
    far = [-1.0 if cell.far is None else cell.far for cell in found.cells]
    assert far == sorted(far, reverse=True)
    assert sum(cell.turns for cell in found.cells) == found.turns


def test_the_library_is_asked_as_the_planner_asks(encoder: MiniLMEncoder) -> None:
    asked = query_of(CustomerAct.ASK_PRICE, Strategy.STATE_PRICE, "The price?")
    one, other = encoder.encode_now([asked, document_of(PRICED)])
    found = measure_coverage([call()], [PRICED], encoder.encode_now)
    assert found.asked == pytest.approx(float(one @ other), abs=1e-5)


TURNS = st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from([0.0, 1.0])), min_size=1)


@given(TURNS)
def test_a_share_lies_in_its_interval(turns: list[tuple[str, float]]) -> None:
    share = share_of_turns(turns)
    assert share is not None
    assert 0.0 <= share.low <= share.high <= 1.0
    assert share.value == pytest.approx(sum(value for _, value in turns) / len(turns))
    assert share.calls == len({name for name, _ in turns})


def test_turns_of_one_call_say_less_than_turns_of_many() -> None:
    many = share_of_turns([(str(n), float(n % 2)) for n in range(100)])
    few = share_of_turns([(str(n // 10), float(n // 10 % 2)) for n in range(100)])
    assert many is not None and few is not None
    assert few.high - few.low > 2 * (many.high - many.low)
    assert share_of_turns([]) is None
