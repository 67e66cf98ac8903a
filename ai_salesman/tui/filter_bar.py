"""The controls above the list: outcome, tier, least score, order."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label, Select

from ai_salesman.conversation.taxonomy import StopReason, Tier
from ai_salesman.tui.filters import EpisodeFilter, Order
from ai_salesman.tui.formatting import name_of

__all__ = ["FilterBar"]


class FilterBar(Vertical):
    """Holds the filter and the order of the list."""

    class Changed(Message):
        """The filter or the order changed."""

    order = Order.INDEX

    def compose(self) -> ComposeResult:
        """Two rows of small controls."""
        with Horizontal():
            yield _choice("outcome", StopReason)
            yield _choice("tier", Tier)
        with Horizontal():
            yield Label("score from")
            yield Input(type="number", compact=True, placeholder="any", id="minimum")
            yield Label(self.order.value, id="order")
            yield Label("", id="count")

    @property
    def kept(self) -> EpisodeFilter:
        """The filter as the controls stand."""
        stop = str(self.query_one("#outcome", Select).value)
        tier = str(self.query_one("#tier", Select).value)
        return EpisodeFilter(
            stop=StopReason(stop) if stop else None,
            tier=Tier(tier) if tier else None,
            minimum=_number(self.query_one("#minimum", Input).value),
        )

    def next_order(self) -> None:
        """Go on to the next order."""
        self.order = self.order.following()
        self.query_one("#order", Label).update(self.order.value)
        self.post_message(self.Changed())

    def clear(self) -> None:
        """Admit every call."""
        self.query_one("#outcome", Select).value = ""
        self.query_one("#tier", Select).value = ""
        self.query_one("#minimum", Input).value = ""

    def count(self, listed: int, of: int) -> None:
        """Say how many calls are listed."""
        self.query_one("#count", Label).update(f"{listed} of {of}")

    def on_select_changed(self, event: Select.Changed) -> None:
        """Outcome or tier was chosen."""
        event.stop()
        self.post_message(self.Changed())

    def on_input_changed(self, event: Input.Changed) -> None:
        """The least score was typed."""
        event.stop()
        self.post_message(self.Changed())


def _choice(kind: str, members: Iterable[StrEnum]) -> Select[str]:
    options = [(f"any {kind}", "")] + [(name_of(member), member.value) for member in members]
    return Select(options, allow_blank=False, value="", compact=True, id=kind)


def _number(text: str) -> float | None:
    """The number typed so far; a lone sign or dot is none yet."""
    try:
        return float(text)
    except ValueError:
        return None
