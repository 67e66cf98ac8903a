"""Choose stage and strategy for a turn from intent, belief and what was already done.

The rules are ours; the paper states only that a script library gives dynamic,
turn-by-turn strategic guidance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ai_salesman.conversation.outline import Belief, Outline
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy

__all__ = ["ENDING", "HOME_STAGE", "Situation", "choose_strategy"]

_A = CustomerAct
_S = Strategy

HOME_STAGE: Mapping[Strategy, Stage] = {
    _S.INTRODUCE: Stage.OPENING,
    _S.ASK_PERMISSION: Stage.OPENING,
    _S.BUILD_RAPPORT: Stage.OPENING,
    _S.OPEN_QUESTION: Stage.NEEDS_DISCOVERY,
    _S.FOLLOW_UP: Stage.NEEDS_DISCOVERY,
    _S.CLARIFY: Stage.NEEDS_DISCOVERY,
    _S.SUMMARISE_NEED: Stage.BUSINESS_ANALYSIS,
    _S.QUANTIFY_PROBLEM: Stage.BUSINESS_ANALYSIS,
    _S.PRESENT_BENEFIT: Stage.PRESENTATION,
    _S.STATE_PRICE: Stage.PRESENTATION,
    _S.SHARE_PROOF: Stage.PRESENTATION,
    _S.ANSWER_QUESTION: Stage.PRESENTATION,
    _S.ACKNOWLEDGE_OBJECTION: Stage.OBJECTION_HANDLING,
    _S.REFRAME_VALUE: Stage.OBJECTION_HANDLING,
    _S.REDUCE_RISK: Stage.OBJECTION_HANDLING,
    _S.OFFER_CONCESSION: Stage.OBJECTION_HANDLING,
    _S.COMPARE: Stage.OBJECTION_HANDLING,
    _S.EXPLAIN_PROCESS: Stage.OPERATIONAL_GUIDANCE,
    _S.PROPOSE_NEXT_STEP: Stage.OPERATIONAL_GUIDANCE,
    _S.SCHEDULE_CALLBACK: Stage.OPERATIONAL_GUIDANCE,
    _S.TRIAL_CLOSE: Stage.CLOSING,
    _S.ASK_COMMITMENT: Stage.CLOSING,
    _S.CONFIRM_AGREEMENT: Stage.CLOSING,
    _S.RESPECT_NO: Stage.CLOSING,
}
"""The stage that each strategy belongs to."""

_ANSWERS: Mapping[CustomerAct, tuple[Strategy, ...]] = {
    _A.AGREE: (_S.CONFIRM_AGREEMENT,),
    _A.ASK_PRICE: (_S.STATE_PRICE,),
    _A.ASK_DETAIL: (_S.ANSWER_QUESTION,),
    _A.ASK_PROCESS: (_S.EXPLAIN_PROCESS,),
    _A.CONFUSED: (_S.CLARIFY,),
    _A.BUSY: (_S.ASK_PERMISSION, _S.SCHEDULE_CALLBACK),
    _A.CALLBACK: (_S.SCHEDULE_CALLBACK,),
    _A.REFUSE: (_S.RESPECT_NO,),
    _A.DO_NOT_CALL: (_S.RESPECT_NO,),
    _A.GOODBYE: (_S.RESPECT_NO,),
    _A.HOSTILE: (_S.BUILD_RAPPORT, _S.RESPECT_NO),
    _A.OBJECTION_PRICE: (_S.REFRAME_VALUE, _S.OFFER_CONCESSION, _S.REDUCE_RISK),
    _A.OBJECTION_NEED: (_S.ACKNOWLEDGE_OBJECTION, _S.REFRAME_VALUE, _S.REDUCE_RISK),
    _A.OBJECTION_TRUST: (_S.REDUCE_RISK, _S.SHARE_PROOF, _S.ACKNOWLEDGE_OBJECTION),
    _A.OBJECTION_TIMING: (_S.REDUCE_RISK, _S.EXPLAIN_PROCESS, _S.SCHEDULE_CALLBACK),
    _A.OBJECTION_COMPETITOR: (_S.COMPARE, _S.REDUCE_RISK, _S.OFFER_CONCESSION),
    _A.OBJECTION_AUTHORITY: (_S.REDUCE_RISK, _S.EXPLAIN_PROCESS, _S.SCHEDULE_CALLBACK),
    _A.HESITATE: (
        _S.REDUCE_RISK,
        _S.PRESENT_BENEFIT,
        _S.OFFER_CONCESSION,
        _S.SCHEDULE_CALLBACK,
    ),
}
"""What answers each act: the first time it comes, the second, ... (the last repeats)."""

ENDING = frozenset({_S.RESPECT_NO, _S.CONFIRM_AGREEMENT})
"""Strategies with which a call ends."""
_COSTLY = ENDING | {_S.SCHEDULE_CALLBACK}
"""Strategies that give the call away when the intent was misread."""
_SURE, _LIKELY = 0.5, 0.3
_LATE = 4
"""Turns left at which the decision is asked for, come what may."""
_MOST_ASKS = 3
_KNOWN_NEED = 0.55
_WARM = 0.6


@dataclass(frozen=True)
class Situation:
    """What the choice depends on."""

    intent: CustomerAct
    belief: Belief
    done: Sequence[Outline]
    """The outlines of this call so far."""
    turns_left: int
    certainty: float = 1.0
    """Probability of `intent`."""
    counter: Strategy | None = None
    """What answers the price that the customer has just named; None when it named none."""


def choose_strategy(situation: Situation) -> tuple[Stage, Strategy, bool]:
    """Stage and strategy of the next turn, and whether the call should end with it."""
    if not situation.done:
        strategy = _S.INTRODUCE
    elif situation.counter and situation.intent is _A.OBJECTION_PRICE:
        strategy = situation.counter
    elif situation.intent in _ANSWERS and situation.certainty >= _needed(situation.intent):
        strategy = _answer(situation)
    else:
        strategy = _advance(situation)
    return HOME_STAGE[strategy], strategy, strategy in ENDING


def _needed(intent: CustomerAct) -> float:
    """How sure a reading must be to be acted on; ending a call by mistake costs most."""
    return _SURE if _ANSWERS[intent][-1] in _COSTLY else _LIKELY


def _answer(situation: Situation) -> Strategy:
    """React to an act that wants an answer of its own."""
    options = _ANSWERS[situation.intent]
    times = sum(outline.intent.act is situation.intent for outline in situation.done)
    return options[min(times, len(options) - 1)]


def _advance(situation: Situation) -> Strategy:
    """Nothing to answer: take the next step of a call that goes well."""
    done = Counter(outline.strategy for outline in situation.done)
    belief = situation.belief
    if situation.intent is _A.OFF_TOPIC and not done[_S.BUILD_RAPPORT]:
        return _S.BUILD_RAPPORT
    known = [need for need, p in belief.needs.items() if p >= _KNOWN_NEED]
    questions = done[_S.OPEN_QUESTION] + done[_S.FOLLOW_UP]
    if situation.turns_left <= _LATE:
        return _S.ASK_COMMITMENT if done[_S.STATE_PRICE] else _S.STATE_PRICE
    if questions == 0:
        return _S.OPEN_QUESTION
    if questions == 1 and (not known or situation.intent is _A.PROVIDE_INFO):
        return _S.FOLLOW_UP
    if not done[_S.SUMMARISE_NEED] and not done[_S.QUANTIFY_PROBLEM] and known:
        return _S.QUANTIFY_PROBLEM if belief.interest >= _WARM else _S.SUMMARISE_NEED
    return _present_or_close(situation, done, len(known))


def _present_or_close(
    situation: Situation, done: Counter[Strategy | None], known_needs: int
) -> Strategy:
    if done[_S.PRESENT_BENEFIT] < max(1, min(known_needs, 2)):
        return _S.PRESENT_BENEFIT
    if not done[_S.SHARE_PROOF] and situation.belief.trust < _WARM and situation.turns_left > 4:
        return _S.SHARE_PROOF
    if not done[_S.STATE_PRICE]:
        return _S.STATE_PRICE
    if not done[_S.ASK_COMMITMENT]:
        return _S.ASK_COMMITMENT
    answered = situation.done[-1].stage is Stage.OBJECTION_HANDLING
    if answered and done[_S.ASK_COMMITMENT] < _MOST_ASKS:
        return _S.ASK_COMMITMENT
    if not done[_S.EXPLAIN_PROCESS]:
        return _S.EXPLAIN_PROCESS
    options = (_S.ASK_COMMITMENT, _S.PRESENT_BENEFIT, _S.PROPOSE_NEXT_STEP)
    return options[(done[_S.ASK_COMMITMENT] + done[_S.PRESENT_BENEFIT]) % len(options)]
