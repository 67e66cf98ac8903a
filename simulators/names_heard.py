"""Hear who calls, for whom, about what, and when they would call again."""

from __future__ import annotations

import re

__all__ = ["hear_names"]

_COMPANY = re.compile(
    r"\b(?:from|with|of|at|for|company is|represent|behalf of)\s+(?:the )?"
    r"([A-Z][\w&'-]+(?:\s(?:[A-Z][\w&'-]+|and [A-Z][\w'-]+))*)"
)
_AGENT = re.compile(
    r"\b(?:my name(?:'s| is)|I'm|I am|[Tt]his is|[Ii]t's|speaking with|Name's)\s+([A-Z][a-z]+)\b"
)
_PRODUCT = re.compile(r"\b(the (?:[A-Z][\w'-]+ )+(?:[a-z]+|[A-Z]\w+))")
_TIME = re.compile(
    r"\b((?:on |next |this )?(?:monday|tuesday|wednesday|thursday|friday|saturday)"
    r"(?: (?:morning|afternoon|evening|before noon|at \w+))?|tomorrow(?: \w+)?|early next week)\b",
    re.IGNORECASE,
)
_NO_NAMES = {"Calling", "Not", "Sorry", "Glad", "Just", "Happy", "Here", "Monday", "The"}


def hear_names(text: str) -> dict[str, str]:
    """Names in a turn: company, agent, product, callback_time."""
    found: dict[str, str] = {}
    for key, cue in (
        ("company", _COMPANY),
        ("agent", _AGENT),
        ("product", _PRODUCT),
        ("callback_time", _TIME),
    ):
        match = cue.search(text)
        if match and match[1] not in _NO_NAMES:
            found[key] = match[1]
    return found
