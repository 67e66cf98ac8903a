"""The keys of the reader, in the order of the footer."""

from __future__ import annotations

from textual.binding import Binding, BindingType

__all__ = ["KEYS"]

_CALL = Binding.Group("call", compact=True)
_TURN = Binding.Group("turn", compact=True)

KEYS: list[BindingType] = [
    Binding("n", "call(1)", "next call", group=_CALL),
    Binding("p", "call(-1)", "previous call", group=_CALL),
    Binding("j", "turn(1)", "next turn", group=_TURN),
    Binding("k", "turn(-1)", "previous turn", group=_TURN),
    Binding("slash", "search", "search", key_display="/"),
    Binding("f", "filter", "filter"),
    Binding("s", "sort", "order"),
    Binding("o", "outline", "outline"),
    Binding("v", "verdicts", "verdicts"),
    Binding("question_mark", "help", "help", key_display="?"),
    Binding("q", "quit", "quit"),
    Binding("x", "clear_filter", show=False),
    Binding("r", "reload", show=False),
    Binding("t", "light_or_dark", show=False),
    Binding("escape", "leave", show=False),
]
