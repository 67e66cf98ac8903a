"""Hashed character and word n-grams: the lexical half of the judge's ear."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["FEATURES", "count_matrix", "inverse_frequency", "weighted"]

_CHARACTER_BUCKETS = 8192
_WORD_BUCKETS = 4096
FEATURES = _CHARACTER_BUCKETS + _WORD_BUCKETS
"""Length of a feature vector: character n-grams first, then word n-grams."""

Array = NDArray[np.float32]


def count_matrix(texts: Sequence[str]) -> Array:
    """Damped counts, log(1 + n), of the hashed n-grams; shape (len(texts), FEATURES)."""
    rows = np.zeros((len(texts), FEATURES), dtype=np.float32)
    for row, text in enumerate(texts):
        buckets = Counter(_buckets(text))
        rows[row, list(buckets)] = np.log1p(list(buckets.values()))
    return rows


def inverse_frequency(counts: Array) -> Array:
    """Weight of each bucket: rare ones tell more. Shape (FEATURES,)."""
    present = (counts > 0).sum(axis=0)
    return np.asarray(np.log((1 + len(counts)) / (1 + present)) + 1.0, dtype=np.float32)


def weighted(counts: Array, inverse: Array) -> Array:
    """Counts times inverse frequency, each half scaled to unit length."""
    rows = counts * inverse
    for half in (slice(0, _CHARACTER_BUCKETS), slice(_CHARACTER_BUCKETS, FEATURES)):
        norms = np.linalg.norm(rows[:, half], axis=1, keepdims=True)
        rows[:, half] /= np.maximum(norms, 1e-6)
    return rows


def _buckets(text: str) -> Iterable[int]:
    words = re.findall(r"[a-z']+|\d+|[?!$%]", text.lower())
    words = ["0" if word.isdigit() else word for word in words]
    for word in words:
        yield from (zlib.crc32(gram.encode()) % _CHARACTER_BUCKETS for gram in _pieces(f" {word} "))
    for gram in _phrases(words):
        yield _CHARACTER_BUCKETS + zlib.crc32(gram.encode()) % _WORD_BUCKETS


def _pieces(word: str) -> Iterable[str]:
    for size in (2, 3, 4, 5):
        for start in range(max(0, len(word) - size + 1)):
            yield word[start : start + size]


def _phrases(words: Sequence[str]) -> Iterable[str]:
    yield from words
    for first, second in pairwise(words):
        yield f"{first} {second}"
    yield f"< {' '.join(words[:2])}"
    yield f"{' '.join(words[-2:])} >"
