"""What was said of pairs of calls, by judges and by people, kept in the run store.

Calls of two runs with the same index form a pair. Pairs are kept under the runs' ids in
alphabetical order, so that it does not matter in which order a command names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import Integer, String, Text, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.verdict import JudgeFailure
from ai_salesman.evaluation.pairwise import PairVerdict, Preference

__all__ = ["PairResult", "PairStore", "Rating", "RunPair"]

PairResult = PairVerdict | JudgeFailure
"""What a pairwise judge says of two calls, or why it could not say it."""

Points = Annotated[int, Field(ge=1, le=10)]
Side = Literal["a", "b"]

_RESULTS: TypeAdapter[PairResult] = TypeAdapter(PairResult)
_OTHER: dict[Side, Side] = {"a": "b", "b": "a"}


class RunPair(NamedTuple):
    """Two runs: calls of the first are a, calls of the second b."""

    a: str
    b: str

    @property
    def kept(self) -> RunPair:
        """The order in which the store keeps them."""
        return RunPair(*sorted(self))

    @property
    def turned(self) -> bool:
        """Whether the store keeps them the other way round."""
        return self.kept != self


class Rating(BaseModel):
    """One person's opinion of one pair."""

    model_config = ConfigDict(frozen=True)

    rater: str
    index: int
    """Which customer: the index of both calls."""
    left: Side
    """The call that was shown on the left."""
    choice: Preference
    points: dict[Side, Points] = {}
    """1 to 10 for each call, where they were given."""
    seconds: float = 0.0
    """From the first sight of the pair to the choice."""
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))

    def swapped(self) -> Rating:
        """The same with the names of the calls exchanged."""
        choice: Preference = "tie" if self.choice == "tie" else _OTHER[self.choice]
        return self.model_copy(
            update={
                "left": _OTHER[self.left],
                "choice": choice,
                "points": {_OTHER[side]: value for side, value in self.points.items()},
            }
        )


class _Base(DeclarativeBase):
    pass


class _PairRow:
    a: Mapped[str] = mapped_column(String(120), primary_key=True)
    b: Mapped[str] = mapped_column(String(120), primary_key=True)
    index: Mapped[int] = mapped_column(Integer, primary_key=True)


class _VerdictRow(_PairRow, _Base):
    __tablename__ = "pair_verdicts"

    judge: Mapped[str] = mapped_column(String(300), primary_key=True)
    version: Mapped[str] = mapped_column(String(40))
    winner: Mapped[str | None] = mapped_column(String(10), index=True)
    content: Mapped[str] = mapped_column(Text)


class _RatingRow(_PairRow, _Base):
    __tablename__ = "ratings"

    rater: Mapped[str] = mapped_column(String(120), primary_key=True)
    choice: Mapped[str] = mapped_column(String(10), index=True)
    content: Mapped[str] = mapped_column(Text)


class PairStore:
    """Verdicts and ratings of pairs, in the database of a run store."""

    def __init__(self, store: RunStore):
        self._store = store

    def keep_results(self, runs: RunPair, results: Iterable[tuple[int, PairResult]]) -> None:
        """Store verdicts or failures by index; an earlier one of the same judge is replaced."""
        with self._store.session() as session:
            for index, given in results:
                result = given
                if isinstance(result, PairVerdict) and runs.turned:
                    result = result.swapped()
                session.merge(
                    _VerdictRow(
                        **runs.kept._asdict(),
                        index=index,
                        judge=result.judge,
                        version=result.version,
                        winner=result.winner if isinstance(result, PairVerdict) else None,
                        content=result.model_dump_json(),
                    )
                )

    def results(self, runs: RunPair, judge: str | None = None) -> dict[str, dict[int, PairResult]]:
        """Judge -> index -> what it said; of all judges, or of one."""
        query = select(_VerdictRow).where(
            _VerdictRow.a == runs.kept.a, _VerdictRow.b == runs.kept.b
        )
        if judge is not None:
            query = query.where(_VerdictRow.judge == judge)
        found: dict[str, dict[int, PairResult]] = {}
        with self._store.session() as session:
            for row in session.scalars(query.order_by(_VerdictRow.judge, _VerdictRow.index)):
                result = _RESULTS.validate_json(row.content)
                if isinstance(result, PairVerdict) and runs.turned:
                    result = result.swapped()
                found.setdefault(row.judge, {})[row.index] = result
        return found

    def keep_rating(self, runs: RunPair, rating: Rating) -> None:
        """Store a rating; an earlier one of the same person for this pair is replaced."""
        kept = rating.swapped() if runs.turned else rating
        with self._store.session() as session:
            session.merge(
                _RatingRow(
                    **runs.kept._asdict(),
                    index=rating.index,
                    rater=rating.rater,
                    choice=kept.choice,
                    content=kept.model_dump_json(),
                )
            )

    def ratings(self, runs: RunPair) -> list[Rating]:
        """All ratings of these runs, by rater and index."""
        query = (
            select(_RatingRow.content)
            .where(_RatingRow.a == runs.kept.a, _RatingRow.b == runs.kept.b)
            .order_by(_RatingRow.rater, _RatingRow.index)
        )
        with self._store.session() as session:
            found = [Rating.model_validate_json(content) for content in session.scalars(query)]
        return [rating.swapped() for rating in found] if runs.turned else found
