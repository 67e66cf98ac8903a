"""Find what names a person, or leads to one: telephone numbers, addresses, names and the like.

Telephone numbers are found by the `phonenumbers` library. No library finds the rest offline, so
it is found by the patterns below, which are made for sales calls. They know English, and the
commonest Chinese forms. What has no telling words around it is not found: "ask Priya" is,
"Priya might" is not, unless the call names her elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from ai_salesman.corpus.names_told import told_names

__all__ = ["FINDERS", "Finder", "Found", "Personal"]


class Personal(StrEnum):
    """A kind of personal data. In capitals and square brackets it is the placeholder."""

    EMAIL = "email"
    ID = "id"
    """Numbers of social security and of identity cards."""
    CARD = "card"
    """Numbers of payment cards."""
    PHONE = "phone"
    ADDRESS = "address"
    """Street and house number, post box, British and American postcodes."""
    NAME = "name"

    @property
    def placeholder(self) -> str:
        """What stands for it."""
        return f"[{self.value.upper()}]"


class Found(NamedTuple):
    """A stretch of text, from `start` up to but without `end`."""

    start: int
    end: int


Finder = Callable[[str, str], Iterator[Found]]
"""Called with a text and a region such as "US"."""

_EMAILS = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}\b"),
    re.compile(r"\b[\w.+-]+ at [\w-]+(?: dot [\w-]+)* dot [A-Za-z]{2,4}\b", re.IGNORECASE),
)
_ID = re.compile(r"(?<![\d-])(?:\d{3}-\d{2}-\d{4}|[1-9]\d{5}(?:19|20)\d{9}[\dXx])(?![\d-])")
_CARD = re.compile(r"(?<![\d.$-])\d(?:[ -]?\d){12,18}(?![\d-])")
_SHORT_PHONE = re.compile(
    r"(?:call|ring|phone|number|reach|text|cell|mobile|fax)\b[^\d.!?]{0,25}"
    r"(\d{3}[- ]\d{4})(?![\d-])",
    re.IGNORECASE,
)
_DIGIT = "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple"
_SPOKEN_PHONE = re.compile(rf"\b(?:{_DIGIT})(?:[ ,-]+(?:{_DIGIT})){{6,}}\b", re.IGNORECASE)
_STREET = (
    r"Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Square|Sq"
    r"|Way|Terrace|Close|Crescent|Parkway|Pkwy|Highway|Hwy"
)
_UNIT = r"(?:,? (?:[Aa]pt|[Aa]partment|[Ss]uite|[Uu]nit|[Ff]lat|#)\.? ?\w{1,5})?"
_ADDRESSES = (
    re.compile(rf"\b\d{{1,5}}[A-Za-z]? (?:[A-Z][\w'\u2019.-]* ){{1,4}}(?:{_STREET})\b\.?{_UNIT}"),
    re.compile(
        r"\b\d{1,5} (?:(?!the|a|an|of|on|per|by|this|down|more|miles?|minutes?|hours?|people)"
        rf"[a-z]+ ){{1,2}}(?:street|avenue|road|lane|boulevard)\b{_UNIT}"
    ),
    re.compile(r"\bP\.? ?O\.? [Bb]ox \d+"),
    re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"),
    re.compile(r"(?:(?<=\], )|(?<=\] )|\b[A-Z][a-z]+,? )[A-Z]{2} \d{5}(?:-\d{4})?(?!\d)"),
    re.compile(r"[\u4e00-\u9fff]{2,8}[路街道巷]\d{1,5}号(?:\d{1,4}[室楼])?"),
)


def _by(*patterns: re.Pattern[str]) -> Finder:
    """The first group, or else the whole match, of each pattern."""

    def find(text: str, _region: str) -> Iterator[Found]:
        for pattern in patterns:
            for match in pattern.finditer(text):
                yield Found(*match.span(1 if pattern.groups else 0))

    return find


def _cards(text: str, _region: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        if _has_check_digit([int(digit) for digit in match[0] if digit.isdigit()]):
            yield Found(*match.span())


def _has_check_digit(digits: list[int]) -> bool:
    """Whether the last digit is the one that follows from the others (Luhn, ISO/IEC 7812)."""
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _phones(text: str, region: str) -> Iterator[Found]:
    if sum(letter.isdigit() for letter in text) >= 5:
        from phonenumbers import PhoneNumberMatcher

        for match in PhoneNumberMatcher(text, region):
            yield Found(match.start, match.end)
    yield from _by(_SHORT_PHONE, _SPOKEN_PHONE)(text, region)


def _names(text: str, _region: str) -> Iterator[Found]:
    yield from (Found(*span) for span in told_names(text))


FINDERS: dict[Personal, Finder] = {
    Personal.EMAIL: _by(*_EMAILS),
    Personal.ID: _by(_ID),
    Personal.CARD: _cards,
    Personal.PHONE: _phones,
    Personal.ADDRESS: _by(*_ADDRESSES),
    Personal.NAME: _names,
}
"""In the order in which they are asked: an address may hold a name, a name no address."""
