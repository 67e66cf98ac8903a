"""Check the figures in the salesman's words: prices, discounts, durations, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ai_salesman.conversation.facts import Fact, FactSheet
from ai_salesman.conversation.figures import Figure, find_figures
from ai_salesman.conversation.taxonomy import FactKind, SalesAct
from ai_salesman.conversation.verdict import Claim
from ai_salesman.evaluation.claim_features import match, nearest_fact
from ai_salesman.evaluation.price_book import (
    DAYS,
    discount_names,
    price_fact,
    supported_money,
)
from ai_salesman.evaluation.reader import ReadCall, Sentence

__all__ = ["Heard", "figure_claims"]

Topic = Literal["guarantee", "term", "setup"]

_OFFER = re.compile(
    r"\b(?:price|costs?|comes? to|charge|fee|for (?:only|just)|only|you(?:'d| would|'ll| will) pay"
    r"|it's|it is|that's|that is|it would be|we ask|runs? at|get it for|have it for|do it for"
    r"|all in)\b(?! (?:you|them)\b)",
    re.IGNORECASE,
)
_CUSTOMERS_OWN = re.compile(
    r"\b(?:you (?:said|told|mentioned|pay|spend|lose|already|have|spent|named|put)|you're (?:paying"
    r"|spending|losing)|you were (?:paying|quoted)|your (?:current|present|own|budget|bill|rent"
    r"|team|staff)|costs? you|they (?:charge|ask|take)|suppose|say you|imagine|if you)\b",
    re.IGNORECASE,
)
_FEE = re.compile(r"\b(?:fee|deposit|installation|activation|surcharge)\b", re.IGNORECASE)
_REDUCTION = re.compile(
    r"\b(?:off|discount|less|reduction|reduced?|cheaper|sav(?:e|ing|ings)|knock|rebate|drop"
    r"|cut|lower|minus|deduct\w*|waive\w*|falls? away|comes? down)\b|\bhalf\b",
    re.IGNORECASE,
)
_OF_RESULTS = re.compile(
    r"\b(?:sav(?:e|es|ed|ing|ings)|los(?:e|es|ing|s|ses|t)|miss(?:es|ed|ing)?|earn\w*|gain\w*|worth"
    r"|brings?|brought|average|revenue|turnover|sales|waste\w*|slip\w*|damage\w*|fines?"
    r"|repairs?|in cover|benefits?|refund\w*|back)\b",
    re.IGNORECASE,
)
"""Sums that are won, lost or insured, and not paid for the offer."""
_WHOLE_HEARTED = re.compile(
    r"(?:hundred|100)\s?(?:percent|%)[ -](?:sure|certain|honest|clear|behind|with you|right|agree"
    r"|understand|yours|of the time)",
    re.IGNORECASE,
)
_TOPICS: dict[Topic, re.Pattern[str]] = {
    "guarantee": re.compile(
        r"money[- ]back|refund|guarantee|warranty|right to|cancel|without a fee|trial|returned",
        re.IGNORECASE,
    ),
    "term": re.compile(
        r"contract|subscription|policy|enrol|agreement|commit|tied|locked|\bterm\b|minimum|bound",
        re.IGNORECASE,
    ),
    "setup": re.compile(
        r"up and running|set ?up|set it up|setting (?:it )?up|install|go(?:es)? live|be live"
        r"|connected|get(?:ting)? (?:it )?going|until it runs|\bready\b|in place|it runs",
        re.IGNORECASE,
    ),
}
_TAKES = re.compile(r"\b(?:takes?|within|count on|plan with)\b", re.IGNORECASE)
_SINGLE = re.compile(
    r"\b(?:about|in|within|just|only|takes?|under|than) (?:an?|one) (hour|day|week|month|year)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:we|we've|our|us|it|it's|this|the (?:plan|system|course|service))\b", re.IGNORECASE
)
_CALL_AGAIN = re.compile(
    r"\b(?:call|ring|phone|talk|speak|ago|last|past|next|this time|notice|of your time)\b",
    re.IGNORECASE,
)
_LEAST_COUNT = 13
"""Smaller counts are figures of speech ("two things") unless a fact counts the same thing."""
_OFFERED = 0.5
"""Ear's probability from which a sentence with a percentage offers a discount."""
_SAME_SUBJECT = 0.5
"""Cosine from which a sentence speaks about the same thing as a fact."""


@dataclass(frozen=True, eq=False)
class Heard:
    """One sentence of the salesman, with the figures that the customer said before it."""

    sentence: Sentence
    customers_figures: frozenset[tuple[str, float]]

    def echoes(self, figure: Figure) -> bool:
        """Whether the customer said this figure first."""
        return (figure.kind, figure.value) in self.customers_figures

    @property
    def is_about_customer(self) -> bool:
        """Whether the figures are the customer's own, asked for or supposed."""
        return self.sentence.asks or bool(_CUSTOMERS_OWN.search(self.sentence.text))


