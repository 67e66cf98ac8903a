"""When the customer said no, when it asked never to be called, and what followed."""

from __future__ import annotations

import re

from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct, Speaker
from ai_salesman.evaluation.reader import ReadCall, ReadTurn, Sentence

__all__ = [
    "asks_not_to_be_called",
    "do_not_call_turn",
    "is_refusal",
    "refused_before",
    "refuses_plainly",
]

_CALLING = r"(?:call|ring|phon|telephon|contact|dial|bother|disturb)(?:e|es|ed|ing)?"
_DO_NOT_CALL = re.compile(
    # an order not to
    rf"\b(?:don't|do not|never|stop|quit|cease|not to|please not)(?: \w+){{0,2}} {_CALLING}\b"
    r"(?!.{0,25}\b(?:before|until|till|on (?:mon|tue|wed|thu|fri|sat|sun)|in the|at \w))"
    # no more calls are wanted
    r"|\b(?:no|not (?:want|wish for)|don't want|want no) (?:\w+ ){0,2}"
    r"(?:further|more|other|another) (?:\w+ )?(?:calls?|contact)\b"
    r"|\bdon't want (?:another|any(?: more)?) calls?\b"
    rf"|\b(?:don't|do not|not|never|no longer) (?:\w+ ){{0,2}}to be {_CALLING}\b"
    # the number must go
    r"|\b(?:take|remove|delete|erase|wipe|scratch|strike|get|cross|block)\b.{0,12}"
    r"\b(?:me|us|(?:my|our|this|the) (?:name|number|details|entry|contact|data))\b"
    r"(?:.{0,25}\b(?:off|from|out)\b|[,.!]?$|,? (?:please|and)\b)"
    r"|\bdo[- ]not[- ]call list\b|\b(?:lose|forget) (?:my|this|our) number\b",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\b(?:no,? thank(?:s| you)|(?:not|never) interested|no interest|(?:i|we)(?:'ll| will) pass"
    r"|count (?:me|us) out|(?:the|my|our) answer(?: is|'s| stays| remains) no|i said no|no deal"
    r"|(?:i|we) (?:don't|do not) (?:want|need) (?:it|this|that|any|one|your|to buy)"
    r"|not for (?:me|us)"
    r"|nothing for (?:me|us),|(?:i|we|must|to) decline|declining|decided against"
    r"|turn(?:ing)? (?:it|this|that|you|(?:the|your) \w+) down"
    r"|(?:won't|shall not|will not|shan't|not going to)"
    r" (?:be )?(?:buy|tak|need|sign|order)(?:e|ing)?"
    r"|(?:i'm|i am|we're|we are|am) not (?:buying|taking|going to (?:buy|take|sign)))\b",
    re.IGNORECASE,
)
_SURE = 0.5
_ASKED = 0.4
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
    return refuses_plainly(sentence) or sentence.chance(CustomerAct.REFUSE) >= _SURE


def refuses_plainly(sentence: Sentence) -> bool:
    """Whether the words alone, without the ear, say no to the offer or to further calls."""
    return asks_not_to_be_called(sentence) or bool(_REFUSAL.search(sentence.text))


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
        asked = _is_asked_about_itself(earlier, read)
        refuses = refuses_plainly if asked else is_refusal
        if any(map(refuses, earlier.sentences)):
            refusals += 1
        elif _warms_up(earlier):
            refusals = 0
    return refusals


def _is_asked_about_itself(turn: ReadTurn, read: ReadCall) -> bool:
    """Whether a turn answers a question about the customer: a no in it need not mean the offer."""
    before = read.turns[turn.position - 1].sentences if turn.position else ()
    asking = (SalesAct.ASK_OPEN, SalesAct.ASK_CLOSED)
    return bool(before) and before[-1].chance(*asking) >= _ASKED


def _warms_up(turn: ReadTurn) -> bool:
    return any(s.act in _WARM and s.chance(s.act) >= _SURE for s in turn.sentences)
