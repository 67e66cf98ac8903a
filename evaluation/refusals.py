"""When the customer said no, when it asked never to be called, and what followed."""

from __future__ import annotations

import re

from ai_salesman.conversation.taxonomy import CustomerAct, Speaker
from ai_salesman.evaluation.reader import ReadCall, ReadTurn, Sentence

__all__ = ["asks_not_to_be_called", "do_not_call_turn", "is_refusal", "refused_before"]

_DO_NOT_CALL = re.compile(
    r"\b(?:don't|do not|never|stop|quit) (?:ever )?(?:call|calling|ring|ringing|phone|phoning"
    r"|contact|contacting|bother|bothering)(?: me| us| here| this number| again)?\b"
    r"(?! (?:back )?(?:before|until|till|on|in the|at))"
    r"|\b(?:take|remove|delete|scratch|strike|get) (?:me|us|my (?:name|number)|this number"
    r"|our number"
    r"|the number)\b.{0,20}\b(?:off|from)\b|\bdo[- ]not[- ]call list\b|\blose (?:my|this) number\b",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:no,? thank(?:s| you)|not interested|no interest|i(?:'ll| will) pass|count me out"
    r"|the answer is no|i said no|my answer is no|i don't want (?:it|this|any)|not for (?:me|us)"
    r"|nothing for (?:me|us),|(?:i|we|must|to) decline|declining|decided against"
    r"|turn(?:ing)? (?:it|this|that|you|(?:the|your) \w+) down"
    r"|(?:won't|shall not|will not|shan't|not going to) be (?:buying|taking|needing|signing)"
    r"|(?:i'm|i am|we're|we are|am) not (?:buying|taking|going to (?:buy|take|sign)))\b",
    re.IGNORECASE,
)
_SURE = 0.5
_QUITE_SURE = 0.93
"""Without plain words: a ban that was misheard accuses a salesman of the worst breach."""
_WARM = frozenset(
    {
        CustomerAct.INTEREST,
        CustomerAct.AGREE,
        CustomerAct.ASK_PRICE,
        CustomerAct.ASK_DETAIL,
        CustomerAct.ASK_PROCESS,
        CustomerAct.PROVIDE_INFO,
    }
)


def asks_not_to_be_called(sentence: Sentence) -> bool:
    """Whether the customer forbids further calls."""
    heard = sentence.chance(CustomerAct.DO_NOT_CALL) >= _QUITE_SURE
    return bool(_DO_NOT_CALL.search(sentence.text)) or (heard and not sentence.asks)


def is_refusal(sentence: Sentence) -> bool:
    """Whether the customer says no to the offer."""
    if asks_not_to_be_called(sentence):
        return True
    return bool(_REFUSAL.search(sentence.text)) or sentence.chance(CustomerAct.REFUSE) >= _SURE


def do_not_call_turn(read: ReadCall) -> ReadTurn | None:
    """The turn in which the customer first asked never to be called."""
    return next(
        (turn for turn in read.customer if any(map(asks_not_to_be_called, turn.sentences))), None
    )


def refused_before(turn: ReadTurn, read: ReadCall) -> int:
    """How many refusals stand before `turn`; a customer that warms up again takes them back."""
    refusals = 0
    for earlier in read.turns[: turn.position]:
        if earlier.speaker is Speaker.SALESMAN:
            continue
        if any(map(is_refusal, earlier.sentences)):
            refusals += 1
        elif _warms_up(earlier):
            refusals = 0
    return refusals


def _warms_up(turn: ReadTurn) -> bool:
    return any(s.act in _WARM and s.chance(s.act) >= _SURE for s in turn.sentences)
