"""Who pays for what: the tokens that a part of a call spent, however deep inside it.

The account travels in a context variable, so parts need not hand their use up:

    with account() as spent:
        outline = await planner.plan(view)
    spent.total                               # what the planner's model used
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ai_salesman.conversation.turn import TokenUse

__all__ = ["Account", "account", "note_use"]


class Account:
    """Adds up use."""

    def __init__(self) -> None:
        self.total = TokenUse()

    def add(self, use: TokenUse) -> None:
        """One more reply."""
        self.total += use


_open: ContextVar[Account | None] = ContextVar("account", default=None)


@contextmanager
def account() -> Iterator[Account]:
    """An account of all that models use in the body, tasks started in it included.

    Of accounts within each other only the innermost counts.
    """
    opened = Account()
    token = _open.set(opened)
    try:
        yield opened
    finally:
        _open.reset(token)


def note_use(use: TokenUse) -> None:
    """Put `use` on the account that is open, if any."""
    opened = _open.get()
    if opened is not None:
        opened.add(use)
