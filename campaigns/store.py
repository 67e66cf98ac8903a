"""The run store: every run and every episode, in any SQL database SQLAlchemy speaks to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlalchemy import (
    Engine,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Text,
    create_engine,
    event,
    func,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import StoreError, UnknownNameError
from ai_salesman.conversation.taxonomy import StopReason

__all__ = ["DEFAULT_STORE", "RunInfo", "RunStore"]

DEFAULT_STORE = "sqlite:///runs/ai-salesman.db"


class _Base(DeclarativeBase):
    pass


class _RunRow(_Base):
    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    campaign: Mapped[str] = mapped_column(String(120), index=True)
    digest: Mapped[str] = mapped_column(String(32), index=True)
    content: Mapped[str] = mapped_column(Text)
    started: Mapped[str] = mapped_column(String(40), index=True)
    wall_seconds: Mapped[float] = mapped_column(Float, default=0.0)


class _EpisodeRow(_Base):
    __tablename__ = "episodes"

    run: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    index: Mapped[int] = mapped_column(Integer, primary_key=True)
    stop: Mapped[str] = mapped_column(String(30), index=True)
    tier: Mapped[str] = mapped_column(String(20), index=True)
    score: Mapped[float | None] = mapped_column(Float, index=True)
    content: Mapped[str] = mapped_column(Text)


class RunInfo(BaseModel):
    """One run, without its episodes."""

    model_config = ConfigDict(frozen=True)

    id: str
    campaign: Campaign
    """As it was run, options of the command included."""
    started: datetime
    wall_seconds: float
    """Working time over all sittings."""
    completed: int
    failed: int
    """Episodes that ended in an infrastructure error."""

    @property
    def finished(self) -> bool:
        """Every requested episode is stored, and none failed."""
        return self.completed >= self.campaign.episodes


class RunStore:
    """Runs and episodes. Writing an episode twice keeps one."""

    def __init__(self, url: str = DEFAULT_STORE):
        """Open the store, making its tables on first use.

        Raises:
            StoreError: the URL is malformed, or the database cannot be opened or written.
        """
        self.url = url
        self._engine = _open(url)
        with self._guarded():
            _Base.metadata.create_all(self._engine)

    def begin(self, run: str, campaign: Campaign) -> RunInfo:
        """Record that `run` starts, or go on with it when it is there."""
        with self._guarded(), Session(self._engine) as session, session.begin():
            if session.get(_RunRow, run) is None:
                session.add(
                    _RunRow(
                        id=run,
                        campaign=campaign.name,
                        digest=campaign.digest(),
                        content=campaign.model_dump_json(),
                        started=datetime.now(UTC).isoformat(),
                    )
                )
        return self.info(run)

    def save(self, run: str, episodes: Iterable[Episode], seconds: float = 0.0) -> None:
        """Store episodes in one transaction and add `seconds` of working time to the run.

        A stored episode is replaced only if it had failed.
        """
        with self._guarded(), Session(self._engine) as session, session.begin():
            for episode in episodes:
                row = session.get(_EpisodeRow, (run, episode.index))
                if row is None or row.stop == StopReason.INFRASTRUCTURE_ERROR:
                    session.merge(_row_of(run, episode))
            session.execute(
                update(_RunRow)
                .where(_RunRow.id == run)
                .values(wall_seconds=_RunRow.wall_seconds + seconds)
            )

    def rejudge(self, run: str, episodes: Iterable[Episode]) -> None:
        """Replace stored episodes by re-judged ones."""
        with self._guarded(), Session(self._engine) as session, session.begin():
            for episode in episodes:
                session.merge(_row_of(run, episode))

    def runs(self) -> list[RunInfo]:
        """All runs, newest first."""
        with self._guarded(), Session(self._engine) as session:
            ids = session.scalars(select(_RunRow.id).order_by(_RunRow.started.desc())).all()
        return [self.info(run) for run in ids]

    def info(self, run: str) -> RunInfo:
        """One run by its id or an unambiguous beginning of it; 'last' is the newest.

        Raises:
            UnknownNameError: there is no such run.
        """
        with self._guarded(), Session(self._engine) as session:
            row = _find_run(session, run)
            counts = dict(
                session.execute(
                    select(_EpisodeRow.stop, func.count())
                    .where(_EpisodeRow.run == row.id)
                    .group_by(_EpisodeRow.stop)
                ).all()
            )
            failed = counts.pop(StopReason.INFRASTRUCTURE_ERROR.value, 0)
            return RunInfo(
                id=row.id,
                campaign=Campaign.model_validate_json(row.content),
                started=datetime.fromisoformat(row.started),
                wall_seconds=row.wall_seconds,
                completed=sum(counts.values()),
                failed=failed,
            )

    def find(self, digest: str) -> list[str]:
        """Ids of the runs of a campaign digest, newest first."""
        with self._guarded(), Session(self._engine) as session:
            query = select(_RunRow.id).where(_RunRow.digest == digest)
            return list(session.scalars(query.order_by(_RunRow.started.desc())))

    def done(self, run: str) -> set[int]:
        """Indices of the episodes that are stored and did not fail."""
        with self._guarded(), Session(self._engine) as session:
            query = select(_EpisodeRow.index).where(
                _EpisodeRow.run == run, _EpisodeRow.stop != StopReason.INFRASTRUCTURE_ERROR.value
            )
            return set(session.scalars(query))

    def episodes(self, run: str) -> Iterator[Episode]:
        """The episodes of a run, in order."""
        with self._guarded(), Session(self._engine) as session:
            query = (
                select(_EpisodeRow.content)
                .where(_EpisodeRow.run == run)
                .order_by(_EpisodeRow.index)
                .execution_options(yield_per=200)
            )
            for content in session.scalars(query):
                yield Episode.model_validate_json(content)

    def episode(self, run: str, index: int) -> Episode:
        """One episode.

        Raises:
            UnknownNameError: it is not stored.
        """
        with self._guarded(), Session(self._engine) as session:
            row = session.get(_EpisodeRow, (run, index))
            if row is None:
                known = session.scalars(select(_EpisodeRow.index).where(_EpisodeRow.run == run))
                raise UnknownNameError("episode", str(index), map(str, known), source=run)
            return Episode.model_validate_json(row.content)

    @contextmanager
    def session(self, tables: MetaData) -> Iterator[Session]:
        """A transaction on the tables of another module, which are made on first use."""
        with self._guarded(), Session(self._engine) as session, session.begin():
            tables.create_all(session.connection())
            yield session

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise StoreError(
                f"run store {_shown(self.url)}: {reason}; "
                "check that the place exists and is writable"
            ) from error


def _open(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
            # One connection, or every thread would see a database of its own.
            return create_engine(
                parsed, poolclass=StaticPool, connect_args={"check_same_thread": False}
            )
        if parsed.get_backend_name() == "sqlite":
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
    except (ArgumentError, ImportError, ValueError) as error:
        raise StoreError(
            f"run store {_shown(url)!r} cannot be used ({error}); "
            f"give a URL such as {DEFAULT_STORE}"
        ) from error
    except OSError as error:
        raise StoreError(
            f"run store {url}: cannot be written ({error.strerror}); choose another with --store"
        ) from error
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    return engine


def _shown(url: str) -> str:
    """The URL without its password, for messages."""
    return re.sub(r"(://[^:/@]*:).*@", r"\1***@", url)


def _tune_sqlite(connection: object, _record: object) -> None:
    """Write-ahead log: readers (`view`) and a running campaign do not block each other."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _row_of(run: str, episode: Episode) -> _EpisodeRow:
    return _EpisodeRow(
        run=run,
        index=episode.index,
        stop=episode.stop.value,
        tier=episode.persona.tier.value,
        score=episode.score.total if episode.score else None,
        content=episode.model_dump_json(),
    )


def _find_run(session: Session, name: str) -> _RunRow:
    newest = select(_RunRow).order_by(_RunRow.started.desc())
    if name == "last":
        row = session.scalars(newest.limit(1)).first()
        if row is not None:
            return row
    exact = session.get(_RunRow, name)
    if exact is not None:
        return exact
    matches: Sequence[_RunRow] = session.scalars(
        newest.where(_RunRow.id.startswith(name, autoescape=True))
    ).all()
    # Branches carry the whole name of their run: its beginning means the run itself.
    shortest = min(matches, key=lambda match: len(match.id), default=None)
    others = [match for match in matches if match is not shortest]
    if shortest is None or not all(m.id.startswith(f"{shortest.id}-e") for m in others):
        raise UnknownNameError("run", name, session.scalars(select(_RunRow.id)))
    return shortest
