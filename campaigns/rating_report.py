"""What people preferred, and which judges prefer the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.duels import WinRate, win_rate
from ai_salesman.campaigns.estimates import Estimate
from ai_salesman.campaigns.pair_store import PairResult, PairStore, Rating, RunPair, Side
from ai_salesman.campaigns.pairing import PlayedRun, pair_episodes
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.verdict import Verdict
from ai_salesman.evaluation.agreement import (
    LEAST_PAIRS,
    JudgeAgreement,
    JudgeView,
    PeopleAgreement,
    agreement_of_people,
    agreement_with_people,
    majority_of,
)
from ai_salesman.evaluation.pair_score_judge import TIE_BAND
from ai_salesman.evaluation.pairwise import PairVerdict, Preference
from ai_salesman.evaluation.score import points_of

__all__ = ["RatingReport", "judge_views", "rating_report"]

WHOLE_SCORE = "whole score"
"""The score of the run's summary, from all judges of the call."""


class RatingReport(BaseModel):
    """Ratings of two runs, and how judges agree with them."""

    model_config = ConfigDict(frozen=True)

    a: str
    """Label of the first run."""
    b: str
    """Label of the second run, the challenger."""
    runs: tuple[str, str]
    raters: dict[str, int]
    """Rater -> pairs rated."""
    pairs: int
    """Pairs that anybody has rated."""
    least: int = LEAST_PAIRS
    """Pairs from which on agreement has a figure."""
    challenger: WinRate | None
    """How often most raters prefer the second run; None with too few pairs."""
    points: dict[Side, Estimate]
    """Points of 1 to 10 that raters gave, by run."""
    left_chosen: int
    """Choices of the call on the left, of `decided`: about half, where the side means nothing."""
    decided: int
    """Choices that are no tie."""
    people: PeopleAgreement
    judges: tuple[JudgeAgreement, ...]

    @property
    def enough(self) -> bool:
        """Whether there are pairs enough for a figure."""
        return self.pairs >= self.least


def rating_report(store: RunStore, a: PlayedRun, b: PlayedRun) -> RatingReport:
    """Sum up the stored ratings of two runs, from `duels.load_pair`."""
    runs, kept = RunPair(a.info.id, b.info.id), PairStore(store)
    ratings = kept.ratings(runs)
    opinions: dict[int, dict[str, Preference]] = defaultdict(dict)
    for rating in ratings:
        opinions[rating.index][rating.rater] = rating.choice
    decided = [rating for rating in ratings if rating.choice != "tie"]
    majorities = [majority_of(list(given.values())) for given in opinions.values()]
    views = [*judge_views(a, b), *_pairwise_views(kept.results(runs))]
    return RatingReport(
        a=a.label,
        b=b.label,
        runs=(a.info.id, b.info.id),
        raters=dict(Counter(rating.rater for rating in ratings)),
        pairs=len(opinions),
        challenger=win_rate(majorities) if len(majorities) >= LEAST_PAIRS else None,
        points={side: _points(ratings, side) for side in ("a", "b")} if ratings else {},
        left_chosen=sum(rating.choice == rating.left for rating in decided),
        decided=len(decided),
        people=agreement_of_people(opinions),
        judges=tuple(agreement_with_people(view, opinions) for view in views),
    )


def _points(ratings: Sequence[Rating], side: Side) -> Estimate:
    return Estimate.of_values([float(r.points[side]) for r in ratings if side in r.points])


def judge_views(a: PlayedRun, b: PlayedRun) -> list[JudgeView]:
    """What the judges whose verdicts are stored with the calls say of each pair.

    A judge's score of a call is what its own verdict is worth, as in `evaluation.score`; it
    prefers the higher one, and neither below the tie band. Judges without scores have no say.
    """
    scores: dict[str, dict[int, float]] = defaultdict(dict)
    for first, second in pair_episodes(a, b):
        before = dict(_scores(first))
        for judge, score in _scores(second):
            if judge in before:
                scores[judge][first.index] = score - before[judge]
    return [
        JudgeView(
            judge=judge,
            prefers={index: _preferred(lead) for index, lead in leads.items()},
            differences=leads,
        )
        for judge, leads in scores.items()
    ]


def _scores(call: Episode) -> Iterator[tuple[str, float]]:
    if call.score is not None and call.score.total is not None:
        yield WHOLE_SCORE, call.score.total
    for verdict in call.verdicts:
        if isinstance(verdict, Verdict):
            points = points_of([verdict])
            parts = (points.total, points.outcome, points.process)
            score = next((part for part in parts if part is not None), None)
            if score is not None:
                yield verdict.judge, score


def _preferred(lead: float) -> Preference:
    if abs(lead) < TIE_BAND:
        return "tie"
    return "b" if lead > 0 else "a"


def _pairwise_views(results: dict[str, dict[int, PairResult]]) -> Iterator[JudgeView]:
    for judge, found in results.items():
        verdicts = {index: v for index, v in found.items() if isinstance(v, PairVerdict)}
        yield JudgeView(
            judge=f"{judge} (pairwise)",
            prefers={index: verdict.winner for index, verdict in verdicts.items()},
            differences={index: verdict.lead for index, verdict in verdicts.items()},
        )
