"""The line above everything: which run this is and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist, fmean

from textual.content import Content
from textual.widgets import Static

from ai_salesman.campaigns.store import RunInfo
from ai_salesman.campaigns.stored_call import StoredCall
from ai_salesman.conversation.literal import one_line
from ai_salesman.tui.palette import MUTED

__all__ = ["Headline", "headline", "share_words"]


class Headline(Static):
    """Run, number of calls, conversion with its interval, honest conversion, mean score."""

    def show(self, info: RunInfo, calls: Sequence[StoredCall]) -> None:
        """Show the figures of these calls."""
        self.update(headline(info, calls))


def headline(info: RunInfo, calls: Sequence[StoredCall]) -> Content:
    """The line itself. Calls that failed for technical reasons are in no figure."""
    played = [call for call in calls if not call.failed]
    parts: list[str | tuple[str, str]] = [(one_line(info.id), "bold $text-primary")]
    parts += [_gap("calls"), (f"{len(calls)}/{info.campaign.episodes}", "bold")]
    if played:
        sales = share_words(sum(call.converted for call in played), len(played))
        honest = sum(bool(call.honest) for call in played) / len(played)
        parts += [_gap("sold"), (sales, "bold $text-success")]
        parts += [_gap("honest"), (f"{honest:.0%}", "bold")]
    scores = [call.score for call in played if call.score is not None]
    if scores:
        parts += [_gap("score"), (f"{fmean(scores):.1f}", "bold")]
    parts.append((f"   {one_line(info.campaign.title or info.campaign.name)}", MUTED))
    return Content.assemble(*parts)


def share_words(hits: int, count: int) -> str:
    """A share with its 95 % Wilson interval: '42% (25-61%)'. `count` is above 0."""
    z = NormalDist().inv_cdf(0.975)
    share = hits / count
    centre = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    low, high = max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
    return f"{share:.0%} ({low:.0%}-{high:.0%})"


def _gap(label: str) -> tuple[str, str]:
    return f"   {label} ", MUTED
