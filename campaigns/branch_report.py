"""What a branch shows: both arms, and the difference with its interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from ai_salesman.campaigns.branch_choice import AS_RECORDED, Choice
from ai_salesman.campaigns.branch_point import BranchPoint
from ai_salesman.campaigns.branching import RECALLED
from ai_salesman.campaigns.estimates import Estimate, Part, Rate
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.evaluation.statistics import paired_difference

__all__ = ["Arm", "BranchReport", "Difference", "branch_report"]


class Arm(Part):
    """The branches of one choice."""

    run: str
    """The run that holds them."""
    choice: str
    words: str
    """What was said at the turn."""
    outcomes: dict[StopReason, int]
    conversion: Rate
    score: Estimate
    utility: Estimate
    """Of buying, for the customer, when the call ended; only customers with a mind have one."""
    failed: int
    problems: tuple[str, ...] = ()
    """What the claims guard finds wrong with words that were given whole."""
    cost: TokenUse


class Difference(Part):
    """The other choice minus the recorded one, on branches with the same luck."""

    difference: float
    ci95: tuple[float, float]
    p_value: float
    pairs: int


class BranchReport(Part):
    """One turn of one call, replayed."""

    run: str
    episode: int
    turn: int
    customer: str
    recorded_stop: StopReason
    branches: int
    original: Arm
    other: Arm | None = None
    conversion: Difference | None = None
    score: Difference | None = None
    utility: Difference | None = None
    recalled: str
    """'word for word', or from which turn on the customer's mind could not be rebuilt so."""
    sentence: str
    example: int
    """Number of the branch to read in both arms."""


def branch_report(store: RunStore, point: BranchPoint, choice: Choice, count: int) -> BranchReport:
    """Compare the stored branches of `choice` with those of the recorded turn."""
    original = _episodes(store, point, AS_RECORDED, count)
    other = _episodes(store, point, choice, count) if choice != AS_RECORDED else {}
    first = _arm(point, AS_RECORDED, original, count)
    second = _arm(point, choice, other, count) if other else None
    measures = {name: _difference(original, other, measure) for name, measure in _MEASURES.items()}
    return BranchReport(
        run=point.run,
        episode=point.episode.index,
        turn=point.turn.index,
        customer=point.episode.persona.name,
        recorded_stop=point.episode.stop,
        branches=count,
        original=first,
        other=second,
        recalled=next((e.versions.get(RECALLED, "") for e in original.values()), ""),
        sentence=_sentence(point, choice, first, second, measures),
        example=_example(original, other),
        **measures,
    )


def _episodes(
    store: RunStore, point: BranchPoint, choice: Choice, count: int
) -> dict[int, Episode]:
    return {e.index: e for e in store.episodes(point.run_of(choice.label, count))}


def _arm(point: BranchPoint, choice: Choice, episodes: Mapping[int, Episode], count: int) -> Arm:
    ended = [e for e in episodes.values() if e.stop is not StopReason.INFRASTRUCTURE_ERROR]
    turn = next(t for e in episodes.values() for t in e.turns if t.index == point.turn.index)
    return Arm(
        run=point.run_of(choice.label, count),
        choice=choice.label,
        words=turn.text,
        outcomes=dict(Counter(e.stop for e in episodes.values()).most_common()),
        conversion=Rate.of_flags([_bought(e) == 1.0 for e in ended]),
        score=Estimate.of_values([s for e in ended if (s := _score(e)) is not None]),
        utility=Estimate.of_values([u for e in ended if (u := _utility(e)) is not None]),
        failed=len(episodes) - len(ended),
        problems=turn.guard.problems if choice.say is not None and turn.guard else (),
        cost=sum((e.use for e in episodes.values()), TokenUse()),
    )


def _bought(episode: Episode) -> float | None:
    if episode.stop is StopReason.INFRASTRUCTURE_ERROR:
        return None
    return float(episode.stop is StopReason.AGREED)


def _score(episode: Episode) -> float | None:
    return episode.score.total if episode.score else None


def _utility(episode: Episode) -> float | None:
    traces = [turn.trace for turn in episode.turns if turn.trace is not None]
    failed = episode.stop is StopReason.INFRASTRUCTURE_ERROR
    return traces[-1].utility if traces and not failed else None


_MEASURES: Mapping[str, Callable[[Episode], float | None]] = {
    "conversion": _bought,
    "score": _score,
    "utility": _utility,
}


def _difference(
    original: Mapping[int, Episode],
    other: Mapping[int, Episode],
    measure: Callable[[Episode], float | None],
) -> Difference | None:
    """Other minus original over the branches that both arms have a value for."""
    pairs = [
        (a, b)
        for number in sorted(original.keys() & other.keys())
        if (a := measure(other[number])) is not None
        and (b := measure(original[number])) is not None
    ]
    if not pairs:
        return None
    found = paired_difference([a for a, _ in pairs], [b for _, b in pairs])
    return Difference(
        difference=found.difference,
        ci95=(found.low, found.high),
        p_value=found.p_value,
        pairs=found.pairs,
    )


def _example(original: Mapping[int, Episode], other: Mapping[int, Episode]) -> int:
    """The first branch that ends otherwise in the two arms; else the one in the call's own luck."""
    both = sorted(original.keys() & other.keys())
    differing = (n for n in both if original[n].stop is not other[n].stop)
    return next(differing, min(original, default=0))


def _sentence(
    point: BranchPoint,
    choice: Choice,
    original: Arm,
    other: Arm | None,
    measures: Mapping[str, Difference | None],
) -> str:
    who, turn = point.episode.persona.name, point.turn.index
    before = f"{original.conversion.successes} of {original.conversion.of}"
    if other is None:
        low, high = original.conversion.ci95 or (0.0, 1.0)
        return (
            f"With other luck after turn {turn}, {who} buys in {before} branches "
            f"(95 % {low:.0%} to {high:.0%})."
        )
    after = f"{other.conversion.successes} of {other.conversion.of}"
    start = (
        f"With {choice.words} at turn {turn}, {who} buys in {after} branches instead of {before}"
    )
    found = [text for text in map(_told, measures.items()) if text]
    return f"{start}: {'; '.join(found)}." if found else f"{start}."


def _told(item: tuple[str, Difference | None]) -> str:
    name, found = item
    if found is None:
        return ""
    low, high = found.ci95
    if name == "conversion":
        figures = (
            f"{100 * found.difference:+.0f} points (95 % {100 * low:+.0f} to {100 * high:+.0f})"
        )
        no_difference = found.p_value >= 0.05
        return figures + (", which may be luck" if no_difference else "")
    return f"{name} {found.difference:+.2f} ({low:+.2f} to {high:+.2f})"
