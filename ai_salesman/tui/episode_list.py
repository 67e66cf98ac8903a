"""The list of calls on the left."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import DataTable, Static

from ai_salesman.campaigns.stored_call import StoredCall
from ai_salesman.conversation.literal import one_line
from ai_salesman.tui.filter_bar import FilterBar
from ai_salesman.tui.filters import listing
from ai_salesman.tui.formatting import end_words, sale_mark, score_words, tier_words
from ai_salesman.tui.palette import Palette

__all__ = ["EpisodeList"]

_COLUMNS = (("#", 3), ("tier", 7), ("customer", 12), ("end", 8), ("int", 3), ("score", 5), ("", 1))

_NO_CALLS = "This run has no calls yet.\n\nPress r to look again."
_NO_MATCH = "No call matches the filter.\n\nPress x to clear it."


class EpisodeList(Vertical):
    """Calls of a run, one a row; filtered and ordered by the bar above."""

    class Moved(Message):
        """Another call is under the cursor, or none: see `current`."""

    class Opened(Message):
        """The reader wants to read the call under the cursor."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.border_title = "calls"
        self.listed: list[StoredCall] = []
        """The calls in the list, in its order."""
        self._calls: Sequence[StoredCall] = ()

    def compose(self) -> ComposeResult:
        """The bar, the table, and the words that stand in its place when it is empty."""
        yield FilterBar()
        yield DataTable[Text](cursor_type="row", cell_padding=0, header_height=1)
        yield Static(id="nothing")

    @property
    def table(self) -> DataTable[Text]:
        """The table itself."""
        return self.query_one(DataTable)

    @property
    def current(self) -> StoredCall | None:
        """The call under the cursor."""
        return self.listed[self.table.cursor_row] if self.listed else None

    def on_mount(self) -> None:
        """Name the columns."""
        for name, width in _COLUMNS:
            self.table.add_column(Text(name), width=width + 1)

    def fill(self, calls: Sequence[StoredCall]) -> None:
        """List these calls."""
        self._calls = calls
        self.refill()

    def refill(self) -> None:
        """List anew under the filter; the cursor stays on its call if that is still listed."""
        before = self.current
        bar = self.query_one(FilterBar)
        self.listed = listing(self._calls, bar.kept, bar.order)
        palette = Palette.of(self.app)
        self.table.clear()
        self.table.add_rows(_cells(call, palette) for call in self.listed)
        bar.count(len(self.listed), len(self._calls))
        self.query_one("#nothing", Static).update(_NO_MATCH if self._calls else _NO_CALLS)
        self.set_class(not self.listed, "-empty")
        if before is not None:
            self.select(before.index)
        self.post_message(self.Moved())

    def select(self, index: int) -> bool:
        """Put the cursor on the call with this number; False when it is not listed."""
        for row, call in enumerate(self.listed):
            if call.index == index:
                self.table.move_cursor(row=row)
                return True
        return False

    def move(self, step: int) -> None:
        """Put the cursor `step` calls further on."""
        if self.listed:
            row = min(max(self.table.cursor_row + step, 0), len(self.listed) - 1)
            self.table.move_cursor(row=row)

    def on_filter_bar_changed(self) -> None:
        """The filter changed."""
        self.refill()

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """The cursor moved."""
        event.stop()
        self.post_message(self.Moved())

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter was pressed on a row, or the row under the cursor was clicked."""
        event.stop()
        self.post_message(self.Opened())

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """A click on the header changes the order."""
        event.stop()
        self.query_one(FilterBar).next_order()


def _cells(call: StoredCall, palette: Palette) -> tuple[Text, ...]:
    mark = sale_mark(call)
    name = Text(one_line(call.customer))
    name.truncate(12, overflow="ellipsis")
    return (
        Text(str(call.index), palette.muted),
        Text(tier_words(call.tier)),
        name,
        Text(end_words(call.stop), palette.of_stop(call.stop)),
        Text(call.intent.value if call.intent else "·"),
        Text(f"{score_words(call.score):>5}"),
        Text(mark, palette.good if mark == "✓" else palette.warn),
    )
