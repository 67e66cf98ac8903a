"""Two calls to the same customer beside each other, opened by `ai-salesman compare --view`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Footer, Static

from ai_salesman.campaigns.contest import differing_calls
from ai_salesman.campaigns.pairing import (
    EpisodePair,
    PlayedRun,
    pair_calls,
    pair_episodes,
    pairing_of,
)
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.literal import one_line
from ai_salesman.tui.transcript import Transcript

__all__ = ["Facing", "SideBySide", "facing_calls", "view_side_by_side"]


@dataclass(frozen=True)
class Facing:
    """Two calls, and what tells their runs apart."""

    labels: tuple[str, str]
    calls: EpisodePair


def facing_calls(runs: Sequence[PlayedRun]) -> list[Facing]:
    """The calls that differ between the first run and each other, those that differ most first.

    Raises:
        InputError: no run called the customers of the first, or no call came out differently.
    """
    reasons, facing = [], []
    for run in runs[1:]:
        pairing = pairing_of(runs[0], run)
        if pairing.paired:
            whole = {pair[0].index: pair for pair in pair_episodes(runs[0], run)}
            different = differing_calls(pair_calls(runs[0], run))
            labels = (runs[0].label, run.label)
            facing += [Facing(labels, whole[first.index]) for first, _ in different]
        else:
            reasons.append(pairing.reason)
    if not facing:
        why = reasons[0] if reasons else "no call came out differently"
        raise InputError(f"there are no calls to set side by side: {why}", source="--view")
    return facing


class SideBySide(App[None]):
    """Walks through pairs of calls: the baseline on the left."""

    CSS_PATH = "view.tcss"
    CSS = """
    #left, #right { width: 1fr; height: 1fr; border: round $foreground 20%; padding: 0 1; }
    #left:focus, #right:focus { border: round $primary; }
    """
    TITLE = "ai-salesman"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "step(1)", "next pair"),
        Binding("p", "step(-1)", "previous pair"),
        Binding("tab", "app.focus_next", "other call"),
        Binding("q,escape", "quit", "quit"),
    ]

    def __init__(self, facing: Sequence[Facing]):
        """Show these pairs, at least one."""
        super().__init__()
        self._facing = facing
        self._place = 0

    @property
    def current(self) -> Facing:
        """The pair that is shown."""
        return self._facing[self._place]

    def compose(self) -> ComposeResult:
        """A line that says what is shown, and two transcripts."""
        yield Static(id="headline")
        with Horizontal(id="body"):
            yield Transcript(id="left")
            yield Transcript(id="right")
        yield Footer(compact=True, show_command_palette=False)

    async def on_mount(self) -> None:
        """Show the first pair."""
        await self._show()
        self.query_one("#left", Transcript).focus()

    async def action_step(self, step: int) -> None:
        """Next or previous pair; the ends do not join."""
        place = min(max(self._place + step, 0), len(self._facing) - 1)
        if place != self._place:
            self._place = place
            await self._show()

    async def _show(self) -> None:
        facing = self.current
        names = [one_line(label) for label in facing.labels]
        self.query_one("#headline", Static).update(
            Content(f"{self._place + 1}/{len(self._facing)}   {names[0]}   |   {names[1]}")
        )
        for side, call, name in zip(("#left", "#right"), facing.calls, names, strict=True):
            transcript = self.query_one(side, Transcript)
            await transcript.show(call)
            transcript.border_subtitle = Content(name)


def view_side_by_side(facing: Sequence[Facing]) -> None:
    """Read pairs of calls in the terminal until the reader quits."""
    SideBySide(facing).run()
