"""The plots of a report, as SVG to stand inside a page: their ink is the page's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import StringIO
from typing import TYPE_CHECKING

from ai_salesman.campaigns.estimates import Rate
from ai_salesman.campaigns.report.contents import Report, Spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plots_of"]

_INK, _SOLD, _OTHERS = "#010203", "#010204", "#010205"
"""Stand-ins: the page's style decides, so that one plot fits light and dark."""
_STYLE = {_INK: "currentColor", _SOLD: "var(--sold)", _OTHERS: "var(--others)"}
_SEGMENTS = 12


def plots_of(report: Report) -> dict[str, str]:
    """Name of a plot -> SVG; without those that would be empty."""
    summary = report.summary
    segments = dict(list(summary.by_segment.items())[:_SEGMENTS])
    found = {}
    if summary.by_tier:
        whole = {"all customers": summary.conversion}
        tiers = {name.replace("_", " "): rate for name, rate in summary.by_tier.items()}
        found["tiers"] = _svg(lambda axes: _rates(axes, whole | tiers), 1 + len(tiers))
    if len(segments) > 1:
        found["segments"] = _svg(lambda axes: _rates(axes, segments), len(segments))
    if any(report.spread.sold) or any(report.spread.others):
        found["spread"] = _svg(lambda axes: _bars(axes, report.spread), 7)
    return found


def _svg(draw: Callable[[Axes], None], rows: int) -> str:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(
        {
            "svg.hashsalt": "ai-salesman",
            "svg.fonttype": "none",
            "font.family": "sans-serif",
            "font.size": 10,
            "text.color": _INK,
            "axes.edgecolor": _INK,
            "axes.labelcolor": _INK,
            "xtick.color": _INK,
            "ytick.color": _INK,
        }
    ):
        figure = Figure(figsize=(4.8, 0.85 + 0.3 * rows), layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        file = StringIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    return _inline(file.getvalue())


def _inline(svg: str) -> str:
    """Without what only a file of its own needs, and with the colours of the page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<svg [^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    for stand_in, colour in _STYLE.items():
        svg = svg.replace(stand_in, colour)
    return svg


def _rates(axes: Axes, rates: Mapping[str, Rate]) -> None:
    known = {name: rate for name, rate in rates.items() if rate.rate is not None and rate.ci95}
    for place, rate in enumerate(known.values()):
        low, high = rate.ci95 or (0.0, 1.0)
        axes.plot([low, high], [place, place], color=_SOLD, linewidth=5, alpha=0.3)
        axes.plot([rate.rate or 0.0], [place], "o", color=_SOLD, markersize=7)
    names = [f"{name}  {rate.successes}/{rate.of}" for name, rate in known.items()]
    axes.set_yticks(range(len(known)), names)
    axes.set_ylim(len(known) - 0.4, -0.6)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.grid(axis="x", color=_INK, alpha=0.15, linewidth=0.7)
    axes.set_xlabel("share that bought, with its 95 % interval")


def _bars(axes: Axes, spread: Spread) -> None:
    from matplotlib.ticker import MaxNLocator

    width = spread.edges[1] - spread.edges[0]
    middles = [edge + width / 2 for edge in spread.edges[:-1]]
    axes.bar(middles, spread.others, 0.9 * width, color=_OTHERS, label="did not buy")
    axes.bar(middles, spread.sold, 0.9 * width, bottom=spread.others, color=_SOLD, label="bought")
    axes.set_xlim(0, 10)
    axes.set_xlabel("score of a call")
    axes.set_ylabel("calls")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y", color=_INK, alpha=0.15, linewidth=0.7)
    axes.legend(frameon=False)