def figure_claims(heard: Heard, read: ReadCall) -> Iterator[Claim]:
    """The claims in the figures of one sentence."""
    checks = {"money": _money, "percent": _percent, "duration": _duration, "count": _count}
    figures = find_figures(heard.sentence.text)
    for figure in [*figures, *_single_periods(heard.sentence.text, figures)]:
        claim = checks[figure.kind](figure, heard, read)
        if claim is not None:
            yield claim


def _claim(
    kind: str,
    status: Literal["supported", "unsupported", "contradicted"],
    heard: Heard,
    fact: str | None = None,
    note: str = "",
) -> Claim:
    sentence = heard.sentence
    return Claim(
        turn=sentence.turn, quote=sentence.text, kind=kind, status=status, fact=fact, note=note
    )


def _money(figure: Figure, heard: Heard, read: ReadCall) -> Claim | None:
    text = heard.sentence.text
    offered = bool(_OFFER.search(text)) and not _CUSTOMERS_OWN.search(text)
    if heard.echoes(figure) and not offered:
        return None
    saving = bool(_REDUCTION.search(_near(text, figure, 4, 5)))
    fact = supported_money(figure, read.sheet, saving)
    if fact is not None:
        return _claim("price", "supported", heard, fact)
    if heard.is_about_customer and not offered:
        return None
    if _FEE.search(_near(text, figure, 4, 4)):
        return _claim("price", "unsupported", heard, note=f"{figure.text}: no such fee")
    if not offered and not _names_offer(text, read.sheet) and _is_result(text, figure):
        return _claim("number", "unsupported", heard, note=f"{figure.text}: not on the sheet")
    name = price_fact(read.sheet)
    wording = read.sheet.facts[name].wording
    return _claim("price", "contradicted", heard, name, f"{figure.text}; the sheet says {wording}")


def _is_result(text: str, figure: Figure) -> bool:
    """Whether a sum is won, lost or insured rather than paid."""
    return bool(_OF_RESULTS.search(_near(text, figure, 6, 5)))


def _percent(figure: Figure, heard: Heard, read: ReadCall) -> Claim | None:
    text = heard.sentence.text
    if _WHOLE_HEARTED.search(text[figure.start :]) or heard.echoes(figure):
        return None
    stated = _facts_with("percent", figure.value, read.sheet)
    reduced = _REDUCTION.search(_near(text, figure, 4, 5)) or (
        heard.sentence.chance(SalesAct.OFFER_DISCOUNT) >= _OFFERED
    )
    if reduced and not _is_proof(heard, read, stated):
        return _discount(figure, heard, read)
    if stated:
        return _claim("number", "supported", heard, stated[0])
    if heard.is_about_customer:
        return None
    return _number(figure, heard, read)


def _is_proof(heard: Heard, read: ReadCall, stated: list[str]) -> bool:
    """Whether the percentage belongs to a fact that is no discount."""
    return any(
        match(part, name, read) >= _SAME_SUBJECT
        for name in stated
        if read.sheet.facts[name].kind is not FactKind.DISCOUNT
        for part in heard.sentence.parts
    )


def _discount(figure: Figure, heard: Heard, read: ReadCall) -> Claim | None:
    allowed = discount_names(read.sheet)
    if figure.value in allowed:
        return _claim("discount", "supported", heard, allowed[figure.value])
    if _CUSTOMERS_OWN.search(heard.sentence.text) and not _OFFER.search(heard.sentence.text):
        return None
    ladder = ", ".join(f"{percent:g}" for percent in sorted(allowed)) or "no discount"
    first = next(iter(allowed.values()), None)
    return _claim(
        "discount", "contradicted", heard, first, f"{figure.text}; the sheet allows {ladder}"
    )


def _duration(figure: Figure, heard: Heard, read: ReadCall) -> Claim | None:
    text = heard.sentence.text
    topic = _topic(text, figure)
    stated = _facts_lasting(figure, read.sheet)
    if (
        topic is None
        and not stated
        and not heard.sentence.asks
        and _TAKES.search(text)
        and not _is_talk(figure, text)
    ):
        topic = "setup"
    of_topic = _facts_of_topic(topic, read.sheet)
    if heard.echoes(figure) or (topic is None and not stated and _is_talk(figure, text)):
        return None
    if not of_topic:
        return _untopical_duration(figure, heard, read, stated)
    same = [name for name in stated if name in of_topic]
    if same:
        return _claim("duration", "supported", heard, same[0])
    if heard.sentence.asks and not stated:
        return None
    wording = read.sheet.facts[of_topic[0]].wording
    note = f"{figure.text}; the sheet says {wording}"
    return _claim("duration", "contradicted", heard, of_topic[0], note)


