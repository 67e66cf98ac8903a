"""The report as one HTML file that needs nothing else: no network, no script, no font."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ai_salesman.campaigns.estimates import Estimate, Rate, Ratio
from ai_salesman.campaigns.in_words import OUTCOME_WORDS, RULE_WORDS
from ai_salesman.campaigns.report.contents import Report
from ai_salesman.campaigns.report.marks import printed
from ai_salesman.campaigns.report.plots import plots_of
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.literal import visible

__all__ = ["render", "write_page"]


_TO = "\N{EN DASH}"
_NONE = "\N{EN DASH}"


def write_page(report: Report, store: RunStore, file: Path) -> None:
    """Write the report's page.

    Args:
        report: of a run in `store`.
        store: holds the words of the calls that the page prints.
        file: is made anew.

    Raises:
        InputError: it cannot be written.
    """
    try:
        file.write_text(render(report, store), encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=file) from error


def render(report: Report, store: RunStore) -> str:
    """The page as text."""
    run = report.summary.run
    calls = [printed(store.episode(run, chosen.index), chosen) for chosen in report.calls]
    # The plots are our own drawings; their labels are escaped by matplotlib.
    plots = {name: Markup(svg) for name, svg in plots_of(report).items()}
    return (
        _environment()
        .get_template("page.html.j2")
        .render(report=report, summary=report.summary, calls=calls, plots=plots)
    )


def _environment() -> Environment:
    folder = Path(str(resources.files("ai_salesman.campaigns"))) / "report"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "rate": _rate,
        "mean": _mean,
        "ratio": _ratio,
        "words": lambda name: str(name).replace("_", " "),
        "money": lambda value: f"{value:,.0f}",
        "visible": visible,
    }
    environment.globals |= {
        "outcome_words": OUTCOME_WORDS,
        "rule_words": RULE_WORDS,
        "style": Markup((folder / "style.css").read_text(encoding="utf-8")),
    }
    return environment


def _rate(rate: Rate) -> str:
    if rate.rate is None or rate.ci95 is None:
        return _NONE
    return f"{rate.rate:.0%} ({rate.ci95[0]:.0%}{_TO}{rate.ci95[1]:.0%})"


def _mean(estimate: Estimate, digits: int = 2) -> str:
    if estimate.mean is None or estimate.ci95 is None:
        return _NONE
    low, high = estimate.ci95
    return f"{estimate.mean:,.{digits}f} ({low:,.{digits}f}{_TO}{high:,.{digits}f})"


def _ratio(ratio: Ratio, digits: int = 1) -> str:
    if ratio.ratio is None or ratio.ci95 is None:
        return _NONE
    low, high = ratio.ci95
    top = "?" if high is None else f"{high:,.{digits}f}"
    return f"{ratio.ratio:,.{digits}f} ({low:,.{digits}f}{_TO}{top})"
