"""Rate pairs of calls blind: two transcripts side by side, one key for the better one."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Input, Static

from ai_salesman.campaigns.pair_store import Rating, Side
from ai_salesman.campaigns.rating_session import BlindPair
from ai_salesman.conversation.literal import one_line
from ai_salesman.conversation.turn import Turn
from ai_salesman.tui.turn_card import TurnCard

__all__ = ["BlindTranscript", "RateApp", "read_points"]

_MOST = 10
_ASK = "points for left and right, 1 to 10: 7 4"


class BlindTranscript(VerticalScroll, can_focus=True):
    """The words of a call and nothing else; arrows and page keys scroll."""

    async def show(self, turns: Sequence[Turn]) -> None:
        """Show a call from its beginning."""
        async with self.batch():
            await self.remove_children()
            await self.mount_all(TurnCard(turn) for turn in turns)
        self.scroll_home(animate=False)


class RateApp(App[None]):
    """Walks through pairs; every choice is handed on at once, so quitting loses nothing."""

    CSS_PATH = "view.tcss"
    CSS = """
    #left, #right { width: 1fr; height: 1fr; border: round $foreground 20%; padding: 0 1; }
    #left:focus, #right:focus { border: round $primary; }
    #points { display: none; }
    #points.-open { display: block; }
    """
    TITLE = "ai-salesman"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "choose('left')", "left is better"),
        Binding("2", "choose('right')", "right is better"),
        Binding("0", "choose('tie')", "neither"),
        Binding("g", "points", "give points"),
        Binding("s", "skip", "skip"),
        Binding("u", "back", "back"),
        Binding("tab", "app.focus_next", "other call"),
        Binding("escape", "close", show=False),
        Binding("q", "quit", "quit"),
    ]

    def __init__(
        self, pairs: Sequence[BlindPair], rater: str, offer: str, keep: Callable[[Rating], None]
    ):
        """Show these pairs, at least one.

        Args:
            pairs: what to rate.
            rater: who rates.
            offer: what is sold, in a few words.
            keep: takes each rating when it is made; a later one on the same pair replaces it.
        """
        super().__init__()
        self._pairs = pairs
        self._rater = rater
        self._offer = offer
        self._keep = keep
        self._place = 0
        self._points: tuple[int, int] | None = None
        self._since = time.monotonic()

    @property
    def current(self) -> BlindPair:
        """The pair that is shown."""
        return self._pairs[self._place]

    def compose(self) -> ComposeResult:
        """A line that says what is asked, and two transcripts."""
        yield Static(id="headline")
        with Horizontal(id="body"):
            yield BlindTranscript(id="left")
            yield BlindTranscript(id="right")
        yield Input(placeholder=_ASK, id="points")
        yield Footer(compact=True, show_command_palette=False)

    async def on_mount(self) -> None:
        """Show the first pair."""
        for side in ("left", "right"):
            self.query_one(f"#{side}", BlindTranscript).border_title = side
        await self._show(0)

    async def action_choose(self, better: str) -> None:
        """Keep the choice and go on."""
        pair = self.current
        left, right = pair.side(left=True), pair.side(left=False)
        points: dict[Side, int] = {}
        if self._points is not None:
            points = dict(zip((left, right), self._points, strict=True))
        self._keep(
            Rating(
                rater=self._rater,
                index=pair.index,
                left=left,
                choice={"left": left, "right": right}.get(better, "tie"),
                points=points,
                seconds=round(time.monotonic() - self._since, 1),
            )
        )
        await self._show(self._place + 1)

    async def action_skip(self) -> None:
        """Go on without a rating; the pair is shown again another time."""
        await self._show(self._place + 1)

    async def action_back(self) -> None:
        """The pair before, to skip or rate it anew."""
        await self._show(max(0, self._place - 1))

    def action_points(self) -> None:
        """Ask for points of both calls."""
        field = self.query_one("#points", Input)
        field.add_class("-open")
        field.focus()

    def action_close(self) -> None:
        """Leave the field for points."""
        field = self.query_one("#points", Input)
        field.value = ""
        field.remove_class("-open")
        self.query_one("#left", BlindTranscript).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the points, or say how they are written."""
        points = read_points(event.value)
        if points is None:
            self.notify(f"write {_ASK}", severity="warning")
            return
        self._points = points
        self.action_close()
        self._headline()

    async def _show(self, place: int) -> None:
        if place >= len(self._pairs):
            self.exit()
            return
        self._place, self._points = place, None
        await self.query_one("#left", BlindTranscript).show(self.current.left)
        await self.query_one("#right", BlindTranscript).show(self.current.right)
        self._headline()
        self.query_one("#left", BlindTranscript).focus()
        self._since = time.monotonic()

    def _headline(self) -> None:
        lead = self.current.lead
        words = [
            f"{self._place + 1}/{len(self._pairs)}   which call was led better?",
            one_line(f"{self._offer}, to {lead.name} ({lead.business})"),
        ]
        if self._points is not None:
            words.append("points {} and {}".format(*self._points))
        self.query_one("#headline", Static).update(Content("   |   ".join(words)))


def read_points(text: str) -> tuple[int, int] | None:
    """Two whole numbers from 1 to 10; None when it is something else."""
    words = re.split(r"[\s,;/]+", text.strip())
    if len(words) != 2 or not all(re.fullmatch(r"\d{1,2}", word) for word in words):
        return None
    left, right = map(int, words)
    return (left, right) if all(1 <= points <= _MOST for points in (left, right)) else None
