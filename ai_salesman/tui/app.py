"""The reader of runs: calls on the left, the transcript, and what lies behind each turn.

Opened by `ai-salesman view`, or by `view(store, run)`.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import Footer, Select

from ai_salesman.campaigns.store import RunStore
from ai_salesman.campaigns.stored_call import StoredCall
from ai_salesman.tui.details import TurnDetail
from ai_salesman.tui.episode_list import EpisodeList
from ai_salesman.tui.filter_bar import FilterBar
from ai_salesman.tui.headline import Headline
from ai_salesman.tui.help import HelpScreen
from ai_salesman.tui.keys import KEYS
from ai_salesman.tui.search import Search, SpokenCall, spoken_calls
from ai_salesman.tui.search_bar import SearchBar
from ai_salesman.tui.transcript import Transcript
from ai_salesman.tui.verdicts import VerdictPane

__all__ = ["ViewApp", "view"]


class ViewApp(App[None]):
    """Reads one run. On a narrow screen the list and the call take turns."""

    CSS_PATH = "view.tcss"
    TITLE = "ai-salesman"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [
        (0, "-narrow"),
        (100, "-medium"),
        (132, "-wide"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(self, store: RunStore, run: str):
        """Open a run by its id, an unambiguous beginning of it, or 'last'.

        Raises:
            UnknownNameError: there is no such run.
            StoreError: it cannot be read.
        """
        super().__init__()
        self._store = store
        self._info = store.info(run)
        self._calls = store.calls(self._info.id)
        self._shown: StoredCall | None = None
        self._spoken: dict[int, SpokenCall] = {}
        """The words of all calls, from the first search on."""
        self._search = Search([], "")

    def compose(self) -> ComposeResult:
        """The panes."""
        yield Headline(id="headline")
        with Horizontal(id="body"):
            yield EpisodeList(id="calls")
            with Container(id="reader"):
                yield Transcript(id="transcript")
                with Vertical(id="side"):
                    yield TurnDetail(id="detail")
                    yield VerdictPane(id="verdicts")
        yield SearchBar()
        yield Footer(compact=True, show_command_palette=False)

    @property
    def calls(self) -> EpisodeList:
        """The list of calls."""
        return self.query_one(EpisodeList)

    @property
    def transcript(self) -> Transcript:
        """The call that is read."""
        return self.query_one(Transcript)

    def on_mount(self) -> None:
        """Put up the run."""
        self.query_one("#side").add_class("-detail", "-verdicts")
        self.theme_changed_signal.subscribe(self, lambda _theme: self._recolour())
        self._put_up()
        self.calls.table.focus()

    async def on_episode_list_moved(self) -> None:
        """Show the call under the cursor. Asks the list, since several moves may be waiting."""
        if self.calls.current is not self._shown or not self.calls.current:
            await self._show_current()

    def on_episode_list_opened(self) -> None:
        """Read the call."""
        self._read()
        self.transcript.focus()

    def on_transcript_selected(self) -> None:
        """The side pane follows the selected turn."""
        self.query_one(TurnDetail).show(self.transcript.episode, self.transcript.current)

    def on_verdict_pane_chosen(self, event: VerdictPane.Chosen) -> None:
        """Go to the turn that a judge points at."""
        if self.transcript.go_to(event.turn, event.quote):
            self.transcript.focus()
        else:
            self.notify(f"This call has no turn {event.turn}.", severity="warning")

    async def on_search_bar_typed(self, event: SearchBar.Typed) -> None:
        """Search, and look at the first match from this call on."""
        if event.words and not self._spoken:
            await self._read_words()
        listed = [self._spoken[call.index] for call in self.calls.listed if self._spoken]
        self._search = Search(listed, event.words)
        if self.calls.current is not None:
            self._search.start_at(self.calls.current.index)
        await self._look_at_match()

    async def on_search_bar_stepped(self, event: SearchBar.Stepped) -> None:
        """Look at another match."""
        self._search.step(event.by)
        await self._look_at_match()

    def action_call(self, step: int) -> None:
        """Next or previous call."""
        self.calls.move(step)

    def action_turn(self, step: int) -> None:
        """Next or previous turn."""
        self._read()
        self.transcript.move(step)

    def action_search(self) -> None:
        """Open the search line."""
        self._read()
        self.query_one(SearchBar).open()

    def action_filter(self) -> None:
        """Go to the filter."""
        self.remove_class("-reading")
        self.calls.query_one(Select).focus()

    def action_clear_filter(self) -> None:
        """List all calls."""
        self.calls.query_one(FilterBar).clear()

    def action_sort(self) -> None:
        """Next order of the list."""
        self.calls.query_one(FilterBar).next_order()

    def action_outline(self) -> None:
        """Show or hide the hidden side of the turn."""
        self._toggle("-detail", other="-verdicts")

    def action_verdicts(self) -> None:
        """Go to the verdicts; from there, hide them."""
        pane = self.query_one(VerdictPane)
        if self._is_shown("-verdicts") and not pane.has_focus:
            self._read()
            pane.focus()
        elif self._toggle("-verdicts", other="-detail"):
            pane.focus()
        else:
            self.transcript.focus()

    def action_help(self) -> None:
        """Name the keys."""
        self.push_screen(HelpScreen())

    def action_light_or_dark(self) -> None:
        """The other theme."""
        self.theme = "textual-light" if self.current_theme.dark else "textual-dark"

    def action_reload(self) -> None:
        """Read the run again."""
        self._info = self._store.info(self._info.id)
        self._calls = self._store.calls(self._info.id)
        self._spoken = {}
        self._put_up()

    def action_leave(self) -> None:
        """Leave search, then the filter, then the call."""
        bar = self.query_one(SearchBar)
        if bar.is_open:
            bar.close()
            self.transcript.mark({})
            self.transcript.focus()
        else:
            self.remove_class("-reading")
            self.calls.table.focus()

    def _put_up(self) -> None:
        self.query_one(Headline).show(self._info, self._calls)
        self.calls.fill(self._calls)

    async def _show_current(self) -> None:
        self._shown = self.calls.current
        episode = self._store.episode(self._info.id, self._shown.index) if self._shown else None
        await self.transcript.show(episode)
        self.query_one(VerdictPane).show(episode)

    async def _read_words(self) -> None:
        """Seconds for thousands of calls; the screen goes on meanwhile."""
        run = self._info.id
        found = await asyncio.to_thread(lambda: spoken_calls(self._store.episodes(run)))
        self._spoken = {call.index: call for call in found}

    async def _look_at_match(self) -> None:
        self.query_one(SearchBar).tell(self._search.position)
        match = self._search.current
        if match is None:
            self.transcript.mark({})
            return
        self.calls.select(match.episode)
        await self.on_episode_list_moved()
        self.transcript.go_to(match.turn)
        self.transcript.mark(self._search.places(match.episode))

    def _read(self) -> None:
        """On a narrow screen: put the call in the place of the list."""
        self.add_class("-reading")

    def _toggle(self, pane: str, other: str) -> bool:
        """Show or hide a side pane; on a narrow screen it takes the place of the other."""
        self._read()
        side = self.query_one("#side")
        shown = not self._is_shown(pane)
        side.set_class(shown, pane)
        if not self.screen.has_class("-wide"):
            side.remove_class(other)
        return shown

    def _is_shown(self, pane: str) -> bool:
        """Where there is no room for both side panes, only the detail is shown of the two."""
        side = self.query_one("#side")
        both = side.has_class("-detail") and side.has_class("-verdicts")
        if both and not self.screen.has_class("-wide"):
            return pane == "-detail"
        return side.has_class(pane)

    def _recolour(self) -> None:
        self.calls.refill()
        self.on_transcript_selected()


def view(store: RunStore, run: str) -> None:
    """Read a run in the terminal until the reader quits.

    Raises:
        UnknownNameError: there is no such run.
        StoreError: it cannot be read.
    """
    ViewApp(store, run).run()
