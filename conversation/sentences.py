"""Split spoken text into sentences."""

from __future__ import annotations

import re

__all__ = ["split_sentences"]

_ABBREVIATIONS = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|vs|etc|e\.g|i\.e|No|approx)\.$", re.IGNORECASE)


def split_sentences(text: str) -> list[str]:
    """The sentences of `text`, stripped; never empty unless the text is."""
    pieces = re.split(r"(?<=[.!?])[\"')\]]*\s+", text.strip())
    sentences: list[str] = []
    for piece in pieces:
        if sentences and _ABBREVIATIONS.search(sentences[-1]):
            sentences[-1] += f" {piece}"
        elif piece:
            sentences.append(piece)
    return sentences
