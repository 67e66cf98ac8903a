"""What a customer is likely to do next, given what the salesman has just done.

The prior of the intent reading: "No." after a question about the shop answers the question,
"No." after the price was asked for the decision refuses it. The odds are ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import CustomerAct, Strategy

__all__ = ["expected_acts"]

_A, _S = CustomerAct, Strategy

_AFTER_QUESTION: Mapping[CustomerAct, float] = {
    _A.PROVIDE_INFO: 4.0,
    _A.HESITATE: 0.6,
    _A.OBJECTION_TRUST: 0.6,
    _A.OBJECTION_AUTHORITY: 0.6,
    _A.REFUSE: 0.4,
    _A.GOODBYE: 0.5,
    _A.AGREE: 0.3,
}
_AFTER_STATEMENT: Mapping[CustomerAct, float] = {
    _A.PROVIDE_INFO: 1.5,
    _A.INTEREST: 1.5,
    _A.REFUSE: 0.6,
    _A.AGREE: 0.5,
}
_AFTER_PRICE: Mapping[CustomerAct, float] = {_A.OBJECTION_PRICE: 1.5, _A.ASK_PRICE: 0.5}
_AFTER_CLOSE: Mapping[CustomerAct, float] = {_A.AGREE: 2.0, _A.REFUSE: 1.5, _A.HESITATE: 1.5}
_AFTER_CONCESSION: Mapping[CustomerAct, float] = {
    _A.AGREE: 2.0,
    _A.OBJECTION_PRICE: 2.0,
    _A.HESITATE: 1.5,
    _A.REFUSE: 0.6,
    _A.GOODBYE: 0.5,
}
_AFTER_CALLBACK: Mapping[CustomerAct, float] = {_A.CALLBACK: 2.0, _A.AGREE: 0.7, _A.REFUSE: 0.6}

_EXPECTED: Mapping[Strategy, Mapping[CustomerAct, float]] = {
    _S.INTRODUCE: {_A.ACKNOWLEDGE: 2.0, _A.BUSY: 1.3, _A.GREET: 2.0, _A.AGREE: 0.3},
    _S.ASK_PERMISSION: {_A.ACKNOWLEDGE: 2.0, _A.PROVIDE_INFO: 1.5, _A.AGREE: 0.3},
    _S.STATE_PRICE: _AFTER_PRICE,
    _S.OFFER_CONCESSION: _AFTER_CONCESSION,
    _S.TRIAL_CLOSE: _AFTER_CLOSE,
    _S.ASK_COMMITMENT: _AFTER_CLOSE,
    _S.PROPOSE_NEXT_STEP: _AFTER_CLOSE,
    _S.SCHEDULE_CALLBACK: _AFTER_CALLBACK,
}
"""p(act | own last strategy) relative to p(act), for moves that call for an answer of their own;
what follows any other move depends on whether it ended in a question."""

_CONSENT = re.compile(
    r"\b(?:(?:i|we)(?:'ll| will| shall)? (?:take|have|buy|want|accept) (?:it|this|that|one|the)\b"
    r"|(?:i'm|i am|we're|we are) (?:sold|buying|taking it|in[.,!]|on board)|we're in\b"
    r"|(?:sign|count|book|enrol+) (?:me|us) (?:up|in)\b|(?:put|write) (?:me|us) down\b"
    r"|(?:my|our) (?:consent|order\b|name on the list)|you've got (?:my word|yourself a customer)"
    r"|(?:it's|that's) a (?:deal|yes)\b|yes from me|(?:book|order) it\b"
    r"|(?:i|we)'ll go (?:with|for)\b|let's do it|where do i sign|i authori[sz]e you"
    r"|place the order|firm commitment|(?:it|that) is (?:agreed|a deal))"
    r"|^(?:deal|done|sold|agreed)\b",
    re.IGNORECASE,
)
"""Ways to say yes that leave nothing open."""
_WITHHELD = re.compile(
    r"\?|\b(?:not|no|never|if|unless|until|but|cannot|would|could|might|maybe|think about)\b|n't\b",
    re.IGNORECASE,
)
_PLAIN_YES = 8.0
"""Odds of a yes that was said in so many words, whatever was asked."""

_SHORT = 4
"""A turn this short leaves most of its meaning to what was said before."""


def expected_acts(last: Strategy | None, said: str, words: str) -> dict[CustomerAct, float]:
    """Prior odds of the acts of a customer's turn.

    Args:
        last: the strategy of the salesman's last turn.
        said: what the salesman said in it.
        words: the customer's answer.
    """
    if last is None:
        return {}
    asked = said.rstrip().endswith("?")
    odds = _EXPECTED.get(last) or (_AFTER_QUESTION if asked else _AFTER_STATEMENT)
    power = 2.0 if len(words.split()) <= _SHORT else 1.0
    if any(_CONSENT.search(s) and not _WITHHELD.search(s) for s in split_sentences(words)):
        return {_A.AGREE: _PLAIN_YES}
    return {act: ratio**power for act, ratio in odds.items()}
