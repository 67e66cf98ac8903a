"""Find the figures in spoken text: money, percentages, durations, counts.

>>> [(f.kind, f.value, f.unit) for f in find_figures("It is $199 a month for 12 months.")]
[('money', 199.0, 'month'), ('duration', 12.0, 'month')]
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

__all__ = ["Figure", "FigureKind", "find_figures"]

FigureKind = Literal["money", "percent", "duration", "count"]


class Figure(NamedTuple):
    """One figure and where it stands."""

    kind: FigureKind
    value: float
    unit: str
    """money: 'month', 'year', ... or 'once'; duration: its unit; count: the noun counted."""
    start: int
    end: int
    text: str


_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORD_VALUES = (
    {word: i for i, word in enumerate(_UNITS)}
    | {word: 10 * (i + 2) for i, word in enumerate(_TENS)}
    | {"half": 0.5, "dozen": 12}
)
_SCALES = {"hundred": 100.0, "thousand": 1_000.0, "million": 1_000_000.0, "k": 1_000.0}

_WORD = "|".join([*_UNITS, *_TENS])
_NUMBER = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?(?:k\b)?"
    rf"|\b(?:{_WORD})(?:[- ](?:{_WORD}|and (?:{_WORD})|hundred|thousand|million))*\b)"
    r"(?:\s(?:hundred|thousand|million)\b)?"
)
_PERIOD = r"hour|day|week|month|year|quarter|night|session|lesson|employee|person"
_PER = (
    rf"(?:\s*(?:/|(?:a|an|per|each|every)\s+)\s*({_PERIOD})\b|\s+(monthly|yearly|annually|weekly))"
)
_TIME = r"(?:working |business |calendar )?(minute|hour|day|week|month|year|quarter)s?"

_MONEY = re.compile(
    rf"(?:(?:\$|usd\s?|us\$\s?)({_NUMBER})|({_NUMBER})\s?(?:dollars?|bucks|usd)\b)(?:{_PER})?",
    re.IGNORECASE,
)
_PERCENT = re.compile(rf"({_NUMBER})\s?(?:%|percent\b|per cent\b)", re.IGNORECASE)
_HALF_PRICE = re.compile(
    r"\b(?:half (?:the |of the )?price|half off|for half|at half|price in half)\b", re.IGNORECASE
)
_DURATION = re.compile(rf"({_NUMBER})[\s-]{_TIME}\b", re.IGNORECASE)
_COUNT = re.compile(rf"({_NUMBER})\s+((?:[a-z]+\s)?[a-z]{{3,}}s)\b", re.IGNORECASE)
_NOT_COUNTED = re.compile(
    r"\b(?:minutes|hours|days|weeks|months|years|quarters|dollars|bucks|seconds|things|questions"
    r"|moments|steps|ways|words)$",
    re.IGNORECASE,
)
_ADVERB_UNITS = {"monthly": "month", "yearly": "year", "annually": "year", "weekly": "week"}


def find_figures(text: str) -> list[Figure]:
    """The figures in `text`, in order, not overlapping."""
    return list(_found(text))


@lru_cache(maxsize=8_192)
def _found(text: str) -> tuple[Figure, ...]:
    """Guard, ear, health and judges read the same sentences one after the other."""
    found: list[Figure] = []
    for figure in [
        *_money(text),
        *_percents(text),
        *_durations(text),
        *_counts(text),
    ]:
        if all(figure.end <= other.start or figure.start >= other.end for other in found):
            found.append(figure)
    return tuple(sorted(found, key=lambda figure: figure.start))


def _money(text: str) -> list[Figure]:
    return [
        Figure(
            "money",
            _value(match[1] or match[2]),
            match[3].lower() if match[3] else _ADVERB_UNITS.get((match[4] or "").lower(), "once"),
            *match.span(),
            match[0],
        )
        for match in _MONEY.finditer(text)
    ]


def _percents(text: str) -> list[Figure]:
    return [
        Figure("percent", _value(match[1]), "percent", *match.span(), match[0])
        for match in _PERCENT.finditer(text)
    ] + [
        Figure("percent", 50.0, "percent", *match.span(), match[0])
        for match in _HALF_PRICE.finditer(text)
    ]


def _durations(text: str) -> list[Figure]:
    return [
        Figure("duration", _value(match[1]), match[2].lower(), *match.span(), match[0])
        for match in _DURATION.finditer(text)
    ]


def _counts(text: str) -> list[Figure]:
    return [
        Figure("count", _value(match[1]), match[2].lower(), *match.span(), match[0])
        for match in _COUNT.finditer(text)
        if not _NOT_COUNTED.search(match[2]) and _value(match[1]) >= 2
    ]


def _value(text: str) -> float:
    cleaned = text.lower().replace(",", "").strip()
    try:
        return float(cleaned)
    except ValueError:
        pass
    total, group = 0.0, 0.0
    for word in re.findall(r"\d+(?:\.\d+)?|[a-z]+", cleaned):
        if word in _WORD_VALUES:
            group += _WORD_VALUES[word]
        elif word in _SCALES:
            group = (group or 1.0) * _SCALES[word]
            if _SCALES[word] >= 1_000:
                total, group = total + group, 0.0
        elif word[0].isdigit():
            group += float(word)
    return total + group
