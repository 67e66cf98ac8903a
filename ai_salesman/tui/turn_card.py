"""One turn in the transcript."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from ai_salesman.conversation.literal import spoken
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import Turn
from ai_salesman.tui.formatting import name_of
from ai_salesman.tui.palette import MUTED

__all__ = ["TurnCard"]

_NAMES = {
    Speaker.SALESMAN: ("salesman", "bold $text-primary"),
    Speaker.CUSTOMER: ("customer", "bold $text-accent"),
}


class TurnCard(Static):
    """Number and speaker, what the turn does, and the words, exactly as they are."""

    class Clicked(Message):
        """The card was clicked."""

        def __init__(self, card: TurnCard) -> None:
            super().__init__()
            self.card = card

    def __init__(self, turn: Turn) -> None:
        super().__init__(_card(turn), classes=turn.speaker.value)
        self.turn = turn
        self.marked: tuple[str, ...] = ()
        """The highlighted words."""

    def mark(self, spans: Sequence[tuple[int, int]]) -> None:
        """Highlight these places, given as start and end in `literal.spoken`; none clears."""
        if not spans and not self.marked:
            return
        words = spoken(self.turn)
        self.marked = tuple(words[start:end] for start, end in spans)
        self.update(_card(self.turn, spans))

    def on_click(self) -> None:
        """Tell the transcript."""
        self.post_message(self.Clicked(self))


def _card(turn: Turn, spans: Sequence[tuple[int, int]] = ()) -> Content:
    words = Content(spoken(turn))
    for start, end in spans:
        words = words.stylize(
            "bold $block-cursor-foreground on $block-cursor-background", start, end
        )
    head = Content.assemble((f"{turn.index} ", MUTED), _NAMES[turn.speaker], (_doing(turn), MUTED))
    return Content("\n").join([head, words])


def _doing(turn: Turn) -> str:
    """What the hidden side says that this turn does, in a few words."""
    if turn.trace is not None:
        return f"  {name_of(turn.trace.act)}"
    parts = []
    if turn.outline is not None and turn.outline.strategy is not None:
        parts.append(name_of(turn.outline.strategy))
    if turn.guard is not None and turn.guard.fell_back:
        parts.append("script spoken")
    elif turn.guard is not None and turn.guard.rewrites:
        parts.append("rewritten")
    return "  " + " · ".join(parts) if parts else ""
