"""Turn a plain sentence into a template: figures and names become `{slots}`.

Words that the call is known to speak with (its `values`) are looked for first, longest first;
then figures in the forms in which sales calls say them. A figure that fits no form stays, and
`is_template` refuses the text: it belongs to one offer only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.slots import SLOT_FORMS, slots_in

__all__ = ["delexicalised", "is_template"]

_NUMBER = (
    r"(?:\d[\d,.]*\d|\d|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|"
    r"twenty|thirty|sixty|ninety|hundred)"
)
_UNIT = r"(?:minute|hour|day|week|month|quarter|year)"
_ABOUT = r"(?:(?:about|around|roughly|only|just|up to)\s+)?"
_PERIOD = rf"(?:\s*(?:a|per|each|every|/)\s*(?:{_UNIT}|mo)\b)"
_WORTH = rf"(?:(?:[$€£]\s?\d[\d,.]*\d|[$€£]\s?\d)|{_NUMBER}\s+(?:dollars|euros|pounds|bucks))"
_PERCENT = rf"{_NUMBER}\s?(?:%|percent\b|per cent\b)"
_ARTICLE = r"(?:an?\s+|the\s+|our\s+)?"

_FORMS: tuple[tuple[str, str], ...] = (
    ("discount", rf"{_ABOUT}{_PERCENT}\s+(?:off|discount|less|cheaper)\b(?:\s+the first {_UNIT})?"),
    ("discount", rf"{_WORTH}\s+(?:off|discount)\b(?:\s+the first {_UNIT})?"),
    (
        "guarantee",
        rf"{_ARTICLE}{_NUMBER}[- ]{_UNIT}s?[- ]"
        r"(?:money[- ]back\s+)?(?:guarantee|warranty|promise|trial|right to cancel)",
    ),
    ("guarantee", rf"{_ARTICLE}money[- ]back (?:guarantee|promise)"),
    (
        "term",
        rf"{_ARTICLE}{_NUMBER}[- ]{_UNIT}s?[- ](?:contract|agreement|term|subscription|lease|plan)",
    ),
    ("price", rf"{_ABOUT}{_WORTH}{_PERIOD}?"),
    (
        "setup",
        rf"(?P<before>\b(?:takes?|within)\s+){_ABOUT}{_NUMBER}(?:\s+to\s+{_NUMBER})?\s+"
        r"(?:working\s+|business\s+)?(?:hour|day|week|month)s?\b",
    ),
)
"""(slot, expression), in this order: a guarantee of 30 days is no time to set up."""
_PATTERNS = tuple((slot, re.compile(form, re.IGNORECASE)) for slot, form in _FORMS)

_SHORTEST_VALUE = 3
"""Shorter values ('$6') would be found inside other words."""
_FEWEST_WORDS, _MOST_WORDS = 4, 70
_DANGLING = re.compile(r"\b(?:and|or|but|the|a|an|of|to|with|for|because)[.?!]$", re.IGNORECASE)


def delexicalised(text: str, values: Mapping[str, str]) -> str:
    """`text` with `{slots}` in the place of known values and of figures.

    A slot is filled once in a turn: of two prices, the second stays a figure. Text that speaks
    with slots already stays as it is, but for spaces.

    Args:
        text: what a salesman said.
        values: slot -> the words of this call.
    """
    text = " ".join(text.split())
    if slots_in(text):
        return text
    known = sorted(values.items(), key=lambda item: (-len(item[1]), item[0]))
    for slot, words in known:
        if slot in SLOT_FORMS and len(words) >= _SHORTEST_VALUE:
            whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE)
            text = _replaced(text, whole, slot)
    for slot, pattern in _PATTERNS:
        text = _replaced(text, pattern, slot)
    return text


def is_template(text: str) -> bool:
    """Can every campaign say this? Whole sentences, known slots, no figure left, no repetition."""
    sentences = [re.sub(r"\W+", " ", sentence.lower()) for sentence in split_sentences(text)]
    return (
        _FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS
        and text[-1] in ".?!"
        and not _DANGLING.search(text)
        and not re.search(r"[\d$€£%]", re.sub(r"\{[a-z_0-9]+\}", "", text))
        and set(slots_in(text)) <= set(SLOT_FORMS)
        and not re.search(r"[{}]", re.sub(r"\{[a-z_0-9]+\}", "", text))
        and len(set(sentences)) == len(sentences)
    )


def _replaced(text: str, pattern: re.Pattern[str], slot: str) -> str:
    if slot in slots_in(text):
        return text
    return pattern.sub(lambda match: f"{_before(match)}{{{slot}}}", text, count=1)


def _before(match: re.Match[str]) -> str:
    """What a form needs to stand before it, and leaves there."""
    return match.groupdict().get("before") or ""
