"""The line in which one types what to search for."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

__all__ = ["SearchBar"]


class SearchBar(Horizontal):
    """Hidden until `open`. Typing searches; Enter and Down go to the next match, Up back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
    ]

    class Typed(Message):
        """Other words are searched for."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Stepped(Message):
        """Go on to another match."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def compose(self) -> ComposeResult:
        """The sign, the line, the count."""
        yield Label("/")
        yield Input(compact=True, placeholder="search the listed calls")
        yield Label("Enter next  ↑ back  Esc leave", id="search-keys")
        yield Label("", id="search-count")

    @property
    def is_open(self) -> bool:
        """Whether the bar is shown."""
        return self.has_class("-open")

    def open(self) -> None:
        """Show the bar and type in it."""
        self.add_class("-open")
        line = self.query_one(Input)
        line.focus()
        line.action_select_all()

    def close(self) -> None:
        """Hide the bar; the words stay for the next time."""
        self.remove_class("-open")

    def tell(self, position: str) -> None:
        """Show which match of how many is looked at."""
        self.query_one("#search-count", Label).update(position)

    def action_step(self, by: int) -> None:
        """Keys of the bar."""
        self.post_message(self.Stepped(by))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while typing."""
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.post_message(self.Stepped(1))
