"""Two calls beside each other, driven by keys."""

from __future__ import annotations

import pytest
from calls import NASTY, RUN, campaign, lost, nasty, won
from textual.pilot import Pilot
from textual.widgets import Static

from ai_salesman.campaigns.pairing import PlayedRun
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.literal import visible
from ai_salesman.conversation.taxonomy import StopReason, Tier
from ai_salesman.tui.side_by_side import SideBySide, facing_calls
from ai_salesman.tui.transcript import Transcript

LABELS = ("planner [none]", "planner doga\x1b[31m")


@pytest.fixture
def played(store: RunStore) -> list[PlayedRun]:
    """Two runs on the same three customers; the second wins two of them."""
    first = [
        lost(0, Tier.EASY, StopReason.REFUSED, 3.0, "Ms. Rivera"),
        lost(1, Tier.HARD, StopReason.HUNG_UP, 2.0, "Mr. Chen"),
        nasty(4),
    ]
    info = store.info(RUN)
    second = [same_customer(won(call.index), call) for call in first]
    return [
        PlayedRun.of_episodes(info, label, calls)
        for label, calls in zip(LABELS, (first, second), strict=True)
    ]


def same_customer(call: Episode, other: Episode) -> Episode:
    """The call, to the customer of another."""
    return call.model_copy(update={"persona": other.persona, "seed": other.seed})


def shown(pilot: Pilot[None]) -> list[tuple[int, StopReason]]:
    """Index and end of the two calls on the screen."""
    calls = [pilot.app.query_one(side, Transcript).episode for side in ("#left", "#right")]
    return [(call.index, call.stop) for call in calls if call]


async def test_n_and_p_walk_through_the_pairs(played: list[PlayedRun]) -> None:
    async with SideBySide(facing_calls(played)).run_test(size=(140, 45)) as pilot:
        await pilot.pause()
        assert shown(pilot) == [(1, StopReason.HUNG_UP), (1, StopReason.AGREED)]
        await pilot.press("n")
        assert shown(pilot) == [(4, StopReason.HUNG_UP), (4, StopReason.AGREED)]
        await pilot.press("n", "n", "n")
        assert shown(pilot) == [(0, StopReason.REFUSED), (0, StopReason.AGREED)]
        await pilot.press("p", "p", "p")
        assert [index for index, _ in shown(pilot)] == [1, 1]


async def test_words_and_labels_are_shown_literally(played: list[PlayedRun]) -> None:
    async with SideBySide(facing_calls(played)).run_test(size=(160, 60)) as pilot:
        await pilot.press("n")
        await pilot.pause()
        compositor = pilot.app.screen._compositor
        lines = ["".join(s.text for s in strip) for strip in compositor.render_strips()]
        screen = "\n".join(lines)
        assert "planner [none]" in screen and "planner doga␛[31m" in screen
        assert "[bold]not bold[/bold]" in screen
        cards = pilot.app.query_one("#left", Transcript).cards
        assert [card.turn.text for card in cards[1:]] == list(NASTY)
        assert visible(NASTY[1]).split("\n")[0] in screen
        assert "\x1b" not in screen
        assert pilot.app.query_one("#headline", Static)


async def test_q_quits(played: list[PlayedRun]) -> None:
    async with SideBySide(facing_calls(played)).run_test() as pilot:
        await pilot.press("q")
    assert not pilot.app.is_running


def test_runs_on_other_customers_cannot_face_each_other(played: list[PlayedRun]) -> None:
    with pytest.raises(InputError, match="no call came out differently"):
        facing_calls([played[0], played[0]])
    other = campaign().model_copy(update={"seed": 2})
    info = played[1].info.model_copy(update={"campaign": other})
    with pytest.raises(InputError, match=r"the seeds differ \(1 and 2\)"):
        facing_calls([played[0], PlayedRun.of_episodes(info, "b", played[1].episodes)])
