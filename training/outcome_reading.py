"""Read how a call ended from what its turns do, by rules.

The customer's last decisive turn decides. Politeness after it counts for nothing: people say
goodbye after a yes, too. A call without any such turn keeps an unknown outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, StopReason, Strategy
from ai_salesman.corpus.dialogue import CorpusTurn

__all__ = ["ReadOutcome", "read_outcome"]

_A = CustomerAct

_DECIDES: Mapping[CustomerAct, StopReason] = {
    _A.AGREE: StopReason.AGREED,
    _A.REFUSE: StopReason.REFUSED,
    _A.DO_NOT_CALL: StopReason.DO_NOT_CALL,
    _A.CALLBACK: StopReason.CALLBACK,
    _A.HOSTILE: StopReason.HUNG_UP,
}
_LOOKED_AT = 3
"""Turns of the customer, from the last."""


class ReadOutcome(NamedTuple):
    """An outcome and how sure it is."""

    outcome: StopReason
    confidence: float


def read_outcome(turns: Sequence[CorpusTurn]) -> ReadOutcome | None:
    """How a call with labelled turns ended; None: its last turns do not tell."""
    last = next((turn for turn in reversed(turns) if turn.speaker is Speaker.SALESMAN), None)
    parting = last.strategy if last else None
    replies = (turn for turn in reversed(turns) if turn.speaker is Speaker.CUSTOMER)
    for back, turn in enumerate(islice(replies, _LOOKED_AT)):
        sure = 1.0 if turn.confidence is None else turn.confidence
        if turn.act is not None and turn.act in _DECIDES:
            return ReadOutcome(_ended(_DECIDES[turn.act], parting), sure)
        if back == 0 and parting is Strategy.SCHEDULE_CALLBACK and turn.act is _A.ACKNOWLEDGE:
            return ReadOutcome(StopReason.CALLBACK, sure)
        if back == 0 and parting is Strategy.RESPECT_NO and turn.act is _A.GOODBYE:
            return ReadOutcome(StopReason.REFUSED, sure)
    return None


def _ended(outcome: StopReason, parting: Strategy | None) -> StopReason:
    """A salesman that takes his leave of a hostile customer ends the call himself."""
    if outcome is StopReason.HUNG_UP and parting is Strategy.RESPECT_NO:
        return StopReason.SALESMAN_ENDED
    return outcome
