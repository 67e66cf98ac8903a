"""The customers of the corpus: which act comes next, by tier and by how they are treated.

A few numbers stand for the customer's mind. It is deliberately simpler than the simulated
customers of an episode: the corpus needs plausible calls whose outcome depends on how well
the salesman answers, not a faithful person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ai_salesman.conversation.taxonomy import CustomerAct, StopReason, Strategy, Tier
from ai_salesman.corpus.dialogue import Habit
from ai_salesman.corpus.seller import Move

__all__ = ["Buyer"]

_A = CustomerAct
_S = Strategy
_OBJECTIONS = [act for act in CustomerAct if act.value.startswith("objection_")]


class _Start(NamedTuple):
    interest: float
    patience: float
    objections: int
    hostility: float


_START = {
    Tier.EASY: _Start(0.55, 1.1, 1, 0.0),
    Tier.MEDIUM: _Start(0.45, 1.0, 2, 0.01),
    Tier.HARD: _Start(0.38, 0.85, 3, 0.02),
    Tier.VERY_HARD: _Start(0.3, 0.7, 3, 0.04),
    Tier.ADVERSARIAL: _Start(0.22, 0.6, 4, 0.15),
}

Weights = Mapping[CustomerAct, float]
_TELLS: Weights = {_A.PROVIDE_INFO: 8, _A.OFF_TOPIC: 0.7, _A.CONFUSED: 0.5, _A.ASK_DETAIL: 0.6}
_LISTENS: Weights = {
    _A.ACKNOWLEDGE: 2,
    _A.INTEREST: 2,
    _A.ASK_DETAIL: 2,
    _A.ASK_PRICE: 1.5,
    _A.CONFUSED: 0.5,
    _A.PROVIDE_INFO: 0.6,
    _A.HESITATE: 0.4,
    _A.ASK_PROCESS: 0.6,
}
_WEIGHS: Weights = {
    _A.HESITATE: 2,
    _A.ASK_PROCESS: 1.5,
    _A.INTEREST: 1,
    _A.ASK_DETAIL: 1,
    _A.ACKNOWLEDGE: 1,
    _A.CALLBACK: 0.5,
}
_NEXT: Mapping[Strategy, Weights] = {
    _S.INTRODUCE: {
        _A.GREET: 3,
        _A.ACKNOWLEDGE: 3,
        _A.BUSY: 2,
        _A.OFF_TOPIC: 0.8,
        _A.CONFUSED: 0.8,
        _A.ASK_DETAIL: 1.2,
        _A.OBJECTION_TRUST: 1,
        _A.INTEREST: 0.5,
        _A.CALLBACK: 0.4,
        _A.OBJECTION_COMPETITOR: 0.5,
    },
    _S.ASK_PERMISSION: {_A.ACKNOWLEDGE: 4, _A.BUSY: 1, _A.CALLBACK: 1, _A.ASK_DETAIL: 1},
    _S.BUILD_RAPPORT: {_A.ACKNOWLEDGE: 3, _A.OFF_TOPIC: 1.5, _A.ASK_DETAIL: 1, _A.PROVIDE_INFO: 1},
    _S.OPEN_QUESTION: _TELLS,
    _S.FOLLOW_UP: _TELLS,
    _S.CLARIFY: {_A.ACKNOWLEDGE: 3, _A.PROVIDE_INFO: 3, _A.ASK_DETAIL: 1, _A.CONFUSED: 0.5},
    _S.SUMMARISE_NEED: {_A.ACKNOWLEDGE: 4, _A.PROVIDE_INFO: 2, _A.INTEREST: 1, _A.ASK_PRICE: 0.5},
    _S.QUANTIFY_PROBLEM: {_A.PROVIDE_INFO: 4, _A.ACKNOWLEDGE: 2, _A.INTEREST: 1, _A.CONFUSED: 0.4},
    _S.ACKNOWLEDGE_OBJECTION: {_A.PROVIDE_INFO: 4, _A.ACKNOWLEDGE: 2, _A.HESITATE: 1},
    _S.STATE_PRICE: {**_WEIGHS, _A.OBJECTION_PRICE: 2},
    _S.TRIAL_CLOSE: _WEIGHS,
    _S.ASK_COMMITMENT: _WEIGHS,
    _S.PROPOSE_NEXT_STEP: _WEIGHS,
    _S.EXPLAIN_PROCESS: _WEIGHS,
    _S.SCHEDULE_CALLBACK: {_A.CALLBACK: 3, _A.ACKNOWLEDGE: 2, _A.HESITATE: 0.5, _A.GOODBYE: 0.7},
}
_ASKS_DECISION = {_S.ASK_COMMITMENT, _S.PROPOSE_NEXT_STEP, _S.TRIAL_CLOSE}
_STOP = {
    _A.AGREE: StopReason.AGREED,
    _A.REFUSE: StopReason.REFUSED,
    _A.DO_NOT_CALL: StopReason.DO_NOT_CALL,
    _A.GOODBYE: StopReason.REFUSED,
}


class Buyer:
    """One customer in one call. Single-use."""

    def __init__(self, tier: Tier, rng: np.random.Generator):
        self._rng = rng
        start = _START[tier]
        self._interest = start.interest + 0.1 * rng.normal()
        self._patience = start.patience + 0.1 * rng.normal()
        self._hostility = start.hostility
        carried = rng.choice(len(_OBJECTIONS), size=start.objections, replace=False)
        self._carried = [_OBJECTIONS[int(i)] for i in carried]
        self._raised: list[CustomerAct] = []
        self._last: CustomerAct | None = None

    def respond(self, move: Move, habit: Habit | None) -> tuple[CustomerAct, StopReason | None]:
        """The customer's next act, and why the call ends with it, if it does."""
        self._feel(move, habit)
        act = self._act(move.strategy, habit)
        self._last = act
        if move.strategy is _S.SCHEDULE_CALLBACK and act in (_A.CALLBACK, _A.ACKNOWLEDGE):
            return act, StopReason.CALLBACK
        return act, _STOP.get(act)

    def _feel(self, move: Move, habit: Habit | None) -> None:
        self._patience -= 0.04
        if habit is not None:
            self._interest -= 0.1
            self._patience -= 0.35 if habit in (Habit.RUDE, Habit.PRESSURE) else 0.15
        elif move.fitting:
            self._interest += 0.07
            if self._last in self._raised and self._rng.random() < 0.75:
                self._raised.remove(self._last)
        else:
            self._interest -= 0.04
            self._patience -= 0.1

    def _act(self, strategy: Strategy, habit: Habit | None) -> CustomerAct:
        anger = self._hostility + (0.35 if habit is Habit.RUDE else 0.0)
        if self._rng.random() < anger:
            return _A.HOSTILE
        if self._patience <= 0:
            return self._draw({_A.REFUSE: 4, _A.GOODBYE: 2, _A.DO_NOT_CALL: 2})
        if strategy in _ASKS_DECISION and not self._raised and self._interest > 0.62:
            return _A.AGREE
        if strategy is _S.ASK_COMMITMENT and self._interest < 0.3:
            return self._draw({_A.REFUSE: 3, _A.GOODBYE: 1, _A.HESITATE: 1, _A.CALLBACK: 1})
        if self._raised and habit is not None:
            return self._raised[-1]
        if self._carried and strategy is not _S.INTRODUCE and self._rng.random() < 0.3:
            objection = self._carried.pop()
            self._raised.append(objection)
            return objection
        return self._draw(self._coloured(_NEXT.get(strategy, _LISTENS)))

    def _coloured(self, weights: Weights) -> Weights:
        """The usual weights, tilted by interest."""
        tilt = {_A.INTEREST: 2 * self._interest, _A.HESITATE: 1.5 - self._interest}
        return {act: weight * max(0.05, tilt.get(act, 1.0)) for act, weight in weights.items()}

    def _draw(self, weights: Weights) -> CustomerAct:
        acts = list(weights)
        p = np.array([weights[act] for act in acts])
        return acts[int(self._rng.choice(len(acts), p=p / p.sum()))]
