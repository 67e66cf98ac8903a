"""What the planner believes about the customer: a Bayesian update from words alone.

Interest and trust are probabilities, moved by likelihood ratios of the recognised act;
a need's probability moves when the customer's words come near the ways it is spoken of.
The likelihood ratios are ours (the paper's are not known).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.outline import Belief, IntentReading
from ai_salesman.conversation.taxonomy import CustomerAct

__all__ = ["initial_belief", "update_belief"]

_A = CustomerAct

_INTEREST_RATIO: Mapping[CustomerAct, float] = {
    _A.AGREE: 20.0,
    _A.INTEREST: 4.0,
    _A.ASK_PROCESS: 4.0,
    _A.ASK_PRICE: 2.5,
    _A.ASK_DETAIL: 2.0,
    _A.PROVIDE_INFO: 1.5,
    _A.CALLBACK: 1.2,
    _A.HESITATE: 0.8,
    _A.BUSY: 0.7,
    _A.OBJECTION_PRICE: 0.8,
    _A.OBJECTION_TRUST: 0.7,
    _A.OBJECTION_TIMING: 0.7,
    _A.OBJECTION_COMPETITOR: 0.6,
    _A.OBJECTION_NEED: 0.4,
    _A.CONFUSED: 0.8,
    _A.REFUSE: 0.1,
    _A.GOODBYE: 0.3,
    _A.HOSTILE: 0.1,
    _A.DO_NOT_CALL: 0.02,
}
"""p(act | interested) / p(act | not interested); 1 for acts not listed."""

_TRUST_RATIO: Mapping[CustomerAct, float] = {
    _A.AGREE: 6.0,
    _A.INTEREST: 2.0,
    _A.PROVIDE_INFO: 2.0,
    _A.ASK_PROCESS: 1.8,
    _A.OBJECTION_TRUST: 0.3,
    _A.HOSTILE: 0.2,
    _A.DO_NOT_CALL: 0.2,
    _A.REFUSE: 0.5,
}
"""p(act | trusting) / p(act | distrusting)."""

_RESOLVING = {
    _A.AGREE,
    _A.INTEREST,
    _A.ASK_PROCESS,
    _A.ASK_PRICE,
    _A.ASK_DETAIL,
    _A.ACKNOWLEDGE,
    _A.PROVIDE_INFO,
}
"""After one of these the last objection counts as laid aside."""

_LIKENESS_ON = 0.45
"""Cosine at which words speak neither for nor against a need (MiniLM, measured)."""
_LIKENESS_SLOPE = 14.0
_FLOOR, _CEILING = 0.02, 0.98


def initial_belief(sheet: FactSheet) -> Belief:
    """The belief before a word was said: every need of the sheet alike."""
    return Belief(needs=dict.fromkeys(sheet.needs, 0.35))


def update_belief(
    belief: Belief, reading: IntentReading, likeness: Mapping[str, float] | None
) -> Belief:
    """The belief after a customer turn.

    Args:
        belief: the belief before it.
        reading: the recognised act; an unsure reading moves less.
        likeness: need -> cosine, or None when the turn tells nothing about needs.
    """
    needs = dict(belief.needs)
    for name, cosine in (likeness or {}).items():
        ratio = float(np.exp(_LIKENESS_SLOPE * (cosine - _LIKENESS_ON)))
        needs[name] = _updated(needs.get(name, 0.35), min(max(ratio, 0.6), 12.0))
    certainty = reading.probability
    return Belief(
        interest=_updated(belief.interest, _INTEREST_RATIO.get(reading.act, 1.0) ** certainty),
        trust=_updated(belief.trust, _TRUST_RATIO.get(reading.act, 1.0) ** certainty),
        needs=needs,
        open_objections=_objections_after(belief.open_objections, reading.act),
    )


def _updated(probability: float, ratio: float) -> float:
    odds = probability / (1.0 - probability) * ratio
    return min(max(odds / (1.0 + odds), _FLOOR), _CEILING)


def _objections_after(before: tuple[CustomerAct, ...], act: CustomerAct) -> tuple[CustomerAct, ...]:
    if act.value.startswith("objection_"):
        return (*(other for other in before if other is not act), act)
    return before[:-1] if act in _RESOLVING else before
