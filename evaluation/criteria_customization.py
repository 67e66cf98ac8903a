"""Find the criteria of customization and richness in a call.

Each function is named after its criterion in rubrics/conduct.yaml. It returns how far the
criterion is met, with the words that show it, or None when the call gave no occasion.
"""

from __future__ import annotations

import re

from ai_salesman.conversation.taxonomy import SalesAct, Speaker
from ai_salesman.evaluation.claim_features import nearest_fact
from ai_salesman.evaluation.criteria_presentation import fitting_facts
from ai_salesman.evaluation.dossier import Dossier
from ai_salesman.evaluation.evidence import Finder, Finding, cite, found
from ai_salesman.evaluation.reader import ReadTurn, Sentence
from ai_salesman.evaluation.wording import content_words

__all__ = ["CUSTOMIZATION", "RICHNESS"]

_S = SalesAct

_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.? ([A-Z][\w'-]+)")
_GREETED = re.compile(
    r"\b(?:Hello|Hi|Hey|Dear|Thanks|Thank you|Goodbye),? ([A-Z][a-z]{2,})(?=[,.!?])"
)
_AT_HOME = re.compile(r"\b(?:home|house|household|family|kids|children|kitchen)\b", re.IGNORECASE)
_ENOUGH_FACTS = 5
_ENOUGH_NEW_WORDS = 3.0
_FILLERS = (_S.EXPLAIN_BENEFIT, _S.STATE_FACT, _S.SOCIAL_PROOF, _S.HANDLE_OBJECTION, _S.OTHER)
_ABOUT_OFFER = 0.4


def _uses_name(dossier: Dossier) -> Finding:
    last = dossier.read.lead.name.split()[-1]
    return found(s for s in dossier.said if last in s.text)


def _uses_business(dossier: Dossier) -> Finding:
    business = dossier.read.lead.business
    if business == "household":
        return found(s for s in dossier.said if _AT_HOME.search(s.text))
    wanted = content_words(business)
    return found(s for s in dossier.said if wanted & s.words)


def _uses_details(dossier: Dossier) -> Finding:
    """Sentences with words that the customer brought into the call; two are enough."""
    shown = []
    for turn in dossier.read.salesman:
        told = [s for s in dossier.information if s.turn < turn.index]
        before = dossier.before(turn, Speaker.SALESMAN)
        ours = frozenset(word for s in before for word in s.words)
        theirs = frozenset(word for s in told for word in s.words)
        shown += [s for s in turn.sentences if not s.idle and s.words & (theirs - ours)]
    return found(shown, enough=2)


def _chosen_facts(dossier: Dossier) -> Finding:
    return fitting_facts(dossier)


def _wrong_name(dossier: Dossier) -> Finding:
    lead, sheet = dossier.read.lead, dossier.read.sheet
    known = {
        word.strip(".").lower()
        for text in (lead.name, sheet.agent, sheet.company)
        for word in text.split()
    }
    wrong = [s for s in dossier.said if any(n.lower() not in known for n in _names(s.text))]
    return Finding(float(bool(wrong)), cite(wrong))


def _names(text: str) -> list[str]:
    return [*_TITLED.findall(text), *_GREETED.findall(text)]


def _facts_told(dossier: Dossier) -> Finding:
    stated = [s for name in dossier.facts_told if (s := dossier.stating(name)) is not None]
    share = min(1.0, len(dossier.facts_told) / _ENOUGH_FACTS)
    return Finding(share, cite(stated))


def _varied_words(dossier: Dossier) -> Finding:
    known: set[str] = set()
    fresh: list[int] = []
    for sentence in dossier.said:
        fresh.append(len(sentence.words - known))
        known |= sentence.words
    mean = sum(min(count, 5) for count in fresh) / max(1, len(fresh))
    return Finding(min(1.0, mean / _ENOUGH_NEW_WORDS))


def _give_and_take(dossier: Dossier) -> Finding:
    informs = [turn for turn in dossier.read.salesman if dossier.facts_in(turn)]
    asks = [turn for turn in dossier.read.salesman if _asks(turn, dossier)]
    enough = max(1, len(dossier.read.salesman) // 4)
    balance = (min(len(informs), enough) + min(len(asks), enough)) / (2 * enough)
    return Finding(balance)


def _asks(turn: ReadTurn, dossier: Dossier) -> bool:
    return any(s.asks and not s.idle and s not in dossier.repeats for s in turn.sentences)


def _repeats(dossier: Dossier) -> Finding:
    return Finding(len(dossier.repeats) / max(1, len(dossier.said)), cite(dossier.repeats))


def _padding(dossier: Dossier) -> Finding:
    padded = [s for s in dossier.said if _fits_anything(s, dossier)]
    idle = sum(s.idle for turn in dossier.read.salesman for s in turn.sentences)
    return Finding((len(padded) + idle) / max(1, len(dossier.said) + idle), cite(padded))


def _fits_anything(sentence: Sentence, dossier: Dossier) -> bool:
    """Says something of the offer, but nothing that this sheet or this customer brought up."""
    if sentence.asks or sentence.chance(*_FILLERS) < 0.5:
        return False
    if sentence.words & dossier.customers_words:
        return False
    if any(c.quote == sentence.text and c.status == "supported" for c in dossier.ledger):
        return False
    return nearest_fact(sentence, dossier.read)[1] < _ABOUT_OFFER


CUSTOMIZATION: dict[str, Finder] = {
    "uses_name": _uses_name,
    "uses_business": _uses_business,
    "uses_details": _uses_details,
    "chosen_facts": _chosen_facts,
    "wrong_name": _wrong_name,
}
RICHNESS: dict[str, Finder] = {
    "facts_told": _facts_told,
    "varied_words": _varied_words,
    "give_and_take": _give_and_take,
    "repeats": _repeats,
    "padding": _padding,
}
