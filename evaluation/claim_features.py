"""Match what the salesman says of the offer against the wordings of the fact sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from ai_salesman.conversation.taxonomy import FactKind, SalesAct
from ai_salesman.conversation.verdict import Claim
from ai_salesman.evaluation.reader import Piece, ReadCall, Sentence
from ai_salesman.evaluation.wording import content_words, overlap

__all__ = ["feature_claims", "match", "nearest_fact"]

_SUPPORTED = 0.62
"""Match from which a sentence states a fact."""
_UNKNOWN = 0.4
"""Match below which an assertion about the offer rests on no fact."""
_ASSERTED = 0.6
"""Ear's probability from which a sentence asserts something about the offer."""
_NEED = 0.5
"""Cosine to a need from which a sentence is about the customer and not the offer."""
_ASSERTIONS = (SalesAct.EXPLAIN_BENEFIT, SalesAct.STATE_FACT, SalesAct.SOCIAL_PROOF)
_BY_WORDS = frozenset(
    {FactKind.FEATURE, FactKind.PROOF, FactKind.PROCESS, FactKind.ELIGIBILITY, FactKind.GUARANTEE}
)
_OFFER_SUBJECT = re.compile(
    r"\b(?:with us|you(?:'ll| will| would|'d)? (?:get|have|see|receive|never)|it (?:comes|includes?"
    r"|has|gives|makes|runs|works|does|will|can|lets|keeps|saves|covers|sends)|we (?:offer|give"
    r"|have|send|install|provide|include|deliver|cover|are|won|own|built|guarantee)|our \w+"
    r"|(?:comes|included) with|every(?:one|body)|thousands|hundreds|nobody|customers)\b",
    re.IGNORECASE,
)
_OWN_BEHAVIOUR = re.compile(
    r"\b(?:i|i'm|i'll|i'd|i've|my|me|list|number|call|email|talk|question|time|hear|heard|what)\b",
    re.IGNORECASE,
)

_REPORTED = re.compile(
    r"\b(?:whether|you(?:'re| are)? ask(?:ing|ed)?|you want to know)\b", re.IGNORECASE
)
"""What the customer asked, said again, is no claim of one's own."""


def match(piece: Piece, fact: str, read: ReadCall) -> float:
    """Likeness of some words to a fact, 0 to 1: meaning and shared words count alike."""
    cosine = float(piece.vector @ read.vectors.facts[fact])
    shared = overlap(content_words(read.sheet.facts[fact].wording), piece.words)
    return max(cosine, (cosine + shared) / 2, shared if shared >= 0.75 else 0.0)


def nearest_fact(sentence: Sentence, read: ReadCall) -> tuple[str, float]:
    """The fact that the sentence, or a part of it, is most like."""
    scores = {
        name: max(match(part, name, read) for part in sentence.parts) for name in read.sheet.facts
    }
    best = max(scores, key=lambda name: scores[name])
    return best, scores[best]


def feature_claims(sentence: Sentence, read: ReadCall, taken: frozenset[str]) -> Iterator[Claim]:
    """Facts that the sentence states in words, and assertions that no fact covers.

    Args:
        sentence: a sentence of the salesman.
        read: the call.
        taken: facts that the sentence's figures were already checked against.
    """
    stated = [name for name in _by_words(read) if _states(sentence, name, read)]
    for name in stated:
        if name not in taken:
            yield Claim(
                turn=sentence.turn,
                quote=sentence.text,
                kind="guarantee" if read.sheet.facts[name].slot == "guarantee" else "feature",
                status="supported",
                fact=name,
            )
    if not stated and not taken and _is_assertion(sentence, read):
        best, score = nearest_fact(sentence, read)
        if score < _UNKNOWN:
            note = f"no fact says so; the nearest is {best!r}"
            yield Claim(
                turn=sentence.turn,
                quote=sentence.text,
                kind="feature",
                status="unsupported",
                note=note,
            )


def _by_words(read: ReadCall) -> list[str]:
    return [name for name, fact in read.sheet.facts.items() if fact.kind in _BY_WORDS]


def _states(sentence: Sentence, fact: str, read: ReadCall) -> bool:
    return any(match(part, fact, read) >= _SUPPORTED for part in sentence.parts)


def _is_assertion(sentence: Sentence, read: ReadCall) -> bool:
    text = sentence.text
    if any(float(np.max(v @ sentence.vector)) >= _NEED for v in read.vectors.needs.values()):
        return False
    return (
        not sentence.asks
        and len(sentence.words) >= 4
        and bool(_OFFER_SUBJECT.search(text))
        and not _OWN_BEHAVIOUR.search(text)
        and not _REPORTED.search(text)
        and sentence.chance(*_ASSERTIONS) >= _ASSERTED
    )
