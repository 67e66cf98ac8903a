"""`ai-salesman compare`: which of these runs sold better, and is it luck?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ai_salesman.cli.options import JsonOption, StoreOption

__all__ = ["compare"]


class ComparedBy(StrEnum):
    """What the conclusion is about."""

    CONVERSION = "conversion"
    """Calls that sold."""
    HONEST = "honest"
    """Calls that sold without a false claim."""
    SCORE = "score"
    """The judges' score."""


def compare(
    runs: Annotated[
        list[str],
        typer.Argument(
            help="Two or more run ids, or beginnings of them; the first is the baseline.",
            metavar="RUN RUN...",
        ),
    ],
    metric: Annotated[
        ComparedBy, typer.Option(help="What the conclusion, tiers and segments are about.")
    ] = ComparedBy.CONVERSION,
    view: Annotated[
        bool, typer.Option("--view", help="Read the calls that differ, side by side.")
    ] = False,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
    json: JsonOption = False,
) -> None:
    """Compare runs: differences with intervals, tests, and the calls that came out differently.

    Runs with the same campaign customers and the same seed are compared customer by customer.

    Examples:

      ai-salesman compare merchant_ads-1a2b merchant_ads-3c4d

      ai-salesman compare merchant_ads-1a2b merchant_ads-3c4d --metric score --view
    """
    from rich.console import Console

    from ai_salesman.campaigns.comparison import compare_runs
    from ai_salesman.campaigns.pairing import load_runs
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.conversation.errors import InputError

    if view and json:
        raise InputError("--view and --json exclude each other; give one of them")
    with Console(stderr=True).status("comparing"):
        loaded = load_runs(RunStore(store), runs, words=view)
        comparison = compare_runs(loaded, metric.value)
    if json:
        typer.echo(comparison.model_dump_json(indent=2))
    else:
        from ai_salesman.cli.compare_view import show_comparison

        show_comparison(comparison)
    if view:
        from ai_salesman.tui.side_by_side import facing_calls, view_side_by_side

        view_side_by_side(facing_calls(loaded))
