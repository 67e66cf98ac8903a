"""Find the criteria of logical coherence and need fulfilment in a call.

Each function is named after its criterion in rubrics/conduct.yaml. It returns how far the
criterion is met, with the words that show it, or None when the call gave no occasion.
"""

from __future__ import annotations

import re
from itertools import combinations

from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct
from ai_salesman.conversation.verdict import Evidence
from ai_salesman.evaluation.criteria_opening import is_named
from ai_salesman.evaluation.dossier import OBJECTIONS, QUESTIONS, Dossier
from ai_salesman.evaluation.evidence import Finder, Finding, cite, found
from ai_salesman.evaluation.reader import ReadTurn
from ai_salesman.evaluation.refusals import is_refusal
from ai_salesman.evaluation.replies import answering_facts, is_off_topic, is_taken_up

__all__ = ["COHERENCE", "FULFILMENT"]

_A = CustomerAct

_WEIGHTY = OBJECTIONS | QUESTIONS | {_A.BUSY, _A.CALLBACK, _A.REFUSE, _A.DO_NOT_CALL, _A.CONFUSED}
"""What a salesman may not pass over."""
_SELF = re.compile(r"\b(?:my name is|i'm|this is|it's|i am|speaking with)\b", re.IGNORECASE)
_FAREWELL = re.compile(r"\b(?:goodbye|good bye|bye|have a (?:good|nice|great))\b", re.IGNORECASE)
_SETTLING = (SalesAct.ASK_COMMITMENT, SalesAct.NEXT_STEP, SalesAct.CONFIRM, SalesAct.END)
_PRESENTING = (SalesAct.EXPLAIN_BENEFIT, SalesAct.STATE_FACT, SalesAct.QUOTE_PRICE)
_STAGE_SURE = 0.5
_FEWEST_PAIRS = 8
"""In a shorter call one pair would say too much."""
_WARM = frozenset({_A.INTEREST, _A.AGREE, _A.CALLBACK})


def _ignored(dossier: Dossier) -> Finding | None:
    weighty = [m for m in dossier.moments(_WEIGHTY) if m.reply is not None]
    if not weighty:
        return None
    passed_over = [m for m in weighty if not is_taken_up(m, dossier)]
    return Finding(len(passed_over) / len(weighty), cite(m.sentence for m in passed_over))


def _beside_the_point(dossier: Dossier) -> Finding | None:
    pairs = [
        (turn, dossier.read.turns[turn.position - 1])
        for turn in dossier.read.salesman
        if turn.position > 1
    ]
    if not pairs:
        return None
    beside = [turn for turn, before in pairs if is_off_topic(turn, before, dossier)]
    return Finding(len(beside) / len(pairs), cite(t.sentences[0] for t in beside if t.sentences))


def _loops(dossier: Dossier) -> Finding:
    return Finding(len(dossier.repeats) / max(1, len(dossier.said)), cite(dossier.repeats))


def _out_of_order(dossier: Dossier) -> Finding:
    """An introduction after the opening, none in it, or a farewell before the end."""
    sheet, turns = dossier.read.sheet, dossier.read.salesman
    late = [
        s
        for turn in turns[2:]
        for s in is_named(sheet.agent, turn.sentences)
        if _SELF.search(s.text) and is_named(sheet.company, [s])
    ]
    early = [
        s
        for turn in turns[:-2]
        for s in turn.sentences
        if _FAREWELL.search(s.text) and s.chance(SalesAct.END, SalesAct.THANK) >= 0.3
    ]
    unknown = turns[:1] and not is_named(sheet.company, [*turns[0].sentences])
    amount = 0.5 * bool(late) + 0.5 * bool(early) + 0.25 * bool(unknown)
    return Finding(amount, cite([*late, *early]))


def _wrong_stage(dossier: Dossier) -> Finding:
    """How often a turn of an earlier stage comes after one of a later stage, of all such pairs.

    To ask about the situation, then to present, then to settle: half of the pairs stand the
    wrong way round in a call whose turns come in any order.
    """
    stages = [s for turn in dossier.read.salesman[1:] if (s := _stage_of(turn, dossier))]
    pairs = [(a, b) for a, b in combinations(stages, 2) if a != b]
    wrong = sum(first > second for first, second in pairs)
    return Finding(wrong / max(len(pairs), _FEWEST_PAIRS))


def _stage_of(turn: ReadTurn, dossier: Dossier) -> int:
    """1 asks, 2 presents, 3 settles; 0 for anything else."""
    spoken = [s for s in turn.sentences if not s.idle]
    if any(s.chance(*_SETTLING) >= _STAGE_SURE for s in spoken):
        return 3
    if dossier.facts_in(turn) or any(s.chance(*_PRESENTING) >= _STAGE_SURE for s in spoken):
        return 2
    return int(any(s.asks and s.chance(SalesAct.ASK_OPEN) >= _STAGE_SURE for s in spoken))


def _contradicts_itself(dossier: Dossier) -> Finding:
    right = {c.fact for c in dossier.ledger if c.status == "supported"}
    clashes = [c for c in dossier.ledger if c.status == "contradicted" and c.fact in right]
    quotes = tuple(Evidence(turn=c.turn, quote=c.quote, note=c.note) for c in clashes)
    return Finding(float(len(clashes)), quotes)


def _needs_served(dossier: Dossier) -> Finding | None:
    if not dossier.needs:
        return None
    facts = dossier.read.sheet.facts
    served = {
        need: name
        for need, voiced in dossier.needs.items()
        for name, turn in dossier.facts_told.items()
        if name in facts and need in facts[name].serves and turn > voiced.turn
    }
    stated = (dossier.stating(name) for name in served.values())
    quotes = cite(s for s in stated if s is not None)
    return Finding(min(1.0, len(served) / min(2, len(dossier.needs))), quotes)


def _questions_met(dossier: Dossier) -> Finding | None:
    asked = [m for m in dossier.moments(QUESTIONS) if m.reply is not None]
    if not asked:
        return None
    met = [m for m in asked if answering_facts(m, dossier)]
    partly = [m for m in asked if m not in met and is_taken_up(m, dossier)]
    return Finding((len(met) + 0.3 * len(partly)) / len(asked), cite(m.sentence for m in met))


def _customer_says_so(dossier: Dossier) -> Finding | None:
    if not dossier.needs and not dossier.moments(QUESTIONS):
        return None
    first = min(dossier.facts_told.values(), default=len(dossier.read.turns))
    later = [s for s in dossier.heard if s.turn > first]
    warm = [s for s in later if s.act in _WARM and s.chance(s.act) >= 0.3]
    return Finding(0.0) if later and is_refusal(later[-1]) else found(warm, enough=2)


COHERENCE: dict[str, Finder] = {
    "ignored": _ignored,
    "beside_the_point": _beside_the_point,
    "loops": _loops,
    "out_of_order": _out_of_order,
    "wrong_stage": _wrong_stage,
    "contradicts_itself": _contradicts_itself,
}
FULFILMENT: dict[str, Finder] = {
    "needs_served": _needs_served,
    "questions_met": _questions_met,
    "customer_says_so": _customer_says_so,
}
