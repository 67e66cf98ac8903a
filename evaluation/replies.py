"""Whether a salesman's turn takes up what the customer said."""

from __future__ import annotations

import re

from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct
from ai_salesman.evaluation.claim_features import nearest_fact
from ai_salesman.evaluation.dossier import OBJECTIONS, Dossier, Moment
from ai_salesman.evaluation.reader import Piece, ReadTurn, Sentence

__all__ = [
    "ALIKE",
    "answering_facts",
    "feels_with",
    "is_off_topic",
    "is_taken_up",
    "likeness",
    "meets",
]

_A = CustomerAct
_S = SalesAct

ALIKE = 0.42
"""Cosine from which two sentences are about the same thing."""
_NEAR = 0.25
"""Cosine below which a sentence that sounds like an answer is an answer to something else."""
_SURE = 0.45
_DEALS_WITH = 0.15
"""Chance of an answer to a doubt from which a reply deals with the one that was raised."""
_FEELS = 0.3
_OF_THE_SAME = 0.1
"""Cosine below which a kind word is not about what the customer said."""
_ACKNOWLEDGES = re.compile(
    r"\b(?:understand|fair|hear you|see why|see that|makes sense|you're right|right to|sensible"
    r"|i'd (?:ask|do|feel) the same|appreciate|respect|that's a (?:good|real|clear)|agree"
    r"|no trouble|thanks for (?:saying|telling)|good (?:question|point))\b",
    re.IGNORECASE,
)
_HEARD_OUT = (_S.EMPATHISE, _S.REFLECT, _S.HANDLE_OBJECTION)
_LEAVE = (_S.THANK, _S.END, _S.EMPATHISE, _S.CONFIRM)
_ANYWHERE = (
    *_HEARD_OUT,
    _S.GREET,
    _S.INTRODUCE,
    _S.DISCLOSE,
    _S.QUOTE_PRICE,
    _S.OFFER_DISCOUNT,
    _S.ASK_COMMITMENT,
    _S.NEXT_STEP,
    _S.CONFIRM,
    _S.THANK,
    _S.END,
)
"""Acts that need no subject in common with what was said before."""
_FITTING: dict[CustomerAct, tuple[SalesAct, ...]] = {
    _A.ASK_PRICE: (_S.QUOTE_PRICE, _S.OFFER_DISCOUNT),
    _A.ASK_DETAIL: (_S.EXPLAIN_BENEFIT, _S.STATE_FACT, _S.SOCIAL_PROOF, _S.INTRODUCE),
    _A.ASK_PROCESS: (_S.NEXT_STEP, _S.STATE_FACT),
    _A.HESITATE: (*_HEARD_OUT, _S.ASK_OPEN),
    _A.OBJECTION_PRICE: (*_HEARD_OUT, _S.OFFER_DISCOUNT),
    _A.REFUSE: _LEAVE,
    _A.DO_NOT_CALL: _LEAVE,
    _A.HOSTILE: _LEAVE,
    _A.GOODBYE: _LEAVE,
    _A.BUSY: (*_LEAVE, _S.NEXT_STEP, _S.ASK_CLOSED),
    _A.CALLBACK: (*_LEAVE, _S.NEXT_STEP, _S.ASK_CLOSED),
    _A.AGREE: (*_LEAVE, _S.NEXT_STEP),
}
_FITTING |= {act: _HEARD_OUT for act in OBJECTIONS if act not in _FITTING}
_ANSWERING_SLOTS = {
    _A.ASK_PRICE: {"price", "discount"},
    _A.ASK_PROCESS: {"process", "setup", "eligibility", "term"},
}


def likeness(first: Piece, second: Piece) -> float:
    """Cosine of two sentences."""
    return float(first.vector @ second.vector)


def answering_facts(moment: Moment, dossier: Dossier) -> set[str]:
    """Facts of the reply that answer the customer's question or objection."""
    if moment.reply is None:
        return set()
    act = CustomerAct(moment.sentence.act)
    stated = dossier.facts_in(moment.reply)
    if act is _A.ASK_DETAIL:
        return stated
    facts = dossier.read.sheet.facts
    slots = _ANSWERING_SLOTS.get(act, set())
    return {
        name
        for name in stated
        if (name not in facts and act in (_A.OBJECTION_PRICE, _A.ASK_PRICE))
        or (name in facts and (act in facts[name].answers or facts[name].slot in slots))
    }


def meets(moment: Moment, dossier: Dossier) -> list[Sentence]:
    """The sentences of the reply that deal with an objection, by fact, by act or by subject."""
    if moment.reply is None:
        return []
    return [
        s
        for s in moment.reply.sentences
        if dossier.earns(s) and (dossier.states_fact(s) or _deals_with(s, moment))
    ]


def _deals_with(sentence: Sentence, moment: Moment) -> bool:
    """By act or by subject; a fact that was told may be about anything."""
    if sentence.chance(_S.HANDLE_OBJECTION, _S.OFFER_DISCOUNT) >= _DEALS_WITH:
        return True
    return likeness(sentence, moment.sentence) >= ALIKE


def feels_with(moment: Moment, dossier: Dossier) -> list[Sentence]:
    """The sentences of the reply that show that the objection was heard."""
    if moment.reply is None:
        return []
    return [
        s
        for s in moment.reply.sentences
        if dossier.earns(s)
        and (
            _ACKNOWLEDGES.search(s.text)
            or (
                s.chance(_S.EMPATHISE, _S.REFLECT) >= _FEELS
                and likeness(s, moment.sentence) >= _OF_THE_SAME
            )
        )
    ]


def is_taken_up(moment: Moment, dossier: Dossier) -> bool:
    """Whether the next turn answers the customer's sentence, in fact, in act or in subject."""
    if moment.reply is None or answering_facts(moment, dossier):
        return True
    if moment.sentence.act in OBJECTIONS and (
        feels_with(moment, dossier) or any(_deals_with(s, moment) for s in meets(moment, dossier))
    ):
        return True
    fitting = _FITTING.get(CustomerAct(moment.sentence.act), ())
    spoken = [s for s in moment.reply.sentences if not s.idle]
    if any(likeness(s, moment.sentence) >= ALIKE for s in spoken):
        return True
    return any(
        s.chance(*fitting) >= _SURE
        and (s.act is not _S.HANDLE_OBJECTION or likeness(s, moment.sentence) >= _NEAR)
        for s in spoken
    )


def _takes_up(turn: ReadTurn, before: ReadTurn) -> bool:
    """Whether any sentence of a turn is about anything in the turn before it."""
    return any(
        likeness(ours, theirs) >= ALIKE or len(ours.words & theirs.words) >= 2
        for ours in turn.sentences
        for theirs in before.sentences
    )


def is_off_topic(turn: ReadTurn, before: ReadTurn, dossier: Dossier) -> bool:
    """Whether a turn is neither about the turn before it, nor about the offer or a need, nor
    does what belongs to any call."""
    if _takes_up(turn, before):
        return False
    return not any(_belongs(s, dossier) for s in turn.sentences if not s.idle)


def _belongs(sentence: Sentence, dossier: Dossier) -> bool:
    if sentence.chance(*_ANYWHERE) >= _SURE or dossier.needs_in(sentence):
        return True
    return nearest_fact(sentence, dossier.read)[1] >= ALIKE
