"""Does the customer stay one person? Contradictions in what it says of itself, by words alone.

Only plain contradictions count, because a false alarm would excuse a bad salesman:

- trade: "we run a bakery", and later "I own a garage"; or another trade than the persona's
- spending: "I pay $80 a month", and later another figure (by more than a quarter) for the
  same period; amounts it is offered or would pay are bargaining and never count
- authority: "it's my decision alone", and later that somebody else must be asked (or the
  other way round, or alone where the persona must ask)
- need: "we need more walk-ins", and later that it needs no such thing
- name: another surname than the persona's

What a customer leaves out, changes its mind about, or says for the first time is no drift.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.sentences import split_sentences

__all__ = ["contradictions"]

_TRADES: dict[str, str] = {
    word: trade
    for trade, words in {
        "bakery": "bakery bakeries",
        "barber": "barbershop barber",
        "salon": "salon",
        "café": "café cafe coffee",
        "restaurant": "restaurant diner pizzeria bistro",
        "garage": "garage",
        "clinic": "clinic",
        "florist": "florist flower",
        "hotel": "hotel motel guest",
        "farm": "farm",
        "gym": "gym",
        "pharmacy": "pharmacy",
        "bookshop": "bookshop bookstore",
        "hardware": "hardware",
        "dentist": "dental dentist",
        "optician": "optician optician's",
        "roofing": "roofing roofer",
        "moving": "moving",
        "landscaping": "landscaping gardening",
        "print": "print printing",
        "architects": "architecture architects",
        "law": "law",
    }.items()
    for word in words.split()
}
"""Word -> trade: trades that nobody runs two of in one breath."""
_OWNS = re.compile(
    r"\b(?:i|we) (?:(?:only |just |also )?(?:run|own|manage|opened)|am running|'m running)"
    r" (?:a|an|the|this|my|our) (?P<what>[\w'é]+(?: [\w'é]+){0,2})",
    re.IGNORECASE,
)
_SPENDS = re.compile(
    r"\b(?:i|we)(?:'m|'re| am| are)? (?:already |currently |now )?(?:pay|paying|spend|spending)\b"
    r"|\bcosts? (?:me|us)\b",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"\b(?:would|could|can|can't|cannot|won't|will|if|want|going|only|never|not|used to|used|"
    r"last|more than|less|extra|another|up to|offer|your|you)\b|\?",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\b(?:i (?:decide|make (?:the|all the|these|those) decisions?)(?: \w+){0,3} (?:alone|myself|on"
    r" my own)|it's my (?:call|decision)(?: alone)?|just me who decides"
    r"|i don't (?:have|need) to ask (?:anyone|anybody))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:(?:i(?:'d| would)? (?:have|need) to|i must|i'd better|let me) (?:ask|check with|talk"
    r" (?:it over )?(?:to|with)|discuss (?:it|this|that) with|run (?:it|this|that) (?:by|past))"
    r"|(?:can't|cannot|don't) decide (?:\w+ ){0,3}(?:alone|on my own|without))\b",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"\b(?:i|we) (?:really )?(?:need|want|could use|are looking for|'re looking for) (?P<what>.+)",
    re.IGNORECASE,
)
_WANTS_NOT = re.compile(
    r"\b(?:i|we) (?:really )?(?:don't|do not) (?:need|want)(?: any)? (?P<what>.+)", re.IGNORECASE
)
_SMALL_WORDS = (
    "a an the any some more my our your it this that to for of in on and or but be at all right"
    " now just really with from us me them anything something one ones so much many new"
)
_EMPTY = frozenset(_SMALL_WORDS.split())
_LEAST_SHARED = 2
_SURNAME = re.compile(
    r"\b(?:this is|my name is|i'm|i am) (?:mr|mrs|ms|miss)\.? (?P<name>\w+)", re.I
)
_SPREAD = 1.25


def contradictions(persona: Persona, customer: Sequence[str]) -> list[tuple[int, str]]:
    """The contradictions in the customer's turns: (number of the customer turn, what it is)."""
    said = [(turn, s) for turn, text in enumerate(customer) for s in split_sentences(text)]
    return sorted({hit for rule in _RULES for hit in rule(persona, said)})


Said = Sequence[tuple[int, str]]
Hits = Iterator[tuple[int, str]]


def _trade(persona: Persona, said: Said) -> Hits:
    """Another trade than the persona's, or than was named before."""
    own = _trade_in(persona.business)
    for turn, sentence in said:
        match = _OWNS.search(sentence)
        named = _trade_in(match["what"]) if match else None
        if named is None:
            continue
        if own is not None and named != own:
            yield turn, f"runs a {named}, before it was a {own}"
        own = own or named


def _trade_in(words: str) -> str | None:
    return next((_TRADES[w] for w in words.lower().split() if w in _TRADES), None)


def _spending(_persona: Persona, said: Said) -> Hits:
    """Two figures for what it spends at present."""
    known: dict[str, float] = {}
    for turn, sentence in said:
        if not _SPENDS.search(sentence) or _NOT_NOW.search(sentence):
            continue
        money = [f for f in find_figures(sentence) if f.kind == "money" and f.value > 0]
        if len(money) != 1 or money[0].unit == "once":
            continue
        before = known.setdefault(money[0].unit, money[0].value)
        if max(before, money[0].value) > _SPREAD * min(before, money[0].value):
            yield turn, f"pays {money[0].value:g} a {money[0].unit}, before it was {before:g}"


def _authority(persona: Persona, said: Said) -> Hits:
    """Decides alone, and must ask."""
    must_ask = persona.authority == "must_ask"
    claimed: str | None = None
    for turn, sentence in said:
        if "?" in sentence:
            continue
        claim = "alone" if _ALONE.search(sentence) else "asks" if _ASKS.search(sentence) else None
        if claim is None:
            continue
        if claim == "alone" and must_ask:
            yield turn, "decides alone, and must ask somebody"
        elif claimed is not None and claim != claimed:
            yield turn, "decides alone and must ask somebody, in one call"
        claimed = claimed or claim


def _need(_persona: Persona, said: Said) -> Hits:
    """Does not need what it said it needs."""
    wanted: list[frozenset[str]] = []
    for turn, sentence in said:
        denied = _WANTS_NOT.search(sentence)
        if denied is not None:
            what = _content(denied["what"])
            if any(len(what & need) >= _LEAST_SHARED for need in wanted):
                yield turn, f"does not need {denied['what'].strip(' .!')}, which it needed before"
        elif (wish := _WANTS.search(sentence)) is not None and "?" not in sentence:
            wanted.append(_content(wish["what"]))


def _content(words: str) -> frozenset[str]:
    found = re.findall(r"[a-z]+", words.lower())
    return frozenset(word.rstrip("s") for word in found if word not in _EMPTY)


def _name(persona: Persona, said: Said) -> Hits:
    """Another surname than its own."""
    for turn, sentence in said:
        match = _SURNAME.search(sentence)
        if match and match["name"].lower() not in persona.name.lower():
            yield turn, f"calls itself {match['name']}"


_RULES: tuple[Callable[[Persona, Said], Hits], ...] = (
    _trade,
    _spending,
    _authority,
    _need,
    _name,
)
