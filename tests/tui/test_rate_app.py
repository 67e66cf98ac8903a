"""Rating pairs blind, driven by keys."""

from __future__ import annotations

import pytest
from calls import NASTY, RUN, campaign, lost, nasty, won
from textual.widgets import Input, Static

from ai_salesman.campaigns.pair_store import Rating
from ai_salesman.campaigns.pairing import PlayedRun
from ai_salesman.campaigns.rating_session import BlindPair, blind_pairs
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.taxonomy import StopReason, Tier
from ai_salesman.tui.rate_app import BlindTranscript, RateApp, read_points
from ai_salesman.tui.turn_card import TurnCard

CALLS = 6


@pytest.fixture
def runs(store: RunStore) -> tuple[PlayedRun, PlayedRun]:
    """Two runs on six customers; one of them says nasty things."""
    info = store.info(RUN)
    first = [lost(n, Tier.HARD, StopReason.REFUSED, 3.0, "Mr. Chen") for n in range(CALLS)]
    first[4] = nasty(4)
    second = [won(n).model_copy(update={"persona": first[n].persona}) for n in range(CALLS)]
    other = info.model_copy(update={"id": "other", "campaign": campaign()})
    of = PlayedRun.of_episodes
    return of(info, "planner none", first), of(other, "doga", second)


def pairs_of(runs: tuple[PlayedRun, PlayedRun], rater: str = "ana") -> list[BlindPair]:
    return blind_pairs(*runs, rater)


def screen_of(app: RateApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def test_keys_rate_and_every_choice_is_kept_at_once(
    runs: tuple[PlayedRun, PlayedRun],
) -> None:
    pairs, kept = pairs_of(runs), list[Rating]()
    app = RateApp(pairs, "ana", "the plan", kept.append)
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.press("1", "2", "0")
        assert [rating.index for rating in kept] == [pair.index for pair in pairs[:3]]
        await pilot.press("s", "1", "q")
    assert len(kept) == 4, "a skipped pair has no rating"
    assert [rating.index for rating in kept][3] == pairs[4].index
    assert kept[0].choice == kept[0].left == pairs[0].left_is
    assert kept[1].choice == pairs[1].side(left=False)
    assert kept[2].choice == "tie"
    assert all(rating.rater == "ana" and rating.points == {} for rating in kept)


async def test_points_belong_to_the_calls_and_not_to_the_sides(
    runs: tuple[PlayedRun, PlayedRun],
) -> None:
    pairs, kept = pairs_of(runs), list[Rating]()
    app = RateApp(pairs, "ana", "the plan", kept.append)
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.press("g", *"11 4", "enter")
        assert app.query_one("#points", Input).has_class("-open"), "11 is no number of points"
        await pilot.press("escape", "g", *"7 4", "enter")
        assert "points 7 and 4" in str(app.query_one("#headline", Static).content)
        await pilot.press("1", "2", "u", "u", "2")
    left, right = pairs[0].side(left=True), pairs[0].side(left=False)
    assert kept[0].points == {left: 7, right: 4}
    assert [rating.index for rating in kept] == [pairs[n].index for n in (0, 1, 0)]
    assert kept[2].choice == right, "going back rates anew"


async def test_the_last_choice_ends_it(runs: tuple[PlayedRun, PlayedRun]) -> None:
    kept: list[Rating] = []
    app = RateApp(pairs_of(runs), "ana", "the plan", kept.append)
    async with app.run_test() as pilot:
        await pilot.press(*"121212")
        await pilot.pause()
    assert len(kept) == CALLS


async def test_words_are_literal_and_nothing_tells_the_runs(
    runs: tuple[PlayedRun, PlayedRun],
) -> None:
    pairs = sorted(pairs_of(runs), key=lambda pair: pair.index != 4)
    app = RateApp(pairs, "ana", "[red]the plan", lambda _: None)
    async with app.run_test(size=(160, 60)) as pilot:
        await pilot.pause()
        side = "#left" if len(pairs[0].left) == len(NASTY) + 1 else "#right"
        cards = app.query_one(side, BlindTranscript).query(TurnCard)
        assert [card.turn.text for card in cards][1:] == list(NASTY)
        screen = screen_of(app)
    assert "[bold]not bold[/bold]" in screen and "[red]the plan" in screen
    assert "\x1b" not in screen
    for telling in (
        RUN,
        "other",
        "doga",
        "none",
        "reduce risk",
        "rewritten",
        "agreed",
        "adversarial",
    ):
        assert telling not in screen


def test_everybody_rates_the_same_pairs_in_another_order(
    runs: tuple[PlayedRun, PlayedRun],
) -> None:
    ana, ben = (blind_pairs(*runs, rater, limit=4) for rater in ("ana", "ben"))
    assert {pair.index for pair in ana} == {pair.index for pair in ben}
    many = [blind_pairs(*runs, f"rater {n}") for n in range(30)]
    assert len({tuple(pair.index for pair in pairs) for pairs in many}) > 10
    lefts = [pair.left_is for pairs in many for pair in pairs]
    assert 60 < lefts.count("a") < 120
    assert blind_pairs(*runs, "ana", limit=4) == ana
    rest = blind_pairs(*runs, "ana", limit=4, rated={ana[0].index})
    assert rest == ana[1:]
    assert blind_pairs(runs[0], runs[0], "ana") == [], "calls of the same words are no pair"


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("7 4", (7, 4)),
        (" 10,1 ", (10, 1)),
        ("3/3", (3, 3)),
        ("0 5", None),
        ("7", None),
        ("a b", None),
    ],
)
def test_points_are_two_numbers(text: str, points: tuple[int, int] | None) -> None:
    assert read_points(text) == points
