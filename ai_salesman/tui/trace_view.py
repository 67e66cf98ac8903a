"""The hidden side of a customer turn: its state after the turn, and what moved it."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ai_salesman.conversation.turn import CustomerTrace
from ai_salesman.tui.fields import field_table, literal
from ai_salesman.tui.formatting import bar, name_of
from ai_salesman.tui.palette import Palette

__all__ = ["describe_trace"]

_LEVELS = ("interest", "trust", "patience", "understanding")


def describe_trace(
    trace: CustomerTrace, before: CustomerTrace | None, palette: Palette
) -> RenderableType:
    """The state as bars, each with its change since the customer's turn `before`."""
    return Group(_levels(trace, before, palette), _rest(trace, before, palette))


def _levels(trace: CustomerTrace, before: CustomerTrace | None, palette: Palette) -> Table:
    table = Table.grid(padding=(0, 1))
    for name in _LEVELS:
        level = float(getattr(trace, name))
        filled, track = bar(level)
        change = 0.0 if before is None else level - float(getattr(before, name))
        table.add_row(
            Text(name, palette.muted),
            Text.assemble((filled, palette.accent), (track, palette.muted)),
            Text(f"{level:.2f}"),
            _change(change, palette),
        )
    return table


def _rest(trace: CustomerTrace, before: CustomerTrace | None, palette: Palette) -> Table:
    utility = Text(f"{trace.utility:+.2f} ")
    if before is not None:
        utility += _change(trace.utility - before.utility, palette)
    rows = {
        "utility": utility,
        "act": Text(name_of(trace.act), "bold"),
        "doubts": Text(", ".join(map(name_of, trace.open_objections)), palette.warn),
        "heard": literal(", ".join(trace.heard)),
        "events": literal("\n".join(trace.events)),
    }
    return field_table(rows, palette)


def _change(change: float, palette: Palette) -> Text:
    if abs(change) < 0.005:
        return Text()
    return Text(f"{change:+.2f}", palette.good if change > 0 else palette.bad)
