"""One run against the baseline: overall, by tier, by line of business, and call by call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.conclusion import conclude
from ai_salesman.campaigns.pairing import CallPair, Pairing, PlayedRun, pair_calls, pairing_of
from ai_salesman.campaigns.stored_call import StoredCall
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.taxonomy import StopReason, Tier
from ai_salesman.evaluation.comparison import (
    Difference,
    Measure,
    Record,
    compare_paired,
    compare_unpaired,
    corrected,
    measured,
    result_of,
)

__all__ = ["Contest", "DifferentCall", "contests_of", "differing_calls"]

SHOWN_CALLS = 10
LEAST_SEGMENT = 8
"""Calls on each side from which a line of business is compared by itself."""

Key = TypeVar("Key")


class DifferentCall(BaseModel):
    """Two calls to one customer that came out differently; baseline first, then challenger."""

    model_config = ConfigDict(frozen=True)

    index: int
    persona: str
    name: str
    tier: Tier
    stops: tuple[StopReason, StopReason]
    scores: tuple[float | None, float | None]
    turns: tuple[int, int]


class Contest(BaseModel):
    """One run against the baseline. Differences are challenger minus baseline."""

    model_config = ConfigDict(frozen=True)

    baseline: str
    challenger: str
    pairing: Pairing
    record: Record | None
    """Customers won, level and lost, by score (by conversion where a call has no score)."""
    differences: dict[Measure, Difference]
    """Corrected together, over all contests. A measure that nobody judged is missing."""
    by_tier: dict[str, Difference]
    """By the chosen metric; the tiers of all contests are a family of tests of their own."""
    by_segment: dict[str, Difference]
    """The same by the customer's line of business, where there are enough calls."""
    calls: tuple[DifferentCall, ...]
    """Those that differ most: a sale won or lost first."""
    notes: tuple[str, ...]
    """What else differs between the two campaigns."""
    conclusion: str


def contests_of(runs: Sequence[PlayedRun], metric: Measure) -> tuple[Contest, ...]:
    """Every run against the first. All calls of every run must be comparable by `metric`."""
    sides = [_Sides(runs[0], run) for run in runs[1:]]
    lines = sorted({call.business for run in runs for call in run.calls})
    overall = _family(sides, list(Measure), _Sides.difference)
    tiers = _family(sides, list(Tier), lambda side, tier: side.difference(metric, _of_tier(tier)))
    segments = _family(
        sides, lines, lambda side, line: side.difference(metric, _of_line(line), LEAST_SEGMENT)
    )
    return tuple(
        Contest(
            baseline=side.baseline.info.id,
            challenger=side.challenger.info.id,
            pairing=side.pairing,
            record=side.record(),
            differences=overall[place],
            by_tier={tier.value: found for tier, found in tiers[place].items()},
            by_segment=segments[place],
            calls=tuple(map(_different, differing_calls(side.pairs)[:SHOWN_CALLS])),
            notes=tuple(_notes(side.baseline, side.challenger)),
            conclusion=_conclusion(side, overall[place].get(metric)),
        )
        for place, side in enumerate(sides)
    )


def differing_calls(pairs: Sequence[CallPair]) -> list[CallPair]:
    """The pairs that came out differently: a sale won or lost first, then by score."""
    return sorted((pair for pair in pairs if any(_distance(pair))), key=_nearness)


def _nearness(pair: CallPair) -> tuple[float, float, int]:
    sale, score = _distance(pair)
    return -sale, -score, pair[0].index


def _distance(pair: CallPair) -> tuple[float, float]:
    """Whether one sold and the other did not, and how far the scores are apart."""
    sold = {call.converted for call in pair}
    first, second = (call.score for call in pair)
    apart = abs(first - second) if first is not None and second is not None else 0.0
    return float(len(sold) - 1), apart


