"""The noisy salesmen of the corpus: what they do next, right or wrong by skill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ai_salesman.conversation.taxonomy import CustomerAct, Strategy
from ai_salesman.corpus.dialogue import Skill

__all__ = ["ANSWERS", "Move", "Seller"]

_A = CustomerAct
_S = Strategy

_TAKE_LEAVE = (_S.RESPECT_NO,)
ANSWERS: Mapping[CustomerAct, tuple[Strategy, ...]] = {
    _A.AGREE: (_S.CONFIRM_AGREEMENT,),
    _A.ASK_PRICE: (_S.STATE_PRICE,),
    _A.ASK_DETAIL: (_S.ANSWER_QUESTION, _S.ANSWER_QUESTION, _S.PRESENT_BENEFIT, _S.SHARE_PROOF),
    _A.ASK_PROCESS: (_S.EXPLAIN_PROCESS, _S.EXPLAIN_PROCESS, _S.PROPOSE_NEXT_STEP),
    _A.CONFUSED: (_S.CLARIFY,),
    _A.BUSY: (_S.ASK_PERMISSION, _S.ASK_PERMISSION, _S.SCHEDULE_CALLBACK),
    _A.CALLBACK: (_S.SCHEDULE_CALLBACK,),
    _A.REFUSE: _TAKE_LEAVE,
    _A.DO_NOT_CALL: _TAKE_LEAVE,
    _A.GOODBYE: _TAKE_LEAVE,
    _A.HOSTILE: (_S.BUILD_RAPPORT, _S.RESPECT_NO),
    _A.OFF_TOPIC: (_S.BUILD_RAPPORT, _S.OPEN_QUESTION),
    _A.OBJECTION_PRICE: (
        _S.ACKNOWLEDGE_OBJECTION,
        _S.REFRAME_VALUE,
        _S.OFFER_CONCESSION,
        _S.REDUCE_RISK,
    ),
    _A.OBJECTION_NEED: (_S.ACKNOWLEDGE_OBJECTION, _S.REFRAME_VALUE, _S.REDUCE_RISK),
    _A.OBJECTION_TRUST: (_S.REDUCE_RISK, _S.SHARE_PROOF, _S.ACKNOWLEDGE_OBJECTION),
    _A.OBJECTION_TIMING: (
        _S.REDUCE_RISK,
        _S.SCHEDULE_CALLBACK,
        _S.ACKNOWLEDGE_OBJECTION,
        _S.REFRAME_VALUE,
    ),
    _A.OBJECTION_COMPETITOR: (_S.COMPARE, _S.COMPARE, _S.ACKNOWLEDGE_OBJECTION, _S.REDUCE_RISK),
    _A.OBJECTION_AUTHORITY: (
        _S.SCHEDULE_CALLBACK,
        _S.ACKNOWLEDGE_OBJECTION,
        _S.PROPOSE_NEXT_STEP,
        _S.REDUCE_RISK,
    ),
    _A.HESITATE: (
        _S.REDUCE_RISK,
        _S.OFFER_CONCESSION,
        _S.TRIAL_CLOSE,
        _S.SCHEDULE_CALLBACK,
        _S.REFRAME_VALUE,
    ),
}
"""Strategies that answer an act; one named twice is chosen twice as often."""

_PATH = (
    (_S.OPEN_QUESTION,),
    (_S.FOLLOW_UP, _S.CLARIFY),
    (_S.SUMMARISE_NEED, _S.QUANTIFY_PROBLEM),
    (_S.PRESENT_BENEFIT,),
    (_S.SHARE_PROOF, _S.PRESENT_BENEFIT, _S.TRIAL_CLOSE, _S.STATE_PRICE),
    (_S.STATE_PRICE, _S.ASK_COMMITMENT),
    (_S.ASK_COMMITMENT, _S.ASK_COMMITMENT, _S.TRIAL_CLOSE, _S.PROPOSE_NEXT_STEP),
    (_S.ASK_COMMITMENT, _S.EXPLAIN_PROCESS, _S.PROPOSE_NEXT_STEP),
)
"""The steps of a call that goes well; each names the strategies that take it."""

_RIGHT = {Skill.NOVICE: 0.72, Skill.AVERAGE: 0.86, Skill.EXPERT: 0.97}
_HABIT = {Skill.NOVICE: 0.22, Skill.AVERAGE: 0.08, Skill.EXPERT: 0.01}


class Move(NamedTuple):
    """What a salesman of the corpus does with one turn."""

    strategy: Strategy
    fitting: bool
    bad_habit: bool


class Seller:
    """One salesman in one call. Single-use."""

    def __init__(self, skill: Skill, rng: np.random.Generator):
        self._skill = skill
        self._rng = rng
        self._done: Counter[Strategy] = Counter()
        self._step = 0

    def move(self, act: CustomerAct | None) -> Move:
        """The next move after `act`; None opens the call."""
        if act is None:
            return self._made(Move(_S.INTRODUCE, True, False))
        right = self._right(act)
        if self._rng.random() < _HABIT[self._skill]:
            return self._made(Move(right, False, True))
        if self._rng.random() < _RIGHT[self._skill]:
            return self._made(Move(right, True, False))
        wrong = self._wrong(act)
        return self._made(Move(wrong, wrong in ANSWERS.get(act, ()), False))

    def _made(self, move: Move) -> Move:
        self._done[move.strategy] += 1
        return move

    def _right(self, act: CustomerAct) -> Strategy:
        if act in ANSWERS:
            options = ANSWERS[act]
            fresh = [option for option in options if self._done[option] < 2]
            return self._one_of(fresh or list(options))
        if act is _A.GREET and not self._done[_S.ASK_PERMISSION] and self._rng.random() < 0.6:
            return self._one_of([_S.ASK_PERMISSION, _S.BUILD_RAPPORT])
        return self._advance()

    def _advance(self) -> Strategy:
        options = list(_PATH[min(self._step, len(_PATH) - 1)])
        self._step += 1
        return self._one_of([option for option in options if self._done[option] < 2] or options)

    def _wrong(self, act: CustomerAct) -> Strategy:
        """A step taken out of turn."""
        never = {_S.INTRODUCE, _S.CONFIRM_AGREEMENT, _S.RESPECT_NO, *ANSWERS.get(act, ())}
        return self._one_of([strategy for strategy in _S if strategy not in never])

    def _one_of(self, options: list[Strategy]) -> Strategy:
        return options[int(self._rng.integers(len(options)))]
