"""The outcome judge: where the customer stands at the end, by its own words.

What the salesman says counts for nothing, except that a bare "yes" is read as the answer to
the question before it.
"""

from __future__ import annotations

import re

import numpy as np

from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.taxonomy import BuyingIntent, CustomerAct, SalesAct
from ai_salesman.conversation.verdict import Evidence, Verdict
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.evaluation.ear_training import embedded_ear
from ai_salesman.evaluation.reader import CallReader, ReadCall, ReadTurn, Sentence
from ai_salesman.evaluation.refusals import is_refusal
from ai_salesman.evaluation.wording import is_denied

__all__ = [
    "OutcomeJudge",
    "agrees",
    "commits",
    "intent_chances",
    "offers_price",
    "standing_agreement",
]

_I = BuyingIntent
_A = CustomerAct
_MEANS: dict[BuyingIntent, frozenset[CustomerAct]] = {
    _I.A: frozenset({_A.AGREE}),
    _I.B: frozenset(
        {_A.INTEREST, _A.ASK_PRICE, _A.ASK_DETAIL, _A.ASK_PROCESS, _A.CALLBACK, _A.HESITATE}
    ),
    _I.C: frozenset({_A.REFUSE, _A.DO_NOT_CALL, _A.OBJECTION_NEED, _A.OBJECTION_COMPETITOR}),
    _I.X: frozenset({_A.ACKNOWLEDGE, _A.BUSY, _A.OFF_TOPIC, _A.GOODBYE, _A.GREET}),
    _I.F: frozenset({_A.HOSTILE}),
}
"""Which acts in the last words speak for which intent."""

_RECENCY = (1.0, 0.5, 0.25)
"""Weight of the last, last but one, ... customer turn."""
_ACT_WEIGHT = 2.0
_DECIDED_WEIGHT = 6.0
_UNDECIDED_WEIGHT = 1.5
"""Warm words without a commitment are interest, not a purchase."""
_SURE = 0.45
_YES = re.compile(
    r"(?:oh |well |okay |ok |alright |all right |fine |hm )*,? ?(?:yes|yeah|yep|sure"
    r"|absolutely|definitely|deal|agreed"
    r"|please do|let's do|go ahead|sounds like a plan|okay|ok|all right|alright|fine|why not"
    r"|you got it|that (?:works|will work|will do|will be fine))\b",
    re.IGNORECASE,
)
_COMMITS = re.compile(
    r"\b(?:(?:i|we)(?:'ll|'m|'re| will| am| are) (?:take|taking|buy|buying) (?:it|this)"
    r"|(?<!if )(?:i|we) want (?:it|this)\b(?! to)|it's a yes|consider me sold"
    r"|(?:you have|you've got) my (?:word|consent|agreement)|let's get (?:it )?(?:started|going)"
    r"|(?:sign|write|book) (?:me|us) (?:up|down|in)|let's do it"
    r"|(?:we have|we've got|it's) a deal"
    r"|(?:put|count) (?:me|us) (?:down|in)\b(?! as)|i want to (?:buy|order|sign)|i'll buy it"
    r"|where do i sign|you've got yourself a (?:deal|customer)|get it (?:moving|going|started))",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"\b(?:i|we)(?:'ll|'d| will| would| can| could)? "
    r"(?:pay|give|offer|do|go|take|buy|swing|make it)\b"
    r"|\b(?:would|will|could|can) you (?:take|accept|do|sell|go|come down)\b"
    r"|\b(?:how about|how does|what about|make it|for)\b",
    re.IGNORECASE,
)
"""With a sum of money: the customer says at what price it buys."""
_TAKES_OFFER = re.compile(
    r"\b(?:deal|agreed?|accept(?:ed)?|sold|it's yours|done"
    r"|(?:that|this|it)(?:'ll| will|'s| is|'d| would)? (?:works?|be fine|do|fine|fair|good)"
    r"|(?:i|we) (?:can|could|will) (?:do|live with|accept|take) that"
    r"|you've got (?:it|yourself a deal)|you got it)\b(?!\?)",
    re.IGNORECASE,
)
"""The seller takes the price that the customer offered."""
_NOT_YET = re.compile(
    r"\b(?:but|only if|if you|too low|can't|cannot|couldn't|not)\b|\?", re.IGNORECASE
)
_ASKS_TO_COMMIT = re.compile(
    r"\b(?:would you like to|shall (?:we|i)|do you want to|are you (?:ready|happy) to"
    r"|(?:can|may) i) .{0,25}\b(?:go ahead|sign|order|take it|book|put you down|proceed"
    r"|get started|join)\b"
    r"|\b(?:do we|we|you|you'd|then you) (?:'ve got|have|got) (?:yourself )?a deal\b"
    r"|\byour yes\b|\bdo you want it\b",
    re.IGNORECASE,
)
_RESERVE = re.compile(
    r"\b(?:but|if|maybe|perhaps|think|not|don't|later|first|unless|send|who|what|how|why)\b|\?",
    re.IGNORECASE,
)
_TAKES_BACK = frozenset(
    {_A.REFUSE, _A.DO_NOT_CALL, _A.HOSTILE, _A.HESITATE, _A.OBJECTION_PRICE, _A.OBJECTION_NEED}
)


