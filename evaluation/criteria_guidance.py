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
from ai_salesman.evaluation.refusals import do_not_call_turn, is_refusal
from ai_salesman.evaluation.replies import answering_facts, feels_with, meets

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
_BESIDES = 0.6
"""Worth of an answer that deals with the objection without the fact that fits it best."""
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
    return _each_objection(dossier, lambda moment: feels_with(moment, dossier))


def _answered(dossier: Dossier) -> Finding | None:
    raised = [m for m in dossier.moments(OBJECTIONS) if m.reply is not None]
    if not raised:
        return None
    shown = [meets(moment, dossier) for moment in raised]
    worth = [
        (1.0 if answering_facts(moment, dossier) else _BESIDES) if sentences else 0.0
        for moment, sentences in zip(raised, shown, strict=True)
    ]
    return Finding(sum(worth) / len(raised), cite(s for sentences in shown for s in sentences[:1]))


def _is_heard(moment: Moment, dossier: Dossier) -> bool:
    """Whether the reply is about the objection: without that, nothing was checked or settled."""
    return bool(feels_with(moment, dossier) or meets(moment, dossier))


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
    """The salesman's sentences after interest was shown; None when it never was.

    Steps named to somebody who asked not to be called any more guide nobody.
    """
    start = _interest_turn(dossier)
    if start is None:
        return None
    ban = do_not_call_turn(dossier.read)
    end = len(dossier.read.turns) if ban is None else ban.position
    turns = [turn for turn in dossier.read.salesman if start < turn.position < end]
    return [s for turn in turns for s in turn.sentences if dossier.earns(s)]


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
