"""The parts of the reader that need no screen."""

from __future__ import annotations

import subprocess
import sys

import pytest
from calls import RUN, episodes, won
from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.campaigns.store import RunStore, stored_call
from ai_salesman.conversation.errors import UnknownNameError
from ai_salesman.conversation.taxonomy import StopReason, Tier
from ai_salesman.evaluation.statistics import wilson_interval
from ai_salesman.tui.app import ViewApp
from ai_salesman.tui.filters import EpisodeFilter, Order, listing
from ai_salesman.tui.formatting import bar, end_words, sale_mark, tier_words
from ai_salesman.tui.headline import headline, share_words
from ai_salesman.tui.search import Search, spoken_calls
from ai_salesman.tui.verdict_lines import verdict_lines

CALLS = [stored_call(episode) for episode in episodes()]
SPOKEN = spoken_calls(episodes())


def indices(kept: EpisodeFilter, order: Order = Order.INDEX) -> list[int]:
    return [call.index for call in listing(CALLS, kept, order)]


def test_filters_meet_all_their_conditions() -> None:
    assert indices(EpisodeFilter()) == list(range(9))
    assert indices(EpisodeFilter(stop=StopReason.AGREED)) == [0, 2, 6]
    assert indices(EpisodeFilter(tier=Tier.HARD)) == [1, 5]
    assert indices(EpisodeFilter(minimum=5.5)) == [0, 2, 5]
    assert indices(EpisodeFilter(tier=Tier.HARD, minimum=5)) == [5]


def test_calls_without_a_score_come_last_in_either_order() -> None:
    assert indices(EpisodeFilter(), Order.BEST) == [0, 2, 5, 8, 1, 4, 3, 6, 7]
    assert indices(EpisodeFilter(), Order.WORST) == [3, 4, 1, 8, 5, 2, 0, 6, 7]
    assert Order.WORST.following() is Order.INDEX


def test_marks_tell_honest_void_and_unjudged_sales_apart() -> None:
    assert [sale_mark(call) for call in CALLS] == ["✓", "", "!", "", "", "", "?", "", ""]


def test_every_stop_reason_and_tier_fits_its_column() -> None:
    assert max(len(end_words(stop)) for stop in StopReason) <= 8
    assert max(len(tier_words(tier)) for tier in Tier) <= 7


@given(st.floats(-1, 2), st.integers(1, 40))
def test_a_bar_always_has_its_width(share: float, width: int) -> None:
    filled, track = bar(share, width)
    assert len(filled) + len(track) == width


def test_the_interval_is_wilsons() -> None:
    assert share_words(0, 10) == "0% (0%-28%)"
    assert share_words(10, 24) == "42% (24%-61%)"


@pytest.mark.parametrize(("hits", "count"), [(0, 1), (1, 1), (3, 8), (57, 100), (10, 1000)])
def test_the_interval_is_that_of_the_summary(hits: int, count: int) -> None:
    low, high = wilson_interval(hits, count)
    assert share_words(hits, count) == f"{hits / count:.0%} ({low:.0%}-{high:.0%})"


def test_the_headline_leaves_failed_calls_out(store: RunStore) -> None:
    words = headline(store.info(RUN), CALLS).plain
    assert "calls 9/9" in words
    assert "sold 38%" in words  # 3 of the 8 that did not fail
    assert "honest 12%" in words


def test_search_goes_round_and_ignores_case() -> None:
    search = Search(SPOKEN, "SIGN me")
    assert [match.episode for match in search.matches] == [0, 2, 6]
    search.start_at(2)
    assert search.position == "2 of 3"
    search.step(2)
    assert search.current is not None
    assert search.current.episode == 0
    assert search.places(0) == {5: [(6, 13)]}


def test_search_takes_words_literally_and_finds_what_is_shown() -> None:
    assert [m.turn for m in Search(SPOKEN, "[/red]").matches] == [1]
    assert [m.turn for m in Search(SPOKEN, "\x1b[31m").matches] == [2]
    assert Search(SPOKEN, "").position == "no match"


def test_verdict_lines_lead_to_turns() -> None:
    lines = verdict_lines(won())
    places = [(line.turn, line.quote) for line in lines if line.turn is not None]
    assert (4, "double your sales") in places
    assert (5, "sign me up") in places
    words = "\n".join(line.content.plain for line in lines)
    assert "no occasion" in words
    assert "no verdict, timeout: no answer in 30 s [/]" in words
    assert "✗ forbidden" in words


def test_an_unknown_run_is_told_before_the_screen_is_taken(store: RunStore) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'merchant-ads-1a2b'"):
        ViewApp(store, "merchant-abs")


def test_the_reader_loads_no_model_library() -> None:
    heavy = ["torch", "transformers", "chromadb", "sklearn", "langgraph", "scipy"]
    code = f"import sys, ai_salesman.tui.app; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
