"""The reader, driven by its keys."""

from __future__ import annotations

import pytest
from calls import NASTY, RUN, episodes, won
from textual.pilot import Pilot
from textual.widgets import Input, Label

from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.literal import visible
from ai_salesman.tui.app import ViewApp
from ai_salesman.tui.details import TurnDetail
from ai_salesman.tui.help import HelpScreen
from ai_salesman.tui.search_bar import SearchBar
from ai_salesman.tui.turn_card import TurnCard
from ai_salesman.tui.verdicts import VerdictPane

WIDE = (140, 45)
SMALL = (80, 24)


def app_of(pilot: Pilot[None]) -> ViewApp:
    assert isinstance(pilot.app, ViewApp)
    return pilot.app


def listed(pilot: Pilot[None]) -> list[int]:
    return [episode.index for episode in app_of(pilot).calls.listed]


def shown(pilot: Pilot[None]) -> int | None:
    episode = app_of(pilot).transcript.episode
    return episode.index if episode else None


def selected(pilot: Pilot[None]) -> TurnCard:
    cards = [card for card in app_of(pilot).transcript.cards if card.has_class("-selected")]
    assert len(cards) == 1
    return cards[0]


def words_on_screen(pilot: Pilot[None]) -> str:
    """Every line of the screen as the terminal gets it."""
    compositor = pilot.app.screen._compositor
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in compositor.render_strips()
    )


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_n_and_p_walk_through_the_calls(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot)
        assert shown(pilot) == 0
        await press(pilot, "n", "n")
        assert shown(pilot) == 2
        await press(pilot, "p")
        assert shown(pilot) == 1
        await press(pilot, "p", "p")
        assert shown(pilot) == 0


async def test_j_and_k_walk_through_the_turns_and_the_pane_follows(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, "j")
        assert selected(pilot).turn.index == 1
        screen = words_on_screen(pilot)
        assert "customer's state" in screen
        assert "understanding" in screen
        assert "price heard: 199" in screen
        await press(pilot, "j", "j", "j")
        screen = words_on_screen(pilot)
        for words in ("87%", "reduce risk", "money_back", "rewritten once", "0.81 x success 0.64"):
            assert words in screen
        await press(pilot, "k")
        assert selected(pilot).turn.index == 3
        await press(pilot, *"jjjjj")
        assert selected(pilot).turn.index == 5


async def test_arrows_walk_through_the_turns_of_a_focused_transcript(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, "enter", "down", "down", "up")
        assert selected(pilot).turn.index == 1
        await press(pilot, "end")
        assert selected(pilot).turn.index == 5
        await press(pilot, "home")
        assert selected(pilot).turn.index == 0


async def test_a_click_selects_a_turn(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot)
        await pilot.click(app_of(pilot).transcript.cards[2])
        await press(pilot)
        assert selected(pilot).turn.index == 2


async def test_the_filter_by_outcome_works_from_the_keyboard(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, "f", "enter", "down", "enter")
        assert listed(pilot) == [0, 2, 6]
        await press(pilot, "escape", "x")
        assert listed(pilot) == list(range(9))


async def test_the_filter_by_tier_and_score(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, "f", "tab", "enter", "down", "down", "down", "enter")
        assert listed(pilot) == [1, 5]
        assert shown(pilot) == 1
        await press(pilot, "tab", "5")
        assert listed(pilot) == [5]
        assert shown(pilot) == 5