class OutcomeJudge:
    """Names the customer's buying intent."""

    name = "outcome"
    version = "2"

    def __init__(self, reader: CallReader):
        self._reader = reader

    async def judge(self, call: JudgedCall) -> Verdict:
        """The buying intent, with the customer's words that show it."""
        read = await self._reader.read(call)
        chances = intent_chances(read)
        intent = max(chances, key=lambda label: chances[label])
        return Verdict(
            judge=self.name,
            version=self.version,
            intent=intent,
            intent_evidence=_evidence(read, intent, chances[intent]),
        )


def intent_chances(read: ReadCall) -> dict[BuyingIntent, float]:
    """Probability of each buying intent. A customer that never spoke was perfunctory."""
    if not read.closing.text:
        return {intent: float(intent is _I.X) for intent in _I}
    ear = embedded_ear("intent")
    row = ear.probabilities([read.closing.text], read.closing.vector[None, :])[0]
    heard = dict(zip(ear.labels, row.tolist(), strict=True))
    logits = np.array([np.log(heard[intent] + 1e-6) + _shown(read, intent) for intent in _I])
    if standing_agreement(read) is not None:
        logits[list(_I).index(_I.A)] += _DECIDED_WEIGHT
    else:
        logits[list(_I).index(_I.A)] -= _UNDECIDED_WEIGHT
        if _standing_refusal(read):
            logits[list(_I).index(_I.C)] += _DECIDED_WEIGHT
    shares = np.exp(logits - logits.max())
    return dict(zip(_I, (shares / shares.sum()).tolist(), strict=True))


def standing_agreement(read: ReadCall) -> Sentence | None:
    """The customer's commitment in its last turns, unless it was taken back."""
    for turn in reversed(read.customer[-len(_RECENCY) :]):
        for sentence in reversed(turn.sentences):
            if agrees(sentence, turn, read) or _is_taken_at_its_word(sentence, turn, read):
                return sentence
            if is_refusal(sentence) or sentence.chance(*_TAKES_BACK) >= _SURE:
                return None
    return None


def _standing_refusal(read: ReadCall) -> bool:
    """Whether the customer's last turn of weight says no."""
    for turn in reversed(read.customer[-len(_RECENCY) :]):
        if any(map(is_refusal, turn.sentences)):
            return True
        if any(s.chance(*_MEANS[_I.A], *_MEANS[_I.B]) >= _SURE for s in turn.sentences):
            return False
    return False


def agrees(sentence: Sentence, turn: ReadTurn, read: ReadCall) -> bool:
    """Whether a sentence of the customer commits, alone or as a yes to being asked."""
    if commits(sentence):
        return True
    if sentence.asks or _COMMITS.search(sentence.text) or is_refusal(sentence):
        return False
    is_yes = _YES.match(sentence.text) and not _RESERVE.search(sentence.text)
    return bool(is_yes) and _asked_to_commit(turn, read)


def commits(sentence: Sentence) -> bool:
    """Whether a sentence of the customer commits, whatever was asked before it."""
    if sentence.asks:
        return False
    committed = _COMMITS.search(sentence.text)
    if committed:
        return not is_denied(sentence.text, committed.start())
    return not is_refusal(sentence) and sentence.chance(_A.AGREE) >= _SURE


def offers_price(sentence: Sentence) -> bool:
    """Whether a customer says at what price it buys."""
    priced = any(figure.kind == "money" for figure in find_figures(sentence.text))
    return priced and bool(_OFFERS.search(sentence.text))


def _is_taken_at_its_word(sentence: Sentence, turn: ReadTurn, read: ReadCall) -> bool:
    """Whether a sentence offers to buy at a price, and the seller takes it without more ado."""
    reply = read.reply_to(turn)
    if reply is None or not offers_price(sentence):
        return False
    return any(
        _TAKES_OFFER.search(answer.text) and not _NOT_YET.search(answer.text)
        for answer in reply.sentences
    )


def _asked_to_commit(turn: ReadTurn, read: ReadCall) -> bool:
    before = read.turns[turn.position - 1] if turn.position else None
    if before is None or before.speaker is turn.speaker or not before.sentences:
        return False
    question = before.sentences[-1]
    asked = question.chance(SalesAct.ASK_COMMITMENT) >= _SURE
    return asked or (question.asks and bool(_ASKS_TO_COMMIT.search(question.text)))


def _shown(read: ReadCall, intent: BuyingIntent) -> float:
    turns = zip(reversed(read.customer), _RECENCY, strict=False)
    return _ACT_WEIGHT * sum(weight * _strongest(turn, intent, read) for turn, weight in turns)


def _strongest(turn: ReadTurn, intent: BuyingIntent, read: ReadCall) -> float:
    """Chance of the act that speaks loudest for an intent; a yes to the offer is just that."""
    if any(agrees(sentence, turn, read) for sentence in turn.sentences):
        return float(intent is _I.A)
    return max((s.chance(*_MEANS[intent]) for s in turn.sentences), default=0.0)


def _evidence(read: ReadCall, intent: BuyingIntent, chance: float) -> tuple[Evidence, ...]:
    """The words of the last turns that speak loudest for the intent."""
    agreement = standing_agreement(read) if intent is _I.A else None
    closing = [s for turn in read.customer[-len(_RECENCY) :] for s in turn.sentences]
    if agreement is None and not closing:
        return ()
    shown = agreement or max(closing, key=lambda s: s.chance(*_MEANS[intent]))
    note = f"heard as {shown.act.value}; {intent.value} with probability {chance:.2f}"
    return (Evidence(turn=shown.turn, quote=shown.text, note=note),)
