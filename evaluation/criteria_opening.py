"""Find the criteria of opening and needs discovery in a call.

Each function is named after its criterion in rubrics/conduct.yaml. It returns how far the
criterion is met, with the words that show it, or None when the call gave no occasion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct
from ai_salesman.evaluation.compliance import disclosed
from ai_salesman.evaluation.dossier import OBJECTIONS, Dossier
from ai_salesman.evaluation.evidence import Finder, Finding, cite, found, missing
from ai_salesman.evaluation.reader import ReadTurn, Sentence
from ai_salesman.evaluation.replies import ALIKE, likeness

__all__ = ["DISCOVERY", "OPENING", "asked_before", "asks_leave", "is_named", "pitch_position"]

_A = CustomerAct
_S = SalesAct
_SURE = 0.3
_LEAVE = re.compile(
    r"\b(?:good (?:time|moment)|bad (?:time|moment)|(?:have|got|spare"
    r"|give me) .{0,12}(?:minute|moment"
    r"|second)s?|catch you|caught you|may i|can we talk|could you spare|is (?:now|this) okay"
    r"|mind if"
    r"|would you (?:give|like to hear)|can i (?:give|ask|tell|have)|shall i (?:go|tell|leave)"
    r"|could (?:i|we)|ok(?:ay)? to talk|interrupt)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:calling|ringing|phoning|call|ring|phone|reason|it's|it is)\b.{0,40}"
    r"\b(?:about|because|regarding|to (?:see|ask|tell|offer|talk)|for)\b",
    re.IGNORECASE,
)
_GONE = frozenset({_A.REFUSE, _A.DO_NOT_CALL, _A.HOSTILE, _A.BUSY, _A.GOODBYE})
_PITCH = (_S.EXPLAIN_BENEFIT, _S.QUOTE_PRICE, _S.OFFER_DISCOUNT)


def is_named(name: str, sentences: Iterable[Sentence]) -> list[Sentence]:
    """Sentences that hold a name."""
    pattern = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
    return [s for s in sentences if pattern.search(s.text)]


def _says_who(dossier: Dossier) -> Finding:
    return found(is_named(dossier.read.sheet.agent, dossier.opening))


def _says_company(dossier: Dossier) -> Finding:
    return found(is_named(dossier.read.sheet.company, dossier.opening))


def _says_why(dossier: Dossier) -> Finding:
    product = dossier.read.sheet.product.removeprefix("the ")
    reasons = is_named(product, dossier.opening)
    reasons += [s for s in dossier.opening if _WHY.search(s.text) or dossier.needs_in(s)]
    return found(reasons)


def _discloses(dossier: Dossier) -> Finding | None:
    made = disclosed(dossier.read)
    if not made:
        return None
    shown = [s for s in made.values() if s is not None]
    return Finding(len(shown) / len(made), cite(shown))


def asks_leave(dossier: Dossier) -> Finding:
    """Whether the salesman asks, in the opening, if it is a good moment."""
    return found(s for s in dossier.opening if s.asks and _LEAVE.search(s.text))


def _is_let_in(dossier: Dossier) -> Finding | None:
    replies = dossier.read.customer[:2]
    if not replies:
        return None
    gone = any(s.act in _GONE and s.chance(s.act) >= _SURE for t in replies for s in t.sentences)
    stays = [s for s in replies[0].sentences if not gone]
    return found(stays) if len(dossier.read.salesman) > 1 else missing()


def pitch_position(dossier: Dossier) -> int:
    """Place of the first pitch; the opening turn may name a benefit, and an answer to a doubt is
    no pitch."""
    answers = {m.reply.position for m in dossier.moments(OBJECTIONS) if m.reply}
    for turn in dossier.read.salesman[1:]:
        if turn.position in answers:
            continue
        pitched = any(s.chance(*_PITCH) >= 0.5 for s in turn.sentences)
        if pitched or dossier.facts_in(turn):
            return turn.position
    return len(dossier.read.turns)


def asked_before(place: int, dossier: Dossier) -> list[Sentence]:
    """Open questions that the salesman asked up to a place, leave to talk not counted."""
    return [
        s
        for turn in dossier.read.salesman
        if turn.position <= place
        for s in turn.sentences
        if s.asks and not s.idle and s.chance(_S.ASK_OPEN, _S.ASK_CLOSED) >= _SURE
        if not _LEAVE.search(s.text) and s not in dossier.repeats
        if s.chance(_S.ASK_OPEN) >= 0.2
    ]


def _asks_first(dossier: Dossier) -> Finding:
    return found(asked_before(pitch_position(dossier), dossier), enough=2)


def _follows_up(dossier: Dossier) -> Finding | None:
    told = {s.turn for s in dossier.information}
    shown: list[Sentence] = []
    for turn in dossier.read.customer:
        reply = dossier.read.reply_to(turn)
        if turn.index in told and reply is not None:
            fresh = (s for s in reply.sentences if dossier.earns(s))
            shown += [s for s in fresh if _picks_up(s, turn)][:1]
    return found(shown, enough=2) if told else missing()


def _picks_up(sentence: Sentence, turn: ReadTurn) -> bool:
    alike = any(
        likeness(sentence, theirs) >= ALIKE or sentence.words & theirs.words
        for theirs in turn.sentences
    )
    return (sentence.asks and alike) or (alike and sentence.chance(_S.REFLECT) >= _SURE)


def _needs_voiced(dossier: Dossier) -> Finding:
    after_question = [s for s in dossier.information if s in dossier.customer_after(1)]
    return found(after_question or dossier.information, enough=2)


OPENING: dict[str, Finder] = {
    "says_who": _says_who,
    "says_company": _says_company,
    "says_why": _says_why,
    "discloses": _discloses,
    "asks_leave": asks_leave,
    "is_let_in": _is_let_in,
}
DISCOVERY: dict[str, Finder] = {
    "asks_first": _asks_first,
    "follows_up": _follows_up,
    "needs_voiced": _needs_voiced,
}
