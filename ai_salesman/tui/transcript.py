"""The transcript in the middle: the turns of one call, one of them selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.literal import spoken, visible
from ai_salesman.conversation.turn import Turn
from ai_salesman.tui.call_card import call_title, describe_customer, describe_end
from ai_salesman.tui.turn_card import TurnCard

__all__ = ["Transcript"]


class Transcript(VerticalScroll, can_focus=True):
    """Shows a call. Arrows, Home and End move between turns; the side pane follows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("home", "move(-10000)", show=False),
        Binding("end", "move(10000)", show=False),
    ]

    class Selected(Message):
        """Another turn is selected, or none: see `current`."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.episode: Episode | None = None
        """The call that is shown."""
        self._position = 0

    @property
    def cards(self) -> list[TurnCard]:
        """The cards of the turns, in order."""
        return list(self.query(TurnCard))

    @property
    def current(self) -> Turn | None:
        """The selected turn."""
        card = self._card
        return card.turn if card else None

    @property
    def _card(self) -> TurnCard | None:
        cards = self.cards
        return cards[self._position] if self._position < len(cards) else None

    async def show(self, episode: Episode | None) -> None:
        """Show a call from its first turn, or nothing."""
        self.episode = episode
        self._position = 0
        self.border_title = call_title(episode) if episode else ""
        async with self.batch():
            await self.remove_children()
            if episode is None:
                await self.mount(Static("No call to read.", classes="nothing"))
            else:
                await self.mount(
                    Static(describe_customer(episode.persona), classes="customer-card")
                )
                await self.mount_all(TurnCard(turn) for turn in episode.turns)
                await self.mount(Static(describe_end(episode), classes="end-card"))
        self.scroll_home(animate=False)
        self._select(0, scroll=False)

    def move(self, step: int) -> None:
        """Select the turn `step` turns further on."""
        self._select(self._position + step)

    def go_to(self, turn: int, quote: str = "") -> bool:
        """Select the turn with this number and highlight `quote` in it.

        Returns False when the call has no such turn. A quote that does not stand in the turn
        word for word highlights all of it.
        """
        for position, card in enumerate(self.cards):
            if card.turn.index == turn:
                self.mark({turn: [_place(spoken(card.turn), visible(quote))]})
                self._select(position)
                return True
        return False

    def mark(self, places: Mapping[int, Sequence[tuple[int, int]]]) -> None:
        """Highlight places by turn number, and nothing else."""
        for card in self.cards:
            card.mark(places.get(card.turn.index, ()))

    def action_move(self, step: int) -> None:
        """Keys of the focused transcript."""
        self.move(step)

    def on_turn_card_clicked(self, event: TurnCard.Clicked) -> None:
        """A click selects."""
        event.stop()
        self._select(self.cards.index(event.card))

    def _select(self, position: int, scroll: bool = True) -> None:
        cards = self.cards
        self._position = min(max(position, 0), max(len(cards) - 1, 0))
        for place, card in enumerate(cards):
            card.set_class(place == self._position, "-selected")
        if scroll and cards:
            self._bring_into_view(cards[self._position])
        self.post_message(self.Selected())

    def _bring_into_view(self, card: TurnCard) -> None:
        """After the next layout: cards of a call that has just been put up have no place yet."""
        if self._position == 0:
            self.call_after_refresh(self.scroll_home, animate=False)
        elif self._position == len(self.cards) - 1:
            self.call_after_refresh(self.scroll_end, animate=False)
        else:
            self.call_after_refresh(self.scroll_to_widget, card, animate=False)


def _place(words: str, quote: str) -> tuple[int, int]:
    start = words.lower().find(quote.lower()) if quote else -1
    return (start, start + len(quote)) if start >= 0 else (0, len(words))
