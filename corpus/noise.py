"""Make a customer's written line look as it comes out of a telephone: rough."""

from __future__ import annotations

import re

import numpy as np

__all__ = ["drop_words", "roughen"]

_FILLERS = ("um", "uh", "well", "you know", "look", "I mean", "so", "er")
_RATE = {"lower": 0.15, "bare": 0.2, "filler": 0.12, "typo": 0.08}
"""Chance of each kind of roughness in a line."""


def roughen(text: str, rng: np.random.Generator) -> str:
    """`text` with a random choice of lower case, lost punctuation, fillers and typing slips."""
    if rng.random() < _RATE["filler"]:
        text = _with_filler(text, rng)
    if rng.random() < _RATE["typo"]:
        text = _with_typo(text, rng)
    if rng.random() < _RATE["bare"]:
        text = re.sub(r"[,;:]|[.!](?=\s|$)", "", text)
    if rng.random() < _RATE["lower"]:
        text = text.lower()
    return text


def drop_words(text: str, rng: np.random.Generator, rate: float) -> str:
    """`text` without a random `rate` of its words; at least one stays."""
    words = text.split()
    kept = [word for word in words if rng.random() >= rate]
    return " ".join(kept or words[-1:])


def _with_filler(text: str, rng: np.random.Generator) -> str:
    filler = _FILLERS[int(rng.integers(len(_FILLERS)))]
    words = text.split()
    at = int(rng.integers(len(words))) if words else 0
    if at == 0:
        rest = text if text[:2] in ("I ", "I'") else text[:1].lower() + text[1:]
        return f"{filler[:1].upper()}{filler[1:]}, {rest}"
    return " ".join([*words[:at], f"{filler},", *words[at:]])


def _with_typo(text: str, rng: np.random.Generator) -> str:
    """Swap two letters inside one longer word."""
    words = text.split()
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    i = long[int(rng.integers(len(long)))]
    word = words[i]
    at = 1 + int(rng.integers(len(word) - 2))
    words[i] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)
