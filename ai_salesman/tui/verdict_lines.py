"""The findings of the judges on a call, as lines to choose from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from textual.content import Content

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.literal import one_line
from ai_salesman.conversation.taxonomy import Capability, Metric
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
from ai_salesman.tui.palette import FAINT, MUTED

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
    indent: int = 0
    """Columns by which all of it stands in."""
    turn: int | None = None
    quote: str = ""


def verdict_lines(episode: Episode) -> list[VerdictLine]:
    """All findings, judge by judge."""
    if not episode.verdicts:
        return [VerdictLine(Content.styled("No judge has heard this call.", MUTED))]
    return [line for result in episode.verdicts for line in _judge(result)]


def _judge(result: JudgeResult) -> Iterator[VerdictLine]:
    title = Content.assemble(
        (one_line(result.judge), "bold $text-primary"), (one_line(f"  v{result.version}"), MUTED)
    )
    if isinstance(result, JudgeFailure):
        failure = f"no verdict, {result.cause}: {one_line(result.error)}"
        yield VerdictLine(title)
        yield VerdictLine(Content.styled(failure, "$text-error"), indent=2)
        return
    yield VerdictLine(title)
    yield from _findings(result)


def _findings(verdict: Verdict) -> Iterator[VerdictLine]:
    if verdict.intent is not None:
        intent = Content.assemble("intent ", (verdict.intent.value, "bold"))
        yield VerdictLine(intent, indent=2)
        yield from map(_evidence, verdict.intent_evidence)
    yield from _cells(verdict.capabilities)
    yield from _cells(verdict.metrics)
    if verdict.claims is not None:
        yield from _claims(verdict.claims)
    if verdict.compliance is not None:
        yield from _compliance(verdict.compliance)


def _cells(
    cells: Mapping[Capability, ScoreCell] | Mapping[Metric, ScoreCell],
) -> Iterator[VerdictLine]:
    for name, cell in cells.items():
        label = f"{name_of(name):<21}"
        if cell.score is None:
            content = Content.assemble(label, ("no occasion", MUTED))
        else:
            filled, track = bar(cell.score / 10, 8)
            score = (f" {score_words(cell.score):>4}", "bold")
            content = Content.assemble(label, (filled, _shade(cell.score)), (track, FAINT), score)
        yield VerdictLine(content, indent=2)
        if cell.reason:
            yield VerdictLine(Content.styled(one_line(cell.reason), MUTED), indent=4)
        yield from map(_evidence, cell.evidence)


def _shade(score: float) -> str:
    if score >= 7:
        return "$text-success"
    return "$text-warning" if score >= 4 else "$text-error"


def _claims(claims: Sequence[Claim]) -> Iterator[VerdictLine]:
    yield VerdictLine(Content.assemble("claims ", (str(len(claims) or "none"), "bold")), indent=2)
    for claim in claims:
        sign, style = _STATUS[claim.status]
        fact = f", fact {claim.fact}" if claim.fact else ""
        note = f": {claim.note}" if claim.note else ""
        yield _place(
            claim.turn,
            claim.quote,
            before=(f"{sign} {claim.status} ", style),
            after=f"{claim.kind}{fact}{note}",
        )


def _compliance(issues: Sequence[ComplianceIssue]) -> Iterator[VerdictLine]:
    style = "bold $text-error" if issues else "bold $text-success"
    yield VerdictLine(Content.assemble("rules ", (_kept(len(issues)), style)), indent=2)
    for issue in issues:
        yield _place(
            issue.turn, issue.quote, before=(f"{issue.rule.replace('_', ' ')} ", "$text-error")
        )


def _kept(breaches: int) -> str:
    if not breaches:
        return "kept"
    return "1 breach" if breaches == 1 else f"{breaches} breaches"


def _evidence(evidence: Evidence) -> VerdictLine:
    return _place(evidence.turn, evidence.quote, after=evidence.note)


def _place(
    turn: int, quote: str, before: tuple[str, str] = ("", ""), after: str = ""
) -> VerdictLine:
    quoted = (f"“{one_line(quote)}” " if quote else "", "italic")
    content = Content.assemble(
        ("→ ", MUTED), (f"{turn} ", "bold"), before, quoted, (one_line(after), MUTED)
    )
    return VerdictLine(content.rstrip(), indent=4, turn=turn, quote=quote)
