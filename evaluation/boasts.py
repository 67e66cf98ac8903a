"""Boasts by their grammar: a top rank in a whole world, all others worse, right for everybody.

A list of phrases hears only the boasts that somebody thought of; what makes a boast is that it
compares with everything or speaks for everybody.
"""

from __future__ import annotations

import re

__all__ = ["OF_ONESELF", "WITHOUT_EQUAL"]

_EVERYWHERE = (
    r"(?:(?:in|of|on|across) (?:the |this |our )?(?:whole |entire )?(?:market|world|earth|planet"
    r"|globe|country|nation|state|continent|industry|trade|business|field|sector)"
    r"|ever|anywhere|worldwide|nationwide|there is|of all time|imaginable|in history)"
)
_TOPMOST = (
    r"(?:best|finest|greatest|top|leading|cheapest|fastest|safest|strongest|smartest"
    r"|most \w+|number one|first)"
)
_OTHERS = r"(?:others?|rivals?|competitors?|competition|suppliers?|providers?|companies)"

WITHOUT_EQUAL = re.compile(
    # a top rank, and a whole world to be at the top of
    rf"\b{_TOPMOST}\b.{{0,40}}\b{_EVERYWHERE}\b|\b{_EVERYWHERE}\b.{{0,30}}\b{_TOPMOST}\b"
    # nobody else is, does or has as much
    r"|\b(?:nobody|no[- ]one|nothing|none|no (?:other )?\w+)\b.{0,40}"
    r"\b(?:better|as (?:well|good|much|fast) as|compare[sd]?|close to (?:it|us|this)|equal|rival"
    r"|than (?:we|us|ours))\b"
    r"|\b(?:never|not|won't) (?:\w+ )?(?:find|see|get) (?:anything|anyone|a|any)\b.{0,15}\bbetter\b"
    # all the others are worse
    r"|\b(?:beats?|outdo(?:es)?|surpass(?:es)?|superior to|ahead of|leaves?)\b.{0,20}"
    rf"\b(?:every|all|any|everything)\b.{{0,15}}\b(?:{_OTHERS}|else|product|of them)\b"
    rf"|\b(?:all|every|the) (?:the |other )?{_OTHERS}\b.{{0,20}}\b(?:worse|inferior|behind|poor)\b"
    # right for everybody, and for everything
    r"|\b(?:works?|fits?|suits?|helps?|solves?)\b.{0,20}"
    r"\b(?:everybody|everyone|every (?:single )?(?:problem|case|customer)|all problems)\b"
    # everybody says so
    r"|\b(?:every|all(?: the)?|the (?:whole|entire)) (?:leading )?"
    r"(?:experts?|doctors?|universit\w+|scientists?|tests?|trade|industry|world)\b",
    re.IGNORECASE,
)
"""Compares with everything, or speaks for everybody."""

OF_ONESELF = re.compile(
    r"\b(?:i|i'm|i've|i'd|me|my|mine|myself)\b(?!.*\b(?:we|our|ours|us)\b)", re.IGNORECASE
)
"""The speaker praises itself, which is idle and no claim about the offer."""