class _Sides:
    """The calls of a contest, and how to compare any part of them."""

    def __init__(self, baseline: PlayedRun, challenger: PlayedRun):
        self.baseline = baseline
        self.challenger = challenger
        self.pairing = pairing_of(baseline, challenger)
        self.pairs = pair_calls(baseline, challenger) if self.pairing.paired else []

    def difference(
        self,
        measure: Measure,
        belongs: Callable[[StoredCall], bool] = lambda _: True,
        least: int = 1,
    ) -> Difference | None:
        """By one measure, on the calls that belong; None with fewer than `least` on a side."""
        paired = self.pairing.paired
        values = self._paired if paired else self._unpaired
        before, after = values(measure, belongs)
        if min(len(before), len(after)) < least:
            return None
        return (compare_paired if paired else compare_unpaired)(measure, before, after)

    def _paired(
        self, measure: Measure, belongs: Callable[[StoredCall], bool]
    ) -> tuple[list[float], list[float]]:
        wanted = [pair for pair in self.pairs if belongs(pair[0])]
        values = [(measured(a, measure), measured(b, measure)) for a, b in wanted]
        judged = [(a, b) for a, b in values if a is not None and b is not None]
        return [a for a, _ in judged], [b for _, b in judged]

    def _unpaired(
        self, measure: Measure, belongs: Callable[[StoredCall], bool]
    ) -> tuple[list[float], list[float]]:
        before, after = (
            [v for c in run.calls if belongs(c) and (v := measured(c, measure)) is not None]
            for run in (self.baseline, self.challenger)
        )
        return before, after

    def record(self) -> Record | None:
        """Customers won, level and lost; None when the customers differ."""
        results = [result_of(challenger, baseline) for baseline, challenger in self.pairs]
        return Record.of(results) if self.pairing.paired else None


def _family(
    sides: Sequence[_Sides],
    keys: Sequence[Key],
    compare: Callable[[_Sides, Key], Difference | None],
) -> list[dict[Key, Difference]]:
    """The differences of every contest by key, corrected all together."""
    found = {
        (place, key): difference
        for place, side in enumerate(sides)
        for key in keys
        if (difference := compare(side, key)) is not None
    }
    together = corrected(found)
    return [
        {key: difference for (at, key), difference in together.items() if at == place}
        for place in range(len(sides))
    ]


def _of_tier(tier: Tier) -> Callable[[StoredCall], bool]:
    return lambda call: call.tier is tier


def _of_line(line: str) -> Callable[[StoredCall], bool]:
    return lambda call: call.business == line


def _different(pair: CallPair) -> DifferentCall:
    first, second = pair
    return DifferentCall(
        index=first.index,
        persona=first.persona,
        name=first.customer,
        tier=first.tier,
        stops=(first.stop, second.stop),
        scores=(first.score, second.score),
        turns=(first.turns, second.turns),
    )


def _notes(baseline: PlayedRun, challenger: PlayedRun) -> list[str]:
    one, other = baseline.info.campaign, challenger.info.campaign
    notes = []
    if one.sheet != other.sheet:
        fields = [
            f for f in FactSheet.model_fields if getattr(one.sheet, f) != getattr(other.sheet, f)
        ]
        notes.append(
            f"the fact sheets differ ({', '.join(fields)}): a difference may come from the offer"
        )
    if one.customer != other.customer:
        notes.append(
            f"the customers are played by {one.customer} and {other.customer}: "
            "a difference may come from them"
        )
    if (one.judges, one.outcome_weight) != (other.judges, other.outcome_weight):
        notes.append("judges or the weight of the outcome differ: scores may not mean the same")
    if (one.max_turns, one.packs) != (other.max_turns, other.packs):
        notes.append("script packs or the most turns of a call differ")
    return notes


def _conclusion(side: _Sides, found: Difference | None) -> str:
    if found is None:
        return (
            f"{side.challenger.label} and {side.baseline.label} have no customer whose calls "
            "were both judged by this metric."
        )
    return conclude(found, side.pairing, side.baseline.label, side.challenger.label)
