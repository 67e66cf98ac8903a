"""Names and values under each other."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text

from ai_salesman.conversation.literal import visible
from ai_salesman.tui.palette import Palette

__all__ = ["field_table", "literal"]


def literal(text: str, style: str = "") -> Text:
    """Words from a run as Rich text: no markup is obeyed, controls are made visible."""
    return Text(visible(text), style)


def field_table(rows: Mapping[str, Text], palette: Palette) -> Table:
    """Two columns, name and value; rows without a value are left out."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=8, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for name, value in rows.items():
        if value:
            table.add_row(Text(name, palette.muted), value)
    return table
