"""Find the criteria of business analysis and presentation in a call.

Each function is named after its criterion in rubrics/conduct.yaml. It returns how far the
criterion is met, with the words that show it, or None when the call gave no occasion.
"""

from __future__ import annotations

import re

from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct
from ai_salesman.evaluation.dossier import QUESTIONS, Dossier, Moment
from ai_salesman.evaluation.evidence import Finder, Finding, cite, found, missing
from ai_salesman.evaluation.reader import ReadTurn, Sentence
from ai_salesman.evaluation.replies import ALIKE, likeness

__all__ = ["ANALYSIS", "PRESENTATION", "about_situation", "fitting_facts"]

_A = CustomerAct
_S = SalesAct
_SURE = 0.3
_CONSEQUENCE = re.compile(
    r"\b(?:costs? you|cost (?:me|us)|you (?:lose|lost|miss|would gain|could gain|would save"
    r"|could save"
    r"|win|spend|'d have)|worth|adds up|amounts? to|that means|which means|would mean"
    r"|hours (?:a|per)"
    r"|per (?:week|month|year)|a (?:week|month|year)|every (?:day|week|month|year)|figure|sum"
    r"|gain|loss|save|saving|earn|instead of|otherwise|if (?:that|it|this) (?:went|goes"
    r"|changed))\b",
    re.IGNORECASE,
)
_WARM = frozenset({_A.INTEREST, _A.AGREE, *QUESTIONS})
_YIELDS = frozenset({_A.ACKNOWLEDGE, _A.INTEREST, _A.AGREE, _A.PROVIDE_INFO})


def _gives_back(dossier: Dossier) -> Finding | None:
    return found(about_situation(dossier)) if dossier.information else None


def about_situation(dossier: Dossier) -> list[Sentence]:
    """The salesman's sentences that come back to what the customer told before."""
    shown = []
    for turn in dossier.read.salesman:
        told = [
            s for s in dossier.information if s in dossier.read.turns[turn.position - 1].sentences
        ]
        earlier = [s for s in dossier.information if s.turn < turn.index]
        shown += [
            s
            for s in turn.sentences
            if dossier.earns(s)
            and (
                any(likeness(s, t) >= ALIKE for t in earlier)
                or (told and s.chance(_S.REFLECT) >= 0.4)
                or any(len(s.words & t.words) >= 2 for t in earlier)
            )
        ]
    return shown


def _consequence(dossier: Dossier) -> Finding | None:
    if not dossier.information:
        return None
    about = {s.turn for s in about_situation(dossier)}
    weighed = [
        s
        for s in dossier.said
        if s.turn in about and dossier.earns(s)
        if _CONSEQUENCE.search(s.text) or find_figures(s.text)
        if not s.chance(_S.QUOTE_PRICE) >= 0.5
    ]
    return found(weighed)


def _ties_to_offer(dossier: Dossier) -> Finding | None:
    if not dossier.needs:
        return None
    return fitting_facts(dossier)


def fitting_facts(dossier: Dossier) -> Finding:
    """Facts stated after a need was voiced that serve it; two are enough."""
    facts = dossier.read.sheet.facts
    stated = [
        sentence
        for name, turn in dossier.facts_told.items()
        if name in facts
        and any(n in dossier.needs and dossier.needs[n].turn < turn for n in facts[name].serves)
        and (sentence := dossier.stating(name)) is not None
    ]
    return found(stated, enough=2)


def _confirmed(dossier: Dossier) -> Finding | None:
    about = [s.turn for s in about_situation(dossier)]
    if not dossier.information:
        return None
    replies = [
        s
        for turn in dossier.read.salesman
        if turn.index in about and (reply := dossier.read.reply_to(turn)) is not None
        for s in reply.sentences
        if s.act in _YIELDS
    ]
    return found(replies)


def _fitting_presentation(dossier: Dossier) -> Finding | None:
    if len(dossier.read.salesman) < 3 and not dossier.facts_told:
        return None
    fitting = fitting_facts(dossier)
    if fitting.amount or not dossier.facts_told:
        return fitting
    told = [s for name in dossier.facts_told if (s := dossier.stating(name)) is not None]
    return Finding(0.35 * min(1.0, len(told) / 2), cite(told, "fits no need that was voiced"))


def _few_at_once(dossier: Dossier) -> Finding | None:
    if not dossier.facts_told:
        return None
    heaped = [turn for turn in dossier.read.salesman if len(dossier.facts_in(turn)) > 3]
    return Finding(1.0 if not heaped else 0.0)


def _price_when_asked(dossier: Dossier) -> Finding | None:
    asked = dossier.moments(frozenset({_A.ASK_PRICE}))
    if not asked:
        return None
    told = [m for m in asked if m.reply is not None and _gives_price(m.reply)]
    return Finding(len(told) / len(asked), cite(s for m in told for s in _priced(m)))


def _gives_price(turn: ReadTurn) -> bool:
    return any(figure.kind == "money" for figure in find_figures(turn.text))


def _priced(moment: Moment) -> list[Sentence]:
    sentences = moment.reply.sentences if moment.reply else ()
    return [s for s in sentences if any(f.kind == "money" for f in find_figures(s.text))]


def _draws_interest(dossier: Dossier) -> Finding | None:
    first = min(dossier.facts_told.values(), default=None)
    if first is None:
        return missing() if len(dossier.read.salesman) >= 3 else None
    later = [s for s in dossier.heard if s.turn > first]
    return found((s for s in later if s.act in _WARM and s.chance(s.act) >= _SURE), enough=2)


def _wrong_claims(dossier: Dossier) -> Finding:
    wrong = {c.quote for c in dossier.ledger if c.status != "supported"}
    return Finding(float(len(wrong)), cite(s for s in dossier.said if s.text in wrong))


ANALYSIS: dict[str, Finder] = {
    "gives_back": _gives_back,
    "consequence": _consequence,
    "ties_to_offer": _ties_to_offer,
    "confirmed": _confirmed,
}
PRESENTATION: dict[str, Finder] = {
    "fitting_facts": _fitting_presentation,
    "few_at_once": _few_at_once,
    "price_when_asked": _price_when_asked,
    "draws_interest": _draws_interest,
    "wrong_claims": _wrong_claims,
}
