"""Look at words without a model: content words, likeness, negation."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = [
    "content_words",
    "is_denied",
    "is_negative",
    "is_question",
    "normal",
    "overlap",
    "segments",
]

_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "me",
        "more",
        "most",
        "my",
        "no",
        "not",
        "of",
        "on",
        "one",
        "or",
        "our",
        "out",
        "own",
        "people",
        "per",
        "she",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "up",
        "us",
        "was",
        "we",
        "well",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "yours",
        "about",
        "also",
        "all",
        "am",
        "because",
        "both",
        "each",
        "get",
        "got",
        "let",
        "may",
        "might",
        "must",
        "only",
        "other",
        "over",
        "same",
        "should",
        "very",
        "s",
        "t",
        "re",
        "ve",
        "ll",
        "d",
        "m",
        "don",
        "isn",
        "won",
        "didn",
        "doesn",
        "can't",
        "like",
        "thing",
        "things",
    ]
)
_NEGATION = re.compile(
    r"\b(?:not|never|no|nobody|nothing|none|neither|nor|cannot|without|hardly|rather than"
    r"|instead of|isn't|aren't|won't|wouldn't|can't|couldn't|don't|doesn't|didn't|shouldn't)\b"
    r"|n't\b",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if (?:anyone|anybody|someone|somebody|they)|some people|others may|might tell you"
    r"|whoever tells)\b",
    re.IGNORECASE,
)
_LONG_FORMS = {"can't": "cannot", "won't": "will not", "n't": " not", "'ll": " will", "'re": " are"}
_BREAK = re.compile(r"[;:]\s+|\s-\s|,\s+(?:and|but|so|because|which|while|or|yet)\s+|[.!?]\s+")


def normal(text: str) -> str:
    """Lower case, hyphens as spaces, contractions in full, single spaces."""
    flat = text.lower().replace("\u2019", "'").replace("-", " ")
    for short, long in _LONG_FORMS.items():
        flat = flat.replace(short, long)
    return re.sub(r"\s+", " ", flat).strip()


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """The words that carry meaning, cut to rough stems; figures stay whole."""
    words = re.findall(r"[a-z']+|\d[\d,.]*\d|\d", text.lower())
    return frozenset(
        _stem(word) for word in words if word not in _STOP and (len(word) > 2 or word.isdigit())
    )


def overlap(wanted: frozenset[str], found: frozenset[str]) -> float:
    """Share of `wanted` that is in `found`; 0 when nothing is wanted."""
    return len(wanted & found) / len(wanted) if wanted else 0.0


def segments(sentence: str) -> list[str]:
    """The parts of a sentence that could stand alone, of four words or more."""
    parts = [part.strip(" ,;:") for part in _BREAK.split(sentence)]
    kept = [part for part in parts if len(part.split()) >= 4]
    return kept if len(kept) > 1 else []


def is_denied(text: str, start: int) -> bool:
    """Whether what stands at `start` is denied, or only supposed, by the words before it."""
    clause = re.split(r"[;.!?]|\b(?:but|however)\b", text[:start])[-1]
    near = " ".join(clause.split()[-8:])
    return bool(_NEGATION.search(near) or _SUPPOSED.search(clause))


def is_negative(text: str) -> bool:
    """Whether the end of a text is denied or only supposed."""
    bare = text.rstrip(" .!?")
    return is_denied(bare, len(bare))


def is_question(sentence: str) -> bool:
    """Whether the sentence asks."""
    return sentence.rstrip("\"') ").endswith("?")


def _stem(word: str) -> str:
    word = word.removesuffix("'s").strip("'")
    for suffix in ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word[:-1] if word.endswith(("s", "e", "y")) and len(word) > 3 else word
