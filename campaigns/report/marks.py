"""A call as the page prints it: turns, with the places marked that judges cite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ai_salesman.campaigns.report.choice import ChosenCall
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.literal import visible
from ai_salesman.conversation.turn import CustomerTrace, Turn
from ai_salesman.conversation.verdict import Evidence, Verdict

__all__ = ["Mark", "Piece", "PrintedCall", "PrintedTurn", "printed"]


@dataclass(frozen=True)
class Mark:
    """One finding about one turn."""

    quote: str
    label: str
    """'claims: contradicted', 'opening 8.0'."""
    bad: bool
    note: str = ""


@dataclass(frozen=True)
class Piece:
    """A stretch of a turn's words, with the findings that cite it."""

    text: str
    marks: tuple[Mark, ...] = ()

    @property
    def bad(self) -> bool:
        """Whether a finding against the salesman cites it."""
        return any(mark.bad for mark in self.marks)


@dataclass(frozen=True)
class PrintedTurn:
    """One turn: its words in pieces, its findings, and what lay behind it."""

    index: int
    speaker: str
    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...]
    plan: str
    """Stage and strategy of a salesman's turn."""
    guarded: str
    """What the claims guard did to the draft."""
    trace: CustomerTrace | None


@dataclass(frozen=True)
class PrintedCall:
    """One call and why it is printed."""

    chosen: ChosenCall
    episode: Episode
    turns: tuple[PrintedTurn, ...]


def printed(episode: Episode, chosen: ChosenCall) -> PrintedCall:
    """The call with its marks."""
    marks: dict[int, list[Mark]] = {}
    for verdict in episode.verdicts:
        if isinstance(verdict, Verdict):
            for turn, mark in _marks(verdict):
                marks.setdefault(turn, []).append(mark)
    turns = tuple(_turn(turn, marks.get(turn.index, [])) for turn in episode.turns)
    return PrintedCall(chosen, episode, turns)


def _marks(verdict: Verdict) -> Iterator[tuple[int, Mark]]:
    if verdict.intent is not None:
        yield from _cited(verdict.intent_evidence, f"buying intent {verdict.intent}", bad=False)
    for name, cell in (*verdict.capabilities.items(), *verdict.metrics.items()):
        if cell.score is not None:
            label = f"{name.value.replace('_', ' ')} {cell.score:.1f}"
            yield from _cited(cell.evidence, label, bad=cell.score < 4)
    for claim in verdict.claims or ():
        bad = claim.status != "supported"
        if bad:
            yield claim.turn, Mark(claim.quote, f"claim {claim.status}", bad, claim.note)
    for issue in verdict.compliance or ():
        yield issue.turn, Mark(issue.quote, issue.rule.replace("_", " "), bad=True)


def _cited(evidence: Sequence[Evidence], label: str, *, bad: bool) -> Iterator[tuple[int, Mark]]:
    for place in evidence:
        yield place.turn, Mark(place.quote, label, bad, place.note)


def _turn(turn: Turn, marks: Sequence[Mark]) -> PrintedTurn:
    outline, guard = turn.outline, turn.guard
    plan = (
        " · ".join(
            part.value.replace("_", " ")
            for part in (outline.stage, outline.strategy)
            if part is not None
        )
        if outline
        else ""
    )
    guarded = ""
    if guard is not None and (guard.rewrites or guard.fell_back):
        guarded = "replaced by a script" if guard.fell_back else f"rewritten {guard.rewrites} x"
    return PrintedTurn(
        index=turn.index,
        speaker=turn.speaker.value,
        pieces=tuple(_pieces(turn.text, marks)),
        marks=tuple(marks),
        plan=plan,
        guarded=guarded,
        trace=turn.trace,
    )


def _pieces(text: str, marks: Sequence[Mark]) -> Iterator[Piece]:
    """Cut the words where a citation begins or ends; a quote that is not found marks nothing."""
    spans = []
    for mark in marks:
        start = text.casefold().find(mark.quote.casefold()) if mark.quote.strip() else -1
        if start >= 0:
            spans.append((start, start + len(mark.quote), mark))
    cuts = sorted({0, len(text), *(cut for start, end, _ in spans for cut in (start, end))})
    for start, end in pairwise(cuts):
        over = tuple(mark for first, last, mark in spans if first <= start and end <= last)
        yield Piece(visible(text[start:end]), over)
