"""The figures of the page, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ai_salesman.campaigns.customer_check.results import CheckResult, Curve, CustomerCheck, Figure
from ai_salesman.conversation.errors import MissingPartError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_figures"]

_SIZE = (7.2, 3.8)
_COLOURS = ("#1b4965", "#4c956c", "#a7c957", "#e09f3e", "#d1495b", "#7b2d26", "#888888", "#bbbbbb")


def draw_figures(check: CustomerCheck, folder: Path) -> dict[str, str]:
    """Write the figures into `folder`.

    Returns:
        Id of a check -> file name of its figure.

    Raises:
        MissingPartError: matplotlib is not installed.
    """
    drawn: dict[str, str] = {}
    for result in check.checks:
        if result.curves or any(figure.paired and figure.ci95 for figure in result.figures):
            drawn[result.id] = _draw(folder, check.customer, result)
    return drawn


def _draw(folder: Path, customer: str, result: CheckResult) -> str:
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure as Canvas
    except ImportError as error:
        raise MissingPartError("matplotlib draws the figures; pip install matplotlib") from error
    with mpl.rc_context({"svg.hashsalt": "ai-salesman", "font.size": 9}):
        canvas = Canvas(figsize=_SIZE, layout="constrained")
        axes = canvas.add_subplot()
        if result.id == "tiers":
            _draw_tiers(axes, result)
        elif result.curves:
            _draw_curves(axes, result.curves)
        else:
            _draw_differences(axes, [f for f in result.figures if f.paired and f.ci95])
        axes.set_title(f"{result.name} ({customer})", loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        name = f"{result.id}.svg"
        canvas.savefig(folder / name, format="svg", metadata={"Date": None})
    return name


def _draw_curves(axes: Axes, curves: Sequence[Curve]) -> None:
    for curve, colour in zip(curves, _COLOURS, strict=False):
        x = [point.x for point in curve.points]
        whole = curve is curves[0]
        axes.plot(
            x,
            [point.rate for point in curve.points],
            marker="o",
            markersize=3,
            color=colour,
            linewidth=2.2 if whole else 1.0,
            label=f"{curve.label} ({curve.points[0].of})",
        )
        if whole:
            low, high = [p.low for p in curve.points], [p.high for p in curve.points]
            axes.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.set_xscale("log")
    axes.minorticks_off()
    ticks = [point.x for point in curves[0].points]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xlabel("price, as a multiple of the list price")
    axes.set_ylabel("share that buys")
    axes.set_ylim(0, 1.02)
    axes.legend(frameon=False, fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))


def _draw_tiers(axes: Axes, result: CheckResult) -> None:
    points = result.curves[0].points
    rates = [point.rate for point in points]
    errors = [[p.rate - p.low for p in points], [p.high - p.rate for p in points]]
    places = range(len(points))
    axes.bar(places, rates, yerr=errors, color=_COLOURS[0], capsize=3, width=0.6)
    names = [f"{figure.name}\n({figure.of})" for figure in result.figures[: len(points)]]
    axes.set_xticks(list(places), names)
    axes.set_ylabel("share that buys, with 95 % interval")
    axes.set_ylim(0, 1)


def _draw_differences(axes: Axes, figures: Sequence[Figure]) -> None:
    for place, figure in enumerate(reversed(figures)):
        low, high = figure.ci95 or (0.0, 0.0)
        value = figure.value or 0.0
        axes.errorbar(
            value,
            place,
            xerr=[[value - low], [high - value]],
            fmt="o",
            color=_COLOURS[0],
            capsize=3,
        )
    axes.axvline(0, color="#888888", linewidth=0.8)
    names = [f"{figure.name}\n({figure.of} customers)" for figure in reversed(figures)]
    axes.set_yticks(range(len(figures)), names)
    axes.set_ylim(-0.6, len(figures) - 0.4)
    axes.set_xlabel("difference on the same customers, with 95 % interval")
