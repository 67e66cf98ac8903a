"""`ai-salesman rate`: a person says which of two calls is better, blind."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ai_salesman.cli.options import JsonOption, StoreOption

if TYPE_CHECKING:
    from ai_salesman.campaigns.pairing import PlayedRun
    from ai_salesman.campaigns.store import RunStore

__all__ = ["rate"]


def rate(
    runs: Annotated[
        list[str],
        typer.Argument(
            help="Two run ids, or beginnings of them, on the same customers.", metavar="RUN RUN"
        ),
    ],
    limit: Annotated[
        int | None, typer.Option(min=1, help="Pairs that every rater is asked about. [all]")
    ] = None,
    rater: Annotated[str, typer.Option(help="Your name.", envvar="USER")] = "rater",
    seed: Annotated[int, typer.Option(help="Fixes pairs, order and sides.")] = 1,
    report: Annotated[
        bool, typer.Option("--report", help="Only show what the ratings so far say.")
    ] = False,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
    json: JsonOption = False,
) -> None:
    """Rate pairs of calls without knowing who made them, and see which judges agree with you.

    Keys: 1 left is better, 2 right is better, 0 neither, g points, s skip, u back, q quit. Every
    choice is stored at once; the same command goes on with the pairs that are left. --json and
    --report show the agreement without asking.

    Examples:

      ai-salesman rate merchant_ads-1a2b merchant_ads-3c4d --limit 30 --rater ana

      ai-salesman rate merchant_ads-1a2b merchant_ads-3c4d --report
    """
    from ai_salesman.campaigns.duels import load_pair
    from ai_salesman.campaigns.rating_report import rating_report
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.conversation.errors import InputError

    if len(runs) != 2:
        raise InputError(f"rate two runs against each other; found {len(runs)}")
    if not rater.strip():
        raise InputError("a rater needs a name", source="--rater")
    opened = RunStore(store)
    a, b = load_pair(opened, *runs)
    if not (report or json):
        _rate(opened, a, b, rater.strip(), limit, seed)
    found = rating_report(opened, a, b)
    if json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        from ai_salesman.cli.rate_view import show_ratings

        show_ratings(found)


def _rate(
    store: RunStore, a: PlayedRun, b: PlayedRun, rater: str, limit: int | None, seed: int
) -> None:
    from ai_salesman.campaigns.pair_store import PairStore, RunPair
    from ai_salesman.campaigns.rating_session import blind_pairs
    from ai_salesman.conversation.errors import InputError
    from ai_salesman.tui.rate_app import RateApp

    runs, kept = RunPair(a.info.id, b.info.id), PairStore(store)
    rated = {rating.index for rating in kept.ratings(runs) if rating.rater == rater}
    pairs = blind_pairs(a, b, rater, rated=rated, limit=limit, seed=seed)
    if not pairs:
        typer.echo(f"{rater} has rated every pair.", err=True)
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InputError("rating needs a terminal; --report shows the ratings so far")
    sheet = a.info.campaign.sheet
    offer = f"{sheet.product} at {sheet.price:g} {sheet.currency} per {sheet.period}"
    RateApp(pairs, rater, offer, lambda rating: kept.keep_rating(runs, rating)).run()