def _untopical_duration(
    figure: Figure, heard: Heard, read: ReadCall, stated: list[str]
) -> Claim | None:
    if stated:
        return _claim("duration", "supported", heard, stated[0])
    text = heard.sentence.text
    if heard.is_about_customer or _is_talk(figure, text) or not _OURS.search(text):
        return None
    return _number(figure, heard, read)


def _count(figure: Figure, heard: Heard, read: ReadCall) -> Claim | None:
    stated = _facts_with("count", figure.value, read.sheet)
    if stated:
        return _claim("number", "supported", heard, stated[0])
    counted = figure.unit.split()[-1]
    same_thing = any(
        known.kind == "count" and known.unit.split()[-1] == counted
        for fact in read.sheet.facts.values()
        for known in find_figures(fact.wording)
    )
    if figure.value < _LEAST_COUNT and not same_thing:
        return None
    if heard.echoes(figure) or heard.is_about_customer:
        return None
    return _number(figure, heard, read)


def _number(figure: Figure, heard: Heard, read: ReadCall) -> Claim:
    """A figure that no fact states: contradicted if a fact gives another for the same thing."""
    likely, score = nearest_fact(heard.sentence, read)
    figures = find_figures(read.sheet.facts[likely].wording)
    rival = any(known.kind == figure.kind for known in figures)
    if rival and score >= _SAME_SUBJECT:
        note = f"{figure.text}; the sheet says {read.sheet.facts[likely].wording}"
        return _claim("number", "contradicted", heard, likely, note)
    return _claim("number", "unsupported", heard, note=f"{figure.text}: not on the sheet")


def _names_offer(text: str, sheet: FactSheet) -> bool:
    return sheet.product.removeprefix("the ").lower() in text.lower()


def _facts_with(kind: str, value: float, sheet: FactSheet) -> list[str]:
    """Facts whose wording or value states a figure of this kind and value."""
    return [
        name
        for name, fact in sheet.facts.items()
        if any(f.kind == kind and f.value == value for f in find_figures(fact.wording))
        or (kind == "count" and fact.value == value and not _is_period(fact.unit))
    ]


def _facts_lasting(figure: Figure, sheet: FactSheet) -> list[str]:
    return [
        name
        for name, fact in sheet.facts.items()
        if any(_same_length(figure, value, unit) for value, unit in _lengths(fact))
    ]


def _lengths(fact: Fact) -> list[tuple[float, str]]:
    found = [(f.value, f.unit) for f in find_figures(fact.wording) if f.kind == "duration"]
    if fact.value is not None and _is_period(fact.unit):
        found.append((fact.value, str(fact.unit).rstrip("s")))
    return found


def _is_period(unit: str | None) -> bool:
    return (unit or "").rstrip("s") in DAYS


def _same_length(figure: Figure, value: float, unit: str) -> bool:
    if figure.unit == unit:
        return figure.value == value
    ours, theirs = figure.value * DAYS[figure.unit], value * DAYS[unit]
    return abs(ours - theirs) <= 0.03 * theirs


def _facts_of_topic(topic: Topic | None, sheet: FactSheet) -> list[str]:
    return [name for name, fact in sheet.facts.items() if fact.slot == topic and _lengths(fact)]


def _single_periods(text: str, figures: list[Figure]) -> list[Figure]:
    """Durations of "a week" or "one day", which are no figures to the figure finder."""
    return [
        Figure("duration", 1.0, match[1].lower(), *match.span(), match[0])
        for match in _SINGLE.finditer(text)
        if all(match.end() <= figure.start or match.start() >= figure.end for figure in figures)
    ]


def _is_talk(figure: Figure, text: str) -> bool:
    """Whether a duration is that of this talk, or points to another call."""
    return figure.unit == "minute" or bool(_CALL_AGAIN.search(text))


def _topic(text: str, figure: Figure) -> Topic | None:
    """What lasts that long: named right after the figure, else before it."""
    after = " ".join(re.split(r"[,;:.]|\d", text[figure.end :])[0].split()[:4])
    before = " ".join(re.split(r"[,;:.]|\d", text[: figure.start])[-1].split()[-6:])
    for words in (after, before):
        places = {
            topic: match.start()
            for topic, pattern in _TOPICS.items()
            if (match := pattern.search(words))
        }
        if places:
            return min(places, key=lambda topic: places[topic])
    return None


def _near(text: str, figure: Figure, before: int, after: int) -> str:
    """The words around a figure, with the figure."""
    left = " ".join(text[: figure.start].split()[-before:])
    right = " ".join(text[figure.end :].split()[:after])
    return f"{left} {figure.text} {right}"
