"""Hand-written hints for the judge's ear: word patterns and the shape of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.errors import UnknownNameError
from ai_salesman.conversation.files import load_yaml

__all__ = ["cue_matrix"]

_SHAPES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\?\s*$",
        r"!",
        r"^(?:\S+\s*){1,2}$",
        r"^(?:\S+\s*){3,4}$",
        r"^(?:\S+\s+){7,}",
        r"^(?:\S+\s+){11,}",
        r"\b(?:we|our|us)\b",
        r"\b(?:i|my|me)\b",
        r"\b(?:you|your)\b",
        r"n't\b|\b(?:no|not|never)\b",
        r"\d|\b(?:two|three|four|five|six|ten|twenty|hundred)\b",
        r"^(?:how|what|when|where|who|why|which)\b",
        r"^(?:can|could|would|do|does|is|are|has|have|will|did)\b",
    )
)


def cue_matrix(kind: str, texts: Sequence[str]) -> NDArray[np.float32]:
    """Which hints of `kind` ('customer' or 'salesman') each text shows: rows of 0 and 1.

    Raises:
        UnknownNameError: there are no hints of this kind.
    """
    patterns = (*_patterns()[kind], *_SHAPES) if kind in _patterns() else ()
    if not patterns:
        raise UnknownNameError("kind of cues", kind, _patterns())
    rows = [[bool(pattern.search(text)) for pattern in patterns] for text in texts]
    return np.array(rows, dtype=np.float32).reshape(len(texts), len(patterns))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, list[re.Pattern[str]]]:
    folder = Path(str(resources.files("ai_salesman.evaluation")))
    content: dict[str, dict[str, list[str]]] = load_yaml(folder / "rubrics" / "cues.yaml")
    return {
        kind: [re.compile(text, re.IGNORECASE) for texts in acts.values() for text in texts]
        for kind, acts in content.items()
    }
