"""The findings of the judges on a call, as lines to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from textual.content import Content

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.verdict import (
    Claim,
    ComplianceIssue,
    Evidence,
    JudgeFailure,
    JudgeResult,
    ScoreCell,
    Verdict,
)
from ai_salesman.tui.formatting import bar, name_of, score_words
from ai_salesman.tui.literal import one_line

__all__ = ["VerdictLine", "verdict_lines"]

_STATUS = {
    "supported": ("✓", "$text-success"),
    "unsupported": ("?", "$text-warning"),
    "contradicted": ("✗", "$text-error"),
    "forbidden": ("✗", "bold $text-error"),
}


@dataclass(frozen=True)
class VerdictLine:
    """One line. With a `turn` it can be chosen, and leads there."""

    content: Content
    turn: int | None = None
    quote: str = ""


def verdict_lines(episode: Episode) -> list[VerdictLine]:
    """All findings, judge by judge."""
    if not episode.verdicts:
        return [VerdictLine(Content.styled("No judge has heard this call.", "$text-muted"))]
    return [line for result in episode.verdicts for line in _judge(result)]


def _judge(result: JudgeResult) -> Iterator[VerdictLine]:
    title = (one_line(f"{result.judge} {result.version}"), "bold $text-primary")
    if isinstance(result, JudgeFailure):
        yield VerdictLine(
            Content.assemble(
                title, (f"  no verdict, {result.cause}: {one_line(result.error)}", "$text-error")
            )
        )
        return
    yield VerdictLine(Content.assemble(title))
    yield from _findings(result)


def _findings(verdict: Verdict) -> Iterator[VerdictLine]:
    if verdict.intent is not None:
        yield VerdictLine(Content.assemble("  intent ", (verdict.intent.value, "bold")))
        yield from map(_evidence, verdict.intent_evidence)
    yield from _cells(verdict.capabilities)
    yield from _cells(verdict.metrics)
    if verdict.claims is not None:
        yield from _claims(verdict.claims)
    if verdict.compliance is not None:
        yield from _compliance(verdict.compliance)


def _cells(cells: Mapping[StrEnum, ScoreCell]) -> Iterator[VerdictLine]:
    for name, cell in cells.items():
        filled, track = bar((cell.score or 0.0) / 10, 8)
        score = "no occasion" if cell.score is None else f"{score_words(cell.score):>4}"
        parts: list[str | tuple[str, str]] = [f"  {name_of(name):<21}"]
        if cell.score is not None:
            parts += [(filled, _shade(cell.score)), (track, "$text-disabled")]
        parts.append((f" {score}", "bold" if cell.score is not None else "$text-muted"))
        if cell.reason:
            parts.append((f"\n    {one_line(cell.reason)}", "$text-muted"))
        yield VerdictLine(Content.assemble(*parts))
        yield from map(_evidence, cell.evidence)


def _shade(score: float) -> str:
    if score >= 7:
        return "$text-success"
    return "$text-warning" if score >= 4 else "$text-error"


def _claims(claims: Iterable[Claim]) -> Iterator[VerdictLine]:
    claims = list(claims)
    yield VerdictLine(Content(f"  claims {len(claims) or 'none'}"))
    for claim in claims:
        sign, style = _STATUS[claim.status]
        fact = f", fact {claim.fact}" if claim.fact else ""
        note = f": {claim.note}" if claim.note else ""
        yield _place(
            claim.turn,
            claim.quote,
            (f"{sign} {claim.status}", style),
            (one_line(f" {claim.kind}{fact}{note}"), "$text-muted"),
        )


def _compliance(issues: Iterable[ComplianceIssue]) -> Iterator[VerdictLine]:
    issues = list(issues)
    style = "$text-error" if issues else "$text-success"
    yield VerdictLine(Content.assemble("  rules ", (_kept(len(issues)), style)))
    for issue in issues:
        yield _place(issue.turn, issue.quote, (issue.rule.replace("_", " "), "$text-error"))


def _kept(breaches: int) -> str:
    if not breaches:
        return "kept"
    return "1 breach" if breaches == 1 else f"{breaches} breaches"


def _evidence(evidence: Evidence) -> VerdictLine:
    return _place(evidence.turn, evidence.quote, (one_line(evidence.note), "$text-muted"))


def _place(turn: int, quote: str, *words: tuple[str, str]) -> VerdictLine:
    parts: list[str | tuple[str, str]] = [("  → ", "$text-muted"), (f"{turn} ", "bold")]
    if quote:
        parts.append((f"“{one_line(quote)}” ", "italic"))
    return VerdictLine(Content.assemble(*parts, *words), turn, quote)
