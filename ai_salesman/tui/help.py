"""The screen that names the keys and the signs."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from ai_salesman.tui.palette import Palette

__all__ = ["HelpScreen"]

_SECTIONS = {
    "Calls": {
        "n  p": "next and previous call",
        "Enter": "read the call under the cursor",
        "f": "filter by outcome, tier, least score",
        "x": "clear the filter",
        "s": "order: by number, best first, worst first",
        "r": "read the run again, while it goes on",
    },
    "Turns": {
        "j  k  ↓  ↑": "next and previous turn",
        "/": "search the words of the listed calls",
        "o": "hidden side of the turn: outline, or state",
        "v": "verdicts; Enter on → leads to the turn",
    },
    "All": {
        "Tab": "next pane",
        "Esc": "leave search, or go back to the list",
        "t": "light or dark",
        "q": "quit",
    },
    "Signs": {
        "✓": "sold, and honestly",
        "!": "sold on a false or forbidden claim: void",
        "?": "sold, not judged",
        "A B C X F": "clear, possible, no intent, perfunctory, hostile",
        "␛ ⟨U+..⟩": "a sign that the terminal would obey",
    },
}


class HelpScreen(ModalScreen[None]):
    """Any of the keys that open or leave things closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", show=False)
    ]

    def compose(self) -> ComposeResult:
        """A box in the middle."""
        with VerticalScroll() as box:
            box.border_title = "keys"
            box.border_subtitle = "Esc closes"
            yield Static(_keys(Palette.of(self.app)))


def _keys(palette: Palette) -> Table:
    table = Table.grid(padding=(0, 2))
    for number, (section, keys) in enumerate(_SECTIONS.items()):
        if number:
            table.add_row()
        for place, (key, meaning) in enumerate(keys.items()):
            table.add_row(
                Text(section if place == 0 else "", palette.muted),
                Text(key, f"bold {palette.accent}"),
                Text(meaning),
            )
    return table
