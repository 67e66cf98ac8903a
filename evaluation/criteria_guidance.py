"""Find the criteria of objection handling and operational guidance in a call.

Each function is named after its criterion in rubrics/conduct.yaml. It returns how far the
criterion is met, with the words that show it, or None when the call gave no occasion.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct
from ai_salesman.evaluation.dossier import OBJECTIONS, Dossier, Moment
from ai_salesman.evaluation.evidence import Finder, Finding, cite, found
from ai_salesman.evaluation.reader import Sentence
from ai_salesman.evaluation.refusals import is_refusal
from ai_salesman.evaluation.replies import answering_facts, likeness

__all__ = ["GUIDANCE", "OBJECTION_HANDLING"]

_A = CustomerAct
_S = SalesAct
_NEEDED = re.compile(
    r"\b(?:sign|form|email|e-mail|address|name|papers?|document|account|details|confirm|survey"
    r"|appointment|id|copy|number|order|offer in writing)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:today|tomorrow|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|morning"
    r"|afternoon|evening|noon|next week|this week|o'clock|at (?:ten|nine|two|three|four))\b",
    re.IGNORECASE,
)
_ACKNOWLEDGES = re.compile(
    r"\b(?:understand|fair|hear you|see why|see that|makes sense|you're right|right to|sensible"
    r"|i'd (?:ask|do|feel) the same|appreciate|respect|that's a (?:good|real)|agree"
    r"|no trouble|thanks for (?:saying|telling)|good (?:question|point))\b",
    re.IGNORECASE,
)
_OF_THE_SAME = 0.1
"""Cosine below which a kind word is not about what the customer said."""
_SHOWS_INTEREST = frozenset({_A.INTEREST, _A.AGREE, _A.ASK_PROCESS, _A.CALLBACK})
_YIELDS = frozenset({_A.ACKNOWLEDGE, _A.INTEREST, _A.AGREE, _A.PROVIDE_INFO})


def _each_objection(dossier: Dossier, is_met: Callable[[Moment], list[Sentence]]) -> Finding | None:
    """Share of the objections for which `is_met` finds words."""
    raised = [m for m in dossier.moments(OBJECTIONS) if m.reply is not None]
    if not raised:
        return None
    shown = [is_met(moment) for moment in raised]
    met = sum(bool(sentences) for sentences in shown)
    return Finding(met / len(raised), cite(s for sentences in shown for s in sentences[:1]))


def _reply(moment: Moment, dossier: Dossier) -> list[Sentence]:
    return [s for s in moment.reply.sentences if dossier.earns(s)] if moment.reply else []


def _acknowledged(dossier: Dossier) -> Finding | None:
    return _each_objection(dossier, lambda moment: _acknowledging(moment, dossier))


def _acknowledging(moment: Moment, dossier: Dossier) -> list[Sentence]:
    """Sentences of the reply that show that the objection was heard."""
    return [
        s
        for s in _reply(moment, dossier)
        if _ACKNOWLEDGES.search(s.text)
        or (
            s.chance(_S.EMPATHISE, _S.REFLECT) >= 0.4
            and likeness(s, moment.sentence) >= _OF_THE_SAME
        )
    ]


def _answered(dossier: Dossier) -> Finding | None:
    return _each_objection(dossier, lambda moment: _answering(moment, dossier))


def _answering(moment: Moment, dossier: Dossier) -> list[Sentence]:
    """Sentences of the reply that answer the objection."""
    if answering_facts(moment, dossier):
        return [s for s in _reply(moment, dossier) if _states_fact(s, dossier)]
    return [
        s
        for s in _reply(moment, dossier)
        if likeness(s, moment.sentence) >= 0.5 and not s.chance(_S.EMPATHISE) >= 0.5
    ]


def _is_heard(moment: Moment, dossier: Dossier) -> bool:
    """Whether the reply is about the objection: without that, nothing was checked or settled."""
    if _acknowledging(moment, dossier) or _answering(moment, dossier):
        return True
    return any(
        s.chance(_S.HANDLE_OBJECTION) >= 0.4 and likeness(s, moment.sentence) >= _OF_THE_SAME
        for s in _reply(moment, dossier)
    )


def _states_fact(sentence: Sentence, dossier: Dossier) -> bool:
    return any(c.quote == sentence.text and c.status == "supported" for c in dossier.ledger)


def _checked(dossier: Dossier) -> Finding | None:
    def is_met(moment: Moment) -> list[Sentence]:
        if not _is_heard(moment, dossier):
            return []
        return [s for s in _reply(moment, dossier) if s.asks]

    return _each_objection(dossier, is_met)


def _dropped(dossier: Dossier) -> Finding | None:
    """By the customer's words: it goes on talking and does not raise the objection again."""

    def is_met(moment: Moment) -> list[Sentence]:
        if not _is_heard(moment, dossier):
            return []
        act = CustomerAct(moment.sentence.act)
        later = dossier.customer_after(moment.turn.position)
        gone = any(s.act is act or is_refusal(s) or s.act is _A.HOSTILE for s in later)
        return list(later[:1]) if not gone else []

    return _each_objection(dossier, is_met)


def _interest_turn(dossier: Dossier) -> int | None:
    shown = dossier.moments(_SHOWS_INTEREST)
    return min((m.turn.position for m in shown), default=None)


def _guidance(dossier: Dossier) -> list[Sentence] | None:
    """The salesman's sentences after interest was shown; None when it never was."""
    start = _interest_turn(dossier)
    if start is None:
        return None
    turns = [turn for turn in dossier.read.salesman if turn.position > start]
    return [s for turn in turns for s in turn.sentences if not s.idle]


def _next_step(dossier: Dossier) -> Finding | None:
    after = _guidance(dossier)
    if after is None:
        return None
    facts = dossier.read.sheet.in_slot("process")
    stated = {c.quote for c in dossier.ledger if c.fact in facts and c.status == "supported"}
    return found(s for s in after if s.text in stated or s.chance(_S.NEXT_STEP) >= 0.4)


def _what_is_needed(dossier: Dossier) -> Finding | None:
    after = _guidance(dossier)
    return None if after is None else found(s for s in after if _NEEDED.search(s.text))


def _says_when(dossier: Dossier) -> Finding | None:
    after = _guidance(dossier)
    if after is None:
        return None
    return found(
        s
        for s in after
        if _WHEN.search(s.text) or any(f.kind == "duration" for f in find_figures(s.text))
    )


def _customer_confirms(dossier: Dossier) -> Finding | None:
    after = _guidance(dossier)
    if after is None:
        return None
    steps = {s.turn for s in after if s.chance(_S.NEXT_STEP, _S.ASK_COMMITMENT, _S.CONFIRM) >= 0.4}
    replies = (dossier.read.reply_to(t) for t in dossier.read.salesman if t.index in steps)
    yields = [s for r in replies if r is not None for s in r.sentences if s.act in _YIELDS]
    return found(s for s in yields if not is_refusal(s))


OBJECTION_HANDLING: dict[str, Finder] = {
    "acknowledged": _acknowledged,
    "answered": _answered,
    "checked": _checked,
    "dropped": _dropped,
}
GUIDANCE: dict[str, Finder] = {
    "next_step": _next_step,
    "what_is_needed": _what_is_needed,
    "says_when": _says_when,
    "customer_confirms": _customer_confirms,
}
