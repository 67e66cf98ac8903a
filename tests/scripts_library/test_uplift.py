"""The uplift of a script: calls with it against calls that came to the same place without it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, StopReason, Strategy
from ai_salesman.corpus.build import CorpusSettings, build_corpus
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.scripts_library.packs import load_scripts
from ai_salesman.scripts_library.script import Script
from ai_salesman.scripts_library.shrinkage import Counts
from ai_salesman.scripts_library.uplift import measure_uplift, rate_difference

GOOD = "It is {price}, and you can stop at the end of any month."
OTHER = "The price is not something that I talk about on the telephone."
SCRIPT = Script(
    id="priced",
    stage=Stage.PRESENTATION,
    intent=CustomerAct.ASK_PRICE,
    strategy=Strategy.STATE_PRICE,
    text=GOOD,
)


def calls(words: str, won: int, lost: int) -> list[CorpusDialogue]:
    """Calls in which the customer asks for the price and hears `words`."""
    asked = CorpusTurn(speaker=Speaker.CUSTOMER, text="The price?", act=CustomerAct.ASK_PRICE)
    told = CorpusTurn(
        speaker=Speaker.SALESMAN,
        text=words,
        stage=Stage.PRESENTATION,
        strategy=Strategy.STATE_PRICE,
    )
    outcomes = [StopReason.AGREED] * won + [StopReason.REFUSED] * lost
    return [
        CorpusDialogue(id=f"{words}{n}", split=Split.TEST, outcome=outcome, turns=(asked, told))
        for n, outcome in enumerate(outcomes)
    ]


def test_calls_with_the_script_are_set_against_calls_without(encoder: MiniLMEncoder) -> None:
    found = measure_uplift(
        [*calls(GOOD, 30, 10), *calls(OTHER, 10, 30)], [SCRIPT], encoder.encode_now
    )
    (script,) = found.scripts
    assert (script.wins, script.losses, script.other_wins, script.other_losses) == (30, 10, 10, 30)
    assert script.uplift == 0.5
    assert 0.0 < script.low < script.uplift < script.high
    assert 0.0 < script.expected < script.uplift
    assert script.p_value == script.p_holm < 0.001  # one script: nothing to correct for
    assert (found.calls, found.wins, found.turns, found.matched) == (80, 40, 80, 40)


def test_a_handful_of_calls_tells_nothing(encoder: MiniLMEncoder) -> None:
    few = [*calls(GOOD, 2, 1), *calls(OTHER, 5, 5)]
    assert measure_uplift(few, [SCRIPT], encoder.encode_now).scripts == ()
    (script,) = measure_uplift(few, [SCRIPT], encoder.encode_now, least_calls=3).scripts
    assert script.low < 0.0 < script.high


def test_a_place_where_everybody_says_it_compares_nothing(encoder: MiniLMEncoder) -> None:
    found = measure_uplift(calls(GOOD, 10, 10), [SCRIPT], encoder.encode_now)
    assert found.matched == 20 and found.scripts == ()


@pytest.mark.parametrize(
    ("dialogues", "says"),
    [
        ([], "no salesman turn has labels"),
        (calls(GOOD, 3, 0), "none of the 3 labelled calls was lost"),
        (calls(GOOD, 0, 3), "none of the 3 labelled calls was won"),
    ],
)
def test_nothing_to_compare(
    dialogues: list[CorpusDialogue], says: str, encoder: MiniLMEncoder
) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        measure_uplift(dialogues, [SCRIPT], encoder.encode_now)


def test_counts_of_a_place_sum_up(encoder: MiniLMEncoder) -> None:
    """With and without a script, a place has the same calls, whichever script is asked for."""
    dialogues = list(build_corpus(CorpusSettings(dialogues=60, seed=4)))
    library = load_scripts()[::6]
    found = measure_uplift(dialogues, library, encoder.encode_now, least_calls=1)
    assert found.scripts
    places: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for one in found.scripts:
        totals = (one.wins + one.other_wins, one.losses + one.other_losses)
        places.setdefault((one.stage, one.intent), set()).add(totals)
        assert sum(totals) <= found.calls
        assert one.low <= one.uplift <= one.high
    assert all(len(totals) == 1 for totals in places.values())


COUNTS = st.builds(Counts, st.integers(0, 100), st.integers(0, 100)).filter(lambda c: c.calls)


@given(COUNTS, COUNTS)
def test_the_difference_turns_with_its_sides(one: Counts, other: Counts) -> None:
    uplift, low, high = rate_difference(one, other)
    assert -1.0 - 1e-9 <= low <= uplift + 1e-9 and uplift - 1e-9 <= high <= 1.0 + 1e-9
    assert rate_difference(other, one) == pytest.approx((-uplift, -high, -low))


def test_correction_and_shrinkage_only_take_away(encoder: MiniLMEncoder) -> None:
    dialogues = list(build_corpus(CorpusSettings(dialogues=60, seed=4)))
    found = measure_uplift(dialogues, load_scripts()[::6], encoder.encode_now, least_calls=1)
    for one in found.scripts:
        assert one.p_value <= one.p_holm <= 1.0
        assert min(0.0, one.uplift) <= one.expected <= max(0.0, one.uplift)
