"""The pane of the judges' findings."""

from __future__ import annotations

from textual.geometry import Spacing
from textual.message import Message
from textual.visual import Padding
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from ai_salesman.conversation.episode import Episode
from ai_salesman.tui.verdict_lines import VerdictLine, verdict_lines

__all__ = ["VerdictPane"]


class VerdictPane(OptionList):
    """Findings, judge by judge. Enter on evidence leads to its turn."""

    class Chosen(Message):
        """A piece of evidence was chosen."""

        def __init__(self, turn: int, quote: str) -> None:
            super().__init__()
            self.turn = turn
            self.quote = quote

    def __init__(self, id: str) -> None:
        super().__init__(id=id, compact=True)
        self.border_title = "verdicts"
        self.lines: list[VerdictLine] = []
        """The lines that are shown."""

    def show(self, episode: Episode | None) -> None:
        """Show the findings on a call, or nothing."""
        self.lines = verdict_lines(episode) if episode else []
        self.clear_options()
        self.add_options(map(_option, self.lines))
        self.scroll_home(animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        event.stop()
        line = self.lines[event.option_index]
        if line.turn is not None:
            self.post_message(self.Chosen(line.turn, line.quote))


def _option(line: VerdictLine) -> Option:
    padded = Padding(line.content, Spacing(left=line.indent))
    return Option(padded, disabled=line.turn is None)
