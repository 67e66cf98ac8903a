"""What a report says: the summary, and what a page has room for beyond it.

The calls are read one by one; of most only their figures are kept, so that a run of any length is
reported in the same memory. The words of a dozen calls are read again at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.call_figures import CallFigures, figures_of
from ai_salesman.campaigns.estimates import Part
from ai_salesman.campaigns.in_words import Remark, in_words
from ai_salesman.campaigns.report.choice import ChosenCall, choose
from ai_salesman.campaigns.report.grids import Grid, by_tier, together
from ai_salesman.campaigns.report.ledger import Ledger, LedgerBook
from ai_salesman.campaigns.store import RunInfo, RunStore
from ai_salesman.campaigns.summary import RunSummary, summary_of
from ai_salesman.conversation.episode import Episode

__all__ = ["Report", "Spread", "report_of", "spread_of"]


class Spread(Part):
    """How the scores of calls lie, in steps of half a point: calls that sold, and others."""

    edges: tuple[float, ...]
    """One more than there are steps."""
    sold: tuple[int, ...]
    others: tuple[int, ...]


class Report(BaseModel):
    """Everything on the page but the words of its calls."""

    model_config = ConfigDict(frozen=True)

    title: str
    started: str
    """Day on which the run began."""
    versions: dict[str, str]
    remarks: tuple[Remark, ...]
    summary: RunSummary
    spread: Spread
    ledger: Ledger
    by_tier: Grid
    together: Grid | None
    """None where too few calls were judged."""
    calls: tuple[ChosenCall, ...]


def report_of(store: RunStore, run: str) -> Report:
    """The report of a stored run.

    Args:
        store: where it is.
        run: its whole id.

    Raises:
        UnknownNameError: there is no such run.
    """
    info = store.info(run)
    book = LedgerBook()
    figures = list(_read(store.episodes(run), info, book))
    summary = summary_of(info, figures)
    played = [call for call in figures if not call.failed]
    return Report(
        title=info.campaign.title or info.campaign.name,
        started=f"{info.started:%Y-%m-%d}",
        versions=info.versions,
        remarks=tuple(in_words(summary)),
        summary=summary,
        spread=spread_of(played),
        ledger=book.ledger(),
        by_tier=by_tier(played),
        together=together(played),
        calls=choose(played),
    )


def _read(episodes: Iterator[Episode], info: RunInfo, book: LedgerBook) -> Iterator[CallFigures]:
    for episode in episodes:
        book.enter(episode)
        yield figures_of(episode, info.campaign.sheet)


def spread_of(calls: Sequence[CallFigures], steps: int = 20) -> Spread:
    """Count the scores of calls, from 0 to 10."""
    sold, others = [0] * steps, [0] * steps
    for call in calls:
        if call.score is not None:
            place = min(steps - 1, int(call.score * steps / 10))
            (sold if call.converted else others)[place] += 1
    edges = tuple(10 * step / steps for step in range(steps + 1))
    return Spread(edges=edges, sold=tuple(sold), others=tuple(others))
