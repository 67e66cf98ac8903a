"""The slots that delexicalised text may hold, and how they are filled.

Scripts, corpus templates and the embedded language model speak with `{slot}` in the place
of a fact, so that one sentence serves every campaign. Each slot has a fixed grammatical
form (see `SLOT_FORMS`), which is what lets a sentence be written before its facts are known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["CONTEXT_SLOTS", "FACT_SLOTS", "SLOT_FORMS", "fill_slots", "slots_in"]

FACT_SLOTS: dict[str, str] = {
    "price": "price noun phrase with its period: '$199 a month'",
    "term": "noun phrase with article: 'a 12-month contract'",
    "setup": "duration noun phrase: 'about three working days'",
    "guarantee": "noun phrase with article: 'a 30-day money-back guarantee'",
    "discount": "noun phrase: '15 percent off the first year'",
    "proof": "clause, lower case: 'more than 1,200 shops already use it'",
    "benefit": "clause, lower case: 'your shop shows up first when people nearby search'",
    "benefit_2": "a second benefit clause",
    "eligibility": "clause, lower case: 'any registered business can join'",
    "process": "clause, lower case: 'we send you a one-page form and you sign it online'",
}
"""Slots filled from the fact sheet: saying one of them is a claim."""

CONTEXT_SLOTS: dict[str, str] = {
    "company": "proper name",
    "agent": "first name of the caller",
    "product": "noun phrase with article: 'the Local Spotlight plan'",
    "customer": "salutation: 'Ms. Rivera'",
    "business": "noun phrase without article: 'bakery'",
    "need": "noun phrase or gerund: 'getting more walk-in customers'",
    "problem": "noun phrase: 'quiet weekday afternoons'",
    "disclosure": "full sentence",
    "callback_time": "adverbial: 'on Thursday afternoon'",
    "budget": "money noun phrase: '$150 a month'",
    "competitor": "noun phrase: 'our current provider'",
}
"""Slots filled from the persona and the campaign's frame: no claim about the offer."""

SLOT_FORMS: dict[str, str] = {**FACT_SLOTS, **CONTEXT_SLOTS}

_SLOT = re.compile(r"\{([a-z_0-9]+)\}")


def slots_in(text: str) -> list[str]:
    """Names of the slots in `text`, in order, each once."""
    return list(dict.fromkeys(_SLOT.findall(text)))


def fill_slots(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """Replace each `{slot}` by its value.

    Returns the filled text and the names of the slots that had no value; those stay in
    the text as they are, so that the caller can refuse or retry.
    """
    missing: list[str] = []

    def value_of(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in values:
            return values[name]
        missing.append(name)
        return match.group(0)

    filled = re.sub(r" {2,}", " ", _SLOT.sub(value_of, text)).strip()
    return _capitalise_sentences(filled), missing


def _capitalise_sentences(text: str) -> str:
    """Upper-case the first letter of each sentence: slot values are lower case."""
    return re.sub(r"(^|[.!?]\s+)([a-z])", lambda m: m.group(1) + m.group(2).upper(), text)
