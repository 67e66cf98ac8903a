"""Words of a call are shown as they are, and nothing in them is obeyed."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.conversation.literal import one_line, spoken, visible
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import Turn


def test_controls_become_signs() -> None:
    assert visible("\x1b[31mred\x07\t\x7f") == "␛[31mred␇␉␡"
    assert visible("a\u202eb\u200bc\x9b") == "a⟨U+202E⟩b⟨U+200B⟩c⟨U+009B⟩"


def test_ordinary_words_stay() -> None:
    for words in ("plain [bold]", "two\nlines", "👍🏽 👩\u200d👧", "谢谢", "¿Qué?", "\u00a0"):
        assert visible(words) == words


def test_line_ends_are_shown_where_there_is_one_line() -> None:
    assert one_line("a\r\nb\nc\rd") == "a⏎b⏎c␍d"


def test_a_turn_of_several_messages_shows_each_on_its_line() -> None:
    turn = Turn(index=3, speaker=Speaker.CUSTOMER, text="Hm. No.", messages=("Hm.", "No."))
    assert spoken(turn) == "Hm.\nNo."
    assert spoken(turn.model_copy(update={"messages": ("Hm. No.",)})) == "Hm. No."


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(words: str) -> None:
    shown = visible(words)
    left = {unicodedata.category(sign) for sign in shown if sign not in "\n\u200c\u200d"}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert visible(shown) == shown
