"""What people preferred and which judges agree, as tables."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from ai_salesman.campaigns.rating_report import RatingReport
from ai_salesman.cli.judge_view import add_row, alpha_words, plain_table, win_words
from ai_salesman.conversation.literal import one_line
from ai_salesman.evaluation.agreement import Correlation, JudgeAgreement, Share

__all__ = ["show_ratings"]


def show_ratings(report: RatingReport, console: Console | None = None) -> None:
    """Print the ratings and the agreement, or how many ratings are still missing."""
    console = console or Console()
    for line in _lines(report):
        console.print(Text(one_line(line)), highlight=False)
    if not report.enough:
        return
    table = plain_table(
        "\nagreement with people", "judge", "pairs", "alpha", "same choice", "Pearson", "Spearman"
    )
    for judge in report.judges:
        add_row(table, *_cells(judge, report.least))
    console.print(table, highlight=False)
    console.print(
        "Alpha: Krippendorff's, nominal, the judge as one more rater. Pearson and Spearman: the "
        "judge's difference of scores with people's mean choice. Intervals 95 %.",
        style="dim",
        highlight=False,
    )


def _lines(report: RatingReport) -> list[str]:
    raters = ", ".join(f"{name} {count}" for name, count in report.raters.items())
    lines = [f"{report.b} against {report.a}: {report.pairs} pairs rated ({raters or 'nobody'})"]
    if report.challenger is not None:
        lines.append(f"people: {win_words(report.challenger)}")
    if not report.enough:
        return [*lines, f"too few for a figure of agreement: {report.least} pairs are needed"]
    lines.append(f"left was chosen in {report.left_chosen} of {report.decided} choices")
    means = [(report.a, report.points["a"].mean), (report.b, report.points["b"].mean)]
    given = [f"{name} {mean:.1f}" for name, mean in means if mean is not None]
    if given:
        lines.append(f"mean points of 10: {', '.join(given)}")
    if len(report.raters) < 2:
        lines.append("one rater only: how far people agree with each other is not known")
    elif report.people.alpha is None:
        lines.append(f"raters share {report.people.pairs} pairs: too few for their agreement")
    else:
        lines.append(
            f"among raters: alpha {alpha_words(report.people.alpha)} on {report.people.pairs} pairs"
        )
    return lines


def _cells(judge: JudgeAgreement, least: int) -> list[str]:
    if judge.pairs < least:
        return [judge.judge, str(judge.pairs), "too few", "", "", ""]
    return [
        judge.judge,
        str(judge.pairs),
        alpha_words(judge.alpha),
        _share(judge.same),
        _correlation(judge.pearson),
        _correlation(judge.spearman),
    ]


def _share(share: Share | None) -> str:
    if share is None:
        return "-"
    return f"{share.share:.0%} ({share.ci95[0]:.0%}-{share.ci95[1]:.0%})"


def _correlation(found: Correlation | None) -> str:
    if found is None:
        return "-"
    return f"{found.value:.2f} ({found.ci95[0]:.2f} to {found.ci95[1]:.2f})"
