"""How well the words of a draft fit together, by what salesmen of the corpus say.

A small model joins what it learned, and some joints do not fit. Neighbouring words that stand
together in no hand-written line are counted; of several drafts the one with the fewest is the
likeliest to be a sentence. A model that learned other words than ours is not muted by it: drafts
are ranked.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.slots import FACT_SLOTS
from ai_salesman.corpus.connectives import embedded_connectives
from ai_salesman.corpus.salesman_templates import salesman_templates

__all__ = ["faults_in"]

_WORD = re.compile(r"\{\w+\}|[\w']+|[,;:.?!]")
_EDGE = ""

Joint = tuple[str, str]


def faults_in(draft: str) -> int:
    """Joints of words that no line has, and facts said a second time.

    Args:
        draft: delexicalised, with its slots.
    """
    unknown = sum(joint not in _known_joints() for joint in _joints(draft))
    facts = Counter(word for word in _WORD.findall(draft) if word.strip("{}") in FACT_SLOTS)
    return unknown + sum(count - 1 for count in facts.values())


@lru_cache(maxsize=1)
def _known_joints() -> frozenset[Joint]:
    lines = [template.text for template in salesman_templates() if template.habit is None]
    joined = embedded_connectives()
    for pieces in (*joined.acknowledgements.values(), *joined.additions.values()):
        lines += pieces
    return frozenset(joint for line in lines for joint in _joints(line))


def _joints(text: str) -> list[Joint]:
    """Neighbouring words and marks of each sentence, its start and end among them."""
    return [
        joint
        for sentence in split_sentences(text)
        for joint in pairwise([_EDGE, *_WORD.findall(sentence.lower()), _EDGE])
    ]
