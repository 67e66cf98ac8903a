"""The pane beside the transcript that shows the hidden side of the selected turn."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import CustomerTrace, Turn
from ai_salesman.tui.outline_view import describe_salesman_turn
from ai_salesman.tui.palette import Palette
from ai_salesman.tui.trace_view import describe_trace

__all__ = ["TurnDetail"]


class TurnDetail(VerticalScroll, can_focus=True):
    """Outline and guard of a salesman turn, state of the customer after a customer turn."""

    def compose(self) -> ComposeResult:
        """One text that is replaced."""
        yield Static()

    def show(self, episode: Episode | None, turn: Turn | None) -> None:
        """Show the hidden side of `turn`, or nothing."""
        palette = Palette.of(self.app)
        self.border_title = f"turn {turn.index}: {_side(turn)}" if turn else "turn"
        self.query_one(Static).update(_describe(episode, turn, palette) if turn else "")
        self.scroll_home(animate=False)


def _side(turn: Turn) -> str:
    return "customer's state" if turn.speaker is Speaker.CUSTOMER else "outline"


def _describe(episode: Episode | None, turn: Turn, palette: Palette) -> RenderableType:
    if turn.speaker is Speaker.SALESMAN:
        return describe_salesman_turn(turn, palette)
    if turn.trace is None:
        return Text("This customer left no trace of its state.", palette.muted)
    return describe_trace(turn.trace, _before(episode, turn), palette)


def _before(episode: Episode | None, turn: Turn) -> CustomerTrace | None:
    """The state after the customer's turn before this one."""
    traces = [t.trace for t in episode.turns if t.index < turn.index and t.trace] if episode else []
    return traces[-1] if traces else None
