"""Find claims by their phrases: forbidden ones, superlatives, promises, things for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.verdict import Claim
from ai_salesman.evaluation.boasts import OF_ONESELF, WITHOUT_EQUAL
from ai_salesman.evaluation.claim_features import match
from ai_salesman.evaluation.reader import ReadCall, Sentence
from ai_salesman.evaluation.wording import content_words, is_denied, is_negative, normal, overlap

__all__ = ["forbidden_claims", "phrase_claims"]

_AS_GOOD_AS = 0.8
"""Cosine from which a part of a sentence says the same as a forbidden phrase."""
_ALIKE = 0.6
"""Cosine that is enough when the content words are shared."""
_ALIKE_IN_WORDS = 0.5
"""The same when all content words are shared."""
_SHARED = 0.75
"""Share of a forbidden phrase's content words from which a sentence says the same."""

_GOODS = (
    r"(?:plan|price|prices|rate|rates|deal|deals|offer|service|product|provider|company|system"
    r"|policy|cover|insurance|course|school|teachers?|software|support|internet|line|panels"
    r"|team|quality|results?|value|solution|choice|option|tool|fibre|listing)"
)
_WHERE = (
    r"(?:on the market|in (?:the |this |your )?(?:town|city|country|region|world|industry|area"
    r"|business|county|state)|around|anywhere|available|there is|you can (?:get|find|buy)"
    r"|money can buy|of all|by far|bar none|out there|you'll (?:ever )?(?:find|get|see))"
)
_SUPERLATIVE = re.compile(
    r"\b(?:the|our|simply|absolutely) (?:very |absolute |single |world's )?"
    r"(?:best|cheapest|lowest|fastest|finest|greatest|safest|strongest|quickest|easiest|biggest"
    r"|largest|most \w+)\b"
    rf"(?:(?: \w+){{0,2}} {_GOODS}\b(?! (?:for you|i can|we can|to|is that))"
    rf"|(?: \w+){{0,3}} {_WHERE})"
    r"|\b(?:number one(?![,:])|no\. ?1|market leaders?|world[- ]class|unbeatable|second to none"
    r"|unrivall?ed|one of a kind|like no other|a leading company|industry[- ]leading)\b"
    r"|\b(?:nobody|no one|no (?:other )?(?:company|provider|competitor)|none of (?:them"
    r"|the others))"
    r" (?:else )?(?:can |could |will |in \w+ )?(?:beats?|match(?:es)?|offers?|comes close|competes?"
    r"|even)\b"
    r"|\bthe only (?:company|provider|plan|service|product|school|one)\b"
    r"|\b(?:everyone|everybody) (?:(?:loves|buys|uses|has) (?:it|this|us)|is (?:happy|satisfied))\b"
    r"|\bnot one (?:customer|client|person) (?:has )?(?:ever )?complain",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"\b(?:i|we|they) (?:can |do |will |personally |absolutely )*(?:guarantee|promise|swear|assure"
    r" you)\b.{0,20}\b(?:you|your|it|that|sales|customers|results|savings)\b"
    r"|\bguaranteed (?:to|results?|success|savings?|growth|profit|return|more|increase)\b"
    r"|\bis guaranteed to\b|\b(?:you (?:will|are going to)|you'll) (?:definitely|certainly"
    r"|surely)\b"
    r"|\bcan(?:'t|not) go wrong\b|\bzero risk\b|\b(?:completely|totally|absolutely) safe\b",
    re.IGNORECASE,
)
_OWN_PROMISE = re.compile(
    r"\b(?:brief|short|quick|call|ring|email|send|list|honest|minute|minutes|bother|disturb"
    r"|stop|listen|leave you|nobody here|no one here)\b",
    re.IGNORECASE,
)
_FOR_NOTHING = re.compile(
    r"\b(?:(?:month|week|year|installation|set-?up|trial|delivery|everything) is|completely|totally"
    r"|absolutely) free\b|"
    r"\b(?:completely |totally |absolutely )?free (?:of charge|trial|month|months|week|year"
    r"|installation|setup|gift|tablet|bonus|upgrade|of cost|device|phone|equipment)\b"
    r"|\b(?:it|that|this)(?:'s| is| costs)? (?:completely |totally |all |basically )?"
    r"(?:free|nothing, really)\b|\bcosts (?:you )?nothing\b(?! (?:new|on paper))"
    r"|\bfor free\b|\bat no cost\b"
    r"|\b(?:no|without (?:a|any)) (?:contract|commitment|obligation|minimum term|setup fee|fees)\b"
    r"|\bcancel (?:at )?any ?(?:time|day|moment)\b|\bcancel whenever\b|\bfor (?:life|ever)\b"
    r"|\b(?:lifetime|unlimited)\b",
    re.IGNORECASE,
)
_BORROWED = re.compile(
    r"\b(?:approved|endorsed|backed|certified|recommended"
    r"|supported) by (?:the )?(?:government|state"
    r"|ministry|authorities|regulator|tax office|experts|doctors|scientists)\b|"
    r"\b(?:government|ministry|state|federal)[ -](?:approved|backed|program|scheme|funded)\b"
    r"|\b(?:government|tax office|ministry|law)\b.{0,30}\b(?:compulsory|requires?|pays|made"
    r"|obliges|mandatory)\b|\b(?:compulsory|mandatory|required by law)\b"
    r"|\bofficial partner\b|\bscientifically proven\b|\baward[- ]winning\b|\bnobel\b"
    r"|\bgoing (?:bankrupt|out of business)\b|\bon behalf of your (?:bank|provider|insurer)\b",
    re.IGNORECASE,
)


