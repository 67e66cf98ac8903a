"""Hear which remedies for a doubt a sentence offers."""

from __future__ import annotations

import re

from ai_salesman.conversation.persona import Remedy
from ai_salesman.conversation.taxonomy import SalesAct

__all__ = ["remedies_in"]

_WORDINGS: tuple[tuple[Remedy, str], ...] = (
    (
        "guarantee",
        r"\bguarantee|\bmoney[- ]back|\brefund|\b(?:right|free) to (?:leave|cancel|return)"
        r"|\bcancel (?:any ?time|within|whenever)|\btrial\b|\breturned?\b.*\b(?:payment|money)"
        r"|\bwithout a fee\b|\bwarranty\b",
    ),
    (
        "discount",
        r"\bpercent off\b|\bdiscount|\brebate\b|\bwaive|\breduced\b|\bcheaper\b|\b(?:week"
        r"|month)s? (?:for )?free\b|\bfree of charge\b|\bat no (?:extra )?cost\b"
        r"|\bhalf price\b",
    ),
    (
        "term",
        r"\bcontract\b|\bnotice\b|\bstart date\b|\bpause\b|\bterm\b|\b\d+[- ](?:month|week"
        r"|year)\b|\b(?:monthly|month by month|month to month)\b|\bpolicy\b|\bbegin (?:when"
        r"|whenever)\b|\binstal",
    ),
    (
        "process",
        r"\bwe (?:send|post|mail|come|set|call|book|handle|do)\b|\b(?:form|papers?|order|sheet"
        r"|summary|offer) (?:in writing|to read|by (?:mail|email|post))|\bsign(?:ed|ature)?\b"
        r"|\b(?:first|next) step\b|\bset(?:ting)? (?:it )?up\b|\bworking days\b|\bin writing\b"
        r"|\bread (?:it )?(?:in peace|together|over)\b|\bone page\b|\bemail you\b",
    ),
    (
        "callback",
        r"\b(?:call|ring|phone|try|speak) (?:you )?(?:back|again)\b|\banother (?:time|day)\b"
        r"|\bboth of you\b|\bwhen (?:it|that) suits\b|\b(?:call|ring) you (?:on|in|next|after"
        r"|tomorrow|early)\b|\b(?:if|when|before|after) (?:i|we) (?:rang|ring|called|call|phone"
        r"|talk|speak)\b|\bi (?:can|could) (?:call|ring)\b|\b(?:check back|i try at|my diary)\b"
        r"|\bat this time any better\b|\b(?:name|give me) (?:a|the) day\b|\bmornings? or"
        r" afternoons?\b|\bbefore noon or after\b|\btalk to you both\b",
    ),
    (
        "price",
        r"\b(?:a|per|each) day\b.*\d|\d.*\b(?:a|per|each) day\b|\bpays? for itself\b"
        r"|\bcompare\b.*\b(?:pay|cost|price)|\bwhat you pay now\b|\bprice (?:is"
        r"|stays) (?:fixed|the same)\b",
    ),
)
_REMEDY_CUES = tuple((kind, re.compile(cue, re.IGNORECASE)) for kind, cue in _WORDINGS)
_ACT_REMEDIES: dict[SalesAct, Remedy] = {
    SalesAct.EMPATHISE: "empathy",
    SalesAct.REFLECT: "empathy",
    SalesAct.SOCIAL_PROOF: "proof",
    SalesAct.OFFER_DISCOUNT: "discount",
    SalesAct.NEXT_STEP: "process",
}
_SOFT = re.compile(
    r"\b(?:fair|understand|sorry|(?:i see|of course|no hurry|take your time|right to|makes sense"
    r"|good that|i respect))\b",
    re.I,
)
_PROOF = re.compile(
    r"\b(?:customers|clients|shops|businesses|families|households|members|owners|claims|people"
    r"|graduates|students|learners|lines|homes)\b.*\b(?:use|have|had|paid|stay|renew|joined|rated?"
    r"|switched|saved?|up)\b"
    r"|\b(?:percent|out of ten|out of five) of (?:our|all|last)\b|\blook (?:us|me|\w+) up\b"
    r"|\breferences?\b|\bask (?:them|her|him|any of)\b",
    re.I,
)


def remedies_in(sentence: str, act: SalesAct, confidence: float) -> dict[Remedy, float]:
    """Remedy -> how clearly `sentence` offers it. A question offers none but a callback."""
    if act is SalesAct.OTHER:
        return {}
    asked = sentence.rstrip().endswith("?")
    found: dict[Remedy, float] = {
        remedy: 1.0
        for remedy, cue in _REMEDY_CUES
        if cue.search(sentence) and (not asked or remedy in ("callback", "process"))
    }
    if act in _ACT_REMEDIES and not asked:
        found[_ACT_REMEDIES[act]] = max(
            found.get(_ACT_REMEDIES[act], 0.0), min(1.0, confidence + 0.2)
        )
    if _SOFT.search(sentence):
        found["empathy"] = max(found.get("empathy", 0.0), 0.8)
    if _PROOF.search(sentence) and not asked:
        found["proof"] = 1.0
    return found
