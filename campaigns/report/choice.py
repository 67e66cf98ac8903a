"""Which calls a report prints: the best, the worst, and sales that should not count."""

from __future__ import annotations

from collections.abc import Sequence

from ai_salesman.campaigns.call_figures import CallFigures
from ai_salesman.campaigns.estimates import Part
from ai_salesman.evaluation.attribution import Reading

__all__ = ["ChosenCall", "choose"]

_BEST, _WORST, _VOID = 5, 5, 2


class ChosenCall(Part):
    """One call to print, and why."""

    index: int
    why: str
    """'best', 'worst' or 'sold on a false claim'."""
    score: float | None
    reading: Reading | None
    """Why it was lost."""


def choose(calls: Sequence[CallFigures]) -> tuple[ChosenCall, ...]:
    """At most a dozen calls, none twice. Calls of the same score come in the order of playing."""
    judged = [call for call in calls if call.score is not None]
    void = [call for call in calls if call.converted and call.honest is False]
    best = sorted(judged, key=lambda call: (-(call.score or 0.0), call.index))
    worst = sorted(judged, key=lambda call: (call.score or 0.0, call.index))
    wanted = [
        *(("sold on a false claim", call) for call in void[:_VOID]),
        *(("best", call) for call in best[:_BEST]),
        *(("worst", call) for call in worst[:_WORST]),
        *(("not judged", call) for call in calls[: 0 if judged else _BEST]),
    ]
    chosen: dict[int, ChosenCall] = {}
    for why, call in wanted:
        found = ChosenCall(index=call.index, why=why, score=call.score, reading=call.reading)
        chosen.setdefault(call.index, found)
    order = ("best", "worst", "sold on a false claim", "not judged")
    return tuple(sorted(chosen.values(), key=lambda call: order.index(call.why)))