def forbidden_claims(sentence: Sentence, read: ReadCall) -> Iterator[Claim]:
    """Claims that the sheet forbids, unless they are denied or asked."""
    for bad in read.sheet.forbidden:
        vectors = read.vectors.forbidden[bad.claim]
        for row, phrase in enumerate(bad.phrases):
            if _says(sentence, phrase) or _means(sentence, phrase, vectors[row], read):
                yield Claim(
                    turn=sentence.turn,
                    quote=sentence.text,
                    kind="guarantee" if "guarantee" in phrase else "feature",
                    status="forbidden",
                    note=f"{bad.claim}: {phrase!r}",
                )
                break


def phrase_claims(sentence: Sentence, read: ReadCall) -> Iterator[Claim]:
    """Superlatives, promised results, gifts and borrowed authority that no fact covers."""
    if sentence.asks and not sentence.text.lower().rstrip("?").endswith(("isn't it", "right")):
        return
    text = _without_needs(sentence.text, read)
    kinds: set[str] = set()
    for kind, pattern in (
        ("superlative", _SUPERLATIVE),
        ("superlative", WITHOUT_EQUAL),
        ("guarantee", _PROMISE),
        ("feature", _FOR_NOTHING),
        ("feature", _BORROWED),
    ):
        found = pattern.search(text)
        if found is None or (kind == "superlative" and kind in kinds):
            continue
        if pattern is WITHOUT_EQUAL and OF_ONESELF.search(text):
            continue
        if pattern is not WITHOUT_EQUAL and is_denied(text, found.start()):
            continue
        if kind == "guarantee" and _OWN_PROMISE.search(text[found.start() :]):
            continue
        if _is_on_sheet(found[0], read):
            continue
        status, fact = _against_sheet(found[0], read)
        kinds.add(kind)
        yield Claim(
            turn=sentence.turn,
            quote=sentence.text,
            kind=kind,
            status=status,
            fact=fact,
            note=f"{found[0]!r} is not on the sheet",
        )


def _without_needs(text: str, read: ReadCall) -> str:
    """The text without the sheet's own words for needs and problems, which claim nothing."""
    for need in read.sheet.needs.values():
        for phrase in (need.problem, need.phrase):
            text = re.sub(re.escape(phrase), "that", text, flags=re.IGNORECASE)
    return text


def _says(sentence: Sentence, phrase: str) -> bool:
    text, wanted = normal(sentence.text), normal(phrase)
    start = text.find(wanted)
    return start >= 0 and not is_denied(text, start) and not _asked_back(sentence)


def _means(sentence: Sentence, phrase: str, vector: NDArray[np.float32], read: ReadCall) -> bool:
    """Whether the sentence says the phrase in other words.

    Only for phrases and sentences without a negation: vectors hardly tell a claim from its
    denial ("no risk whatsoever", "it is not risk-free").
    """
    wanted = content_words(phrase)
    if sentence.asks or len(wanted) < 2 or is_negative(phrase):
        return False
    for part in sentence.pieces or (sentence,):
        cosine = float(part.vector @ vector)
        shared = overlap(wanted, part.words)
        same = shared >= _SHARED and cosine >= (_ALIKE if shared < 1 else _ALIKE_IN_WORDS)
        if (same or cosine >= _AS_GOOD_AS) and not is_negative(part.text):
            return max(match(part, name, read) for name in read.sheet.facts) < max(cosine, 0.6)
    return False


def _asked_back(sentence: Sentence) -> bool:
    """A question such as "Were you told that it is risk-free?" claims nothing."""
    return sentence.asks and bool(
        re.match(r"(?:were|was|did|has|have|who|why|where|do|are)\b", sentence.text.lower())
    )


def _is_on_sheet(phrase: str, read: ReadCall) -> bool:
    wanted = normal(phrase)
    return any(wanted in normal(fact.wording) for fact in read.sheet.facts.values())


def _against_sheet(phrase: str, read: ReadCall) -> tuple[str, str | None]:
    """A contract that is denied is a contradiction; the rest has no ground."""
    terms = read.sheet.in_slot("term")
    loose = re.search(r"no contract|no commitment|minimum term|cancel", phrase, re.IGNORECASE)
    if terms and loose:
        return "contradicted", next(iter(terms))
    return "unsupported", None