async def test_a_filter_without_match_says_so_and_can_be_cleared(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        app_of(pilot).query_one("#minimum", Input).value = "9.9"
        await press(pilot)
        assert listed(pilot) == []
        assert "No call matches the filter." in words_on_screen(pilot)
        await press(pilot, "j", "n", "v", "o")
        assert shown(pilot) is None
        await press(pilot, "x")
        assert listed(pilot) == list(range(9))
        assert shown(pilot) == 0


async def test_s_orders_by_score_and_keeps_the_call(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, "n", "s")
        assert listed(pilot) == [0, 2, 5, 8, 1, 4, 3, 6, 7]
        assert shown(pilot) == 1
        await press(pilot, "s")
        assert listed(pilot)[0] == 3


async def test_search_goes_from_call_to_call(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, "n", "slash", *"sign")
        assert shown(pilot) == 0
        await press(pilot, "enter")
        assert shown(pilot) == 2
        assert selected(pilot).turn.index == 5
        assert selected(pilot).marked == ("sign",)
        assert str(app_of(pilot).query_one("#search-count", Label).render()) == "2 of 3"
        await press(pilot, "up")
        assert shown(pilot) == 0


async def test_escape_leaves_search_where_it_led(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, "slash", *"sign", "enter", "escape")
        assert not app_of(pilot).query_one(SearchBar).is_open
        assert shown(pilot) == 2
        assert selected(pilot).marked == ()
        await press(pilot, "n")
        assert shown(pilot) == 3


async def test_search_without_match_stays_where_it_is(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, "j", "slash", *"zzz", "enter")
        assert "no match" in words_on_screen(pilot)
        assert selected(pilot).turn.index == 1


async def test_evidence_leads_to_its_turn(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, "v")
        pane = app_of(pilot).query_one(VerdictPane)
        assert pane.has_focus
        await press(pilot, "down", "enter")
        assert selected(pilot).turn.index == 5
        assert selected(pilot).marked == ("sign me up",)
        assert app_of(pilot).transcript.has_focus


async def test_evidence_for_a_turn_that_is_not_there_is_told(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE, notifications=True) as pilot:
        await press(pilot, "j")
        app_of(pilot).query_one(VerdictPane).post_message(VerdictPane.Chosen(99, "x"))
        await press(pilot)
        assert selected(pilot).turn.index == 1
        assert "no turn 99" in words_on_screen(pilot)


async def test_a_quote_that_is_not_word_for_word_marks_the_turn(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot)
        app_of(pilot).transcript.go_to(5, "signs up")
        assert selected(pilot).marked == ("Fine, sign me up.",)


@pytest.mark.parametrize("size", [WIDE, SMALL])
async def test_customers_are_shown_literally(store: RunStore, size: tuple[int, int]) -> None:
    async with ViewApp(store, RUN).run_test(size=size) as pilot:
        await press(pilot, "n", "n", "n", "n")
        cards = app_of(pilot).transcript.cards
        for card, text in zip(cards[1:], NASTY, strict=True):
            assert str(card.render()).endswith(visible(text))
        await press(pilot, *"jj")
        screen = words_on_screen(pilot)
        for words in ("[bold]not bold[/bold] [/red] [link=x]y", "red? ␛[31mNO␛[0m ␇ tab␉here"):
            assert all(part in screen for part in words.split())
        assert "\x1b" not in screen
        assert "[red]Mx." in screen


async def test_the_two_speakers_look_different(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot)
        salesman, customer = app_of(pilot).transcript.cards[:2]
        assert salesman.region.x < customer.region.x
        assert salesman.styles.border_left != customer.styles.border_left


async def test_o_and_v_show_and_hide_on_a_wide_screen(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot)
        detail = app_of(pilot).query_one(TurnDetail)
        verdicts = app_of(pilot).query_one(VerdictPane)
        assert detail.display and verdicts.display
        await press(pilot, "o")
        assert not detail.display and verdicts.display
        await press(pilot, "v", "v")
        assert not app_of(pilot).query_one("#side").display
        await press(pilot, "v", "o")
        assert detail.display and verdicts.display


async def test_help_opens_and_closes(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=SMALL) as pilot:
        await press(pilot, "question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "next and previous call" in words_on_screen(pilot)
        assert "a sign that the terminal would obey" in words_on_screen(pilot)
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, HelpScreen)


async def test_an_empty_run_is_friendly_and_can_be_read_again(empty_store: RunStore) -> None:
    async with ViewApp(empty_store, "last").run_test(size=SMALL) as pilot:
        await press(pilot)
        assert "This run has no calls yet." in words_on_screen(pilot)
        await press(pilot, *"njksxov", "slash", *"hello", "enter", "escape", "escape")
        assert shown(pilot) is None
        empty_store.save(RUN, episodes()[:2])
        await press(pilot, "r")
        assert listed(pilot) == [0, 1]
        assert shown(pilot) == 0


async def test_reading_again_renews_the_call_on_screen(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, "n")
        store.rejudge(RUN, [won(1)])
        await press(pilot, "r")
        assert shown(pilot) == 1
        assert len(app_of(pilot).transcript.cards) == 6


async def test_a_failed_call_says_why(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, *"nnnnnnn")
        assert "ended: infrastructure error" in words_on_screen(pilot)
        assert "http://127.0.0.1:9: no answer" in words_on_screen(pilot)


async def test_on_a_small_terminal_list_and_call_take_turns(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=SMALL) as pilot:
        app = app_of(pilot)
        await press(pilot)
        assert app.calls.display and not app.query_one("#reader").display
        await press(pilot, "enter", "j")
        assert not app.calls.display and app.query_one("#reader").display
        assert app.transcript.region.height > 8
        await press(pilot, "v")
        assert app.query_one(VerdictPane).display and not app.query_one(TurnDetail).display
        await press(pilot, "down", "enter")
        assert selected(pilot).turn.index == 5
        assert app.transcript.region.contains_region(selected(pilot).region)
        await press(pilot, "o")
        assert app.query_one(TurnDetail).display and not app.query_one(VerdictPane).display
        await press(pilot, "escape")
        assert app.calls.display


@pytest.mark.parametrize("width", [80, 140])
async def test_the_footer_names_all_keys(store: RunStore, width: int) -> None:
    async with ViewApp(store, RUN).run_test(size=(width, 24)) as pilot:
        await press(pilot)
        while not (footer := words_on_screen(pilot).splitlines()[-1]).strip():
            await pilot.pause(0.05)  # not painted yet
        for word in ("call", "turn", "search", "filter", "outline", "verdicts", "help", "quit"):
            assert word in footer


async def test_t_changes_between_light_and_dark(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        was_dark = pilot.app.current_theme.dark
        await press(pilot, "j", "t")
        assert pilot.app.current_theme.dark is not was_dark
        assert selected(pilot).turn.index == 1


async def test_q_quits(store: RunStore) -> None:
    async with ViewApp(store, RUN).run_test(size=WIDE) as pilot:
        await press(pilot, "q")
        assert not pilot.app.is_running
        assert pilot.app.return_code == 0
