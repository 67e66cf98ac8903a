"""Whether a salesman's turn takes up what the customer said."""

from __future__ import annotations

from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct
from ai_salesman.evaluation.dossier import OBJECTIONS, Dossier, Moment
from ai_salesman.evaluation.reader import Piece, ReadTurn

__all__ = ["ALIKE", "answering_facts", "is_taken_up", "likeness", "takes_up"]

_A = CustomerAct
_S = SalesAct

ALIKE = 0.42
"""Cosine from which two sentences are about the same thing."""
_NEAR = 0.25
"""Cosine below which a sentence that sounds like an answer is an answer to something else."""
_SURE = 0.45
_HEARD_OUT = (_S.EMPATHISE, _S.REFLECT, _S.HANDLE_OBJECTION)
_LEAVE = (_S.THANK, _S.END, _S.EMPATHISE, _S.CONFIRM)
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


def is_taken_up(moment: Moment, dossier: Dossier) -> bool:
    """Whether the next turn answers the customer's sentence, in fact, in act or in subject."""
    if moment.reply is None:
        return True
    if answering_facts(moment, dossier):
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


def takes_up(turn: ReadTurn, before: ReadTurn) -> bool:
    """Whether any sentence of a turn is about anything in the turn before it."""
    return any(
        likeness(ours, theirs) >= ALIKE or len(ours.words & theirs.words) >= 2
        for ours in turn.sentences
        for theirs in before.sentences
    )
