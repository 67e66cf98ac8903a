"""`ai-salesman view`: read a run in the terminal."""

from __future__ import annotations

from ai_salesman.cli.options import RunArgument, StoreOption

__all__ = ["view"]


def view(run: RunArgument = "last", store: StoreOption = "sqlite:///runs/ai-salesman.db") -> None:
    """Read the calls of a run: transcripts, outlines, customer state, verdicts.

    Example:

      ai-salesman view last
    """
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.tui.app import view as open_view

    opened = RunStore(store)
    open_view(opened, opened.info(run).id)
