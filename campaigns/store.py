"""The run store: every run and every episode, in SQLite or PostgreSQL.

A run grows by whole cohorts, each in one transaction; what is stored is never lost and never
stored twice. docs/store.md says what follows from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import MetaData, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ai_salesman.campaigns import database
from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.database import Database
from ai_salesman.campaigns.provenance import versions_here
from ai_salesman.campaigns.stored_call import StoredCall
from ai_salesman.campaigns.tables import ContentRow, EpisodeRow, RunRow, columns_of, pack, unpack
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError, StoreError, UnknownNameError
from ai_salesman.conversation.taxonomy import BuyingIntent, StopReason, Tier

__all__ = ["DEFAULT_STORE", "RunInfo", "RunStore", "stored_call"]

DEFAULT_STORE = database.DEFAULT_STORE
_FAILED = StopReason.INFRASTRUCTURE_ERROR.value
_PAGE = 100
"""Episodes that are read in one go, so that a run of any length streams in the same memory."""
_CALL_COLUMNS = [getattr(EpisodeRow, field.name) for field in fields(StoredCall)]
_EPISODES: Any = EpisodeRow.__table__
_CONTENTS: Any = ContentRow.__table__
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


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
    options: dict[str, Any] | None = None
    """What the command changed of the campaign file; None where that is not known."""
    versions: dict[str, str] = {}
    """What it was begun with: see `provenance`."""

    @property
    def finished(self) -> bool:
        """Every requested episode is stored, and none failed."""
        return self.completed >= self.campaign.episodes


class RunStore:
    """Runs and episodes. Writing an episode twice keeps one."""

    def __init__(self, url: str = DEFAULT_STORE, *, patience: float = 60.0):
        """Open the store, making or renewing its tables where need be.

        Args:
            url: an SQLAlchemy URL of SQLite or PostgreSQL.
            patience: seconds for which `save` tries again while the database is away.

        Raises:
            StoreError: the URL is malformed, the database cannot be opened or written, or a
                newer package has changed it.
        """
        self.url = url
        self._database = Database(url)
        self._patience = patience

    def begin(
        self,
        run: str,
        campaign: Campaign,
        options: Mapping[str, Any] | None = None,
        extends: str | None = None,
    ) -> RunInfo:
        """Record that `run` starts, or go on with it when it is there.

        Args:
            run: its id.
            campaign: as it is run.
            options: what the command changed of the campaign file.
            extends: a run of the same campaign with another number of episodes: a new run
                begins with copies of the cohorts that both have.
        """
        row = {
            "id": run,
            "campaign": campaign.name,
            "digest": campaign.digest(),
            "content": campaign.model_dump_json(),
            "started": datetime.now(UTC).isoformat(),
            "wall_seconds": 0.0,
            "options": None if options is None else json.dumps(options, sort_keys=True),
            "versions": json.dumps(versions_here()),
        }
        with self._database.writing() as session:
            query = self._insert(RunRow.__table__).values(row).on_conflict_do_nothing()
            begun = session.scalar(query.returning(RunRow.id))
            if begun and extends is not None:
                _copy_cohorts(session, extends, run, campaign)
        return self.info(run)

    def save(self, run: str, episodes: Iterable[Episode], seconds: float = 0.0) -> None:
        """Store episodes in one transaction and add `seconds` of working time to the run.

        A stored episode is replaced only if it had failed. While the database is away this
        tries again, for as long as the store is patient.

        Raises:
            StoreError: it stays away, or is full; nothing of these episodes is stored.
            UnknownNameError: the run was not begun.
        """
        given = list(episodes)

        def write(session: Session) -> None:
            self._write(session, run, given, replace=False)
            later = update(RunRow).where(RunRow.id == run)
            session.execute(later.values(wall_seconds=RunRow.wall_seconds + seconds))

        try:
            self._database.write_patiently(write, self._patience)
        except StoreError as error:
            raise StoreError(
                f"{error}; what was stored before stays, and the same command goes on from there"
            ) from error

    def rejudge(self, run: str, episodes: Iterable[Episode]) -> None:
        """Replace stored episodes by re-judged ones."""
        given = list(episodes)
        self._database.write_patiently(
            lambda session: self._write(session, run, given, replace=True), self._patience
        )

    def runs(self, campaign: str | None = None) -> list[RunInfo]:
        """All runs, or those of the campaign of this name, newest first."""
        query = select(RunRow).order_by(RunRow.started.desc())
        if campaign is not None:
            query = query.where(RunRow.campaign == campaign)
        with self._database.reading() as session:
            counts = _counts(session)
            return [_info(row, counts.get(row.id, {})) for row in session.scalars(query)]

    def info(self, run: str) -> RunInfo:
        """One run by its id or an unambiguous beginning of it; 'last' is the newest.

        Raises:
            UnknownNameError: there is no such run.
        """
        with self._database.reading() as session:
            row = _find_run(session, run)
            return _info(row, _counts(session, row.id).get(row.id, {}))

    def find(self, digest: str) -> list[str]:
        """Ids of the runs of a campaign digest, newest first."""
        query = select(RunRow.id).where(RunRow.digest == digest)
        with self._database.reading() as session:
            return list(session.scalars(query.order_by(RunRow.started.desc())))

    def done(self, run: str) -> set[int]:
        """Indices of the episodes that are stored and did not fail."""
        query = select(EpisodeRow.index).where(EpisodeRow.run == run, EpisodeRow.stop != _FAILED)
        with self._database.reading() as session:
            return set(session.scalars(query))

    def calls(self, run: str) -> list[StoredCall]:
        """The episodes of a run without their words, in order: columns, nothing is unpacked."""
        query = select(*_CALL_COLUMNS).where(EpisodeRow.run == run).order_by(EpisodeRow.index)
        with self._database.reading() as session:
            return [_call(*row) for row in session.execute(query)]

    def episodes(self, run: str) -> Iterator[Episode]:
        """The episodes of a run, in order, read page by page."""
        after = -1
        while page := self._page(run, after):
            for _, content in page:
                yield unpack(run, content)
            after = page[-1][0]

    def episode(self, run: str, index: int) -> Episode:
        """One episode.

        Raises:
            UnknownNameError: it is not stored.
        """
        with self._database.reading() as session:
            row = session.get(ContentRow, (run, index))
            if row is None:
                known = session.scalars(select(EpisodeRow.index).where(EpisodeRow.run == run))
                raise UnknownNameError("episode", str(index), map(str, known), source=run)
            return unpack(run, row.content)

    @contextmanager
    def session(self, tables: MetaData | None = None) -> Iterator[Session]:
        """A writing transaction for other modules; `tables` that no migration makes are made."""
        with self._database.writing() as session:
            if tables is not None:
                tables.create_all(session.connection())
            yield session

    def _page(self, run: str, after: int) -> Sequence[tuple[int, bytes]]:
        query = (
            select(ContentRow.index, ContentRow.content)
            .where(ContentRow.run == run, ContentRow.index > after)
            .order_by(ContentRow.index)
            .limit(_PAGE)
        )
        with self._database.reading() as session:
            return [(index, content) for index, content in session.execute(query)]

    def _write(
        self, session: Session, run: str, episodes: Sequence[Episode], *, replace: bool
    ) -> None:
        """Upsert; a stored episode is replaced if it had failed, or if `replace` says so."""
        if session.get(RunRow, run) is None:
            raise UnknownNameError("run", run, session.scalars(select(RunRow.id)))
        # One order for all writers, so that no two wait for each other.
        given = {episode.index: episode for episode in reversed(episodes)}
        if not given:
            return
        rows = [{"run": run, **columns_of(given[index])} for index in sorted(given)]
        upsert = self._upsert(_EPISODES, None if replace else _EPISODES.c.stop == _FAILED)
        written = session.scalars(upsert.returning(_EPISODES.c.index), rows).all()
        if written:
            contents = [
                {"run": run, "index": index, "content": pack(given[index])} for index in written
            ]
            session.execute(self._upsert(_CONTENTS), contents)

    def _insert(self, table: Any) -> Any:
        return _INSERTS[self._database.dialect](table)

    def _upsert(self, table: Any, only: Any = None) -> Any:
        """INSERT, or UPDATE what is there `only` where that holds."""
        query = self._insert(table)
        changed = {c.name: query.excluded[c.name] for c in table.c if not c.primary_key}
        key = ["run", "index"]
        return query.on_conflict_do_update(index_elements=key, set_=changed, where=only)


def stored_call(episode: Episode) -> StoredCall:
    """An episode without its words, as `RunStore.calls` would give it back."""
    columns = columns_of(episode)
    return _call(*(columns[field.name] for field in fields(StoredCall)))


def _call(index: int, stop: str, tier: str, score: float | None, *rest: Any) -> StoredCall:
    seed, persona, customer, business, digest, intent, *figures = rest
    named = BuyingIntent(intent) if intent is not None else None
    about = (seed, persona, customer, business, digest, named)
    return StoredCall(index, StopReason(stop), Tier(tier), score, *about, *figures)


def _counts(session: Session, run: str | None = None) -> dict[str, dict[str, int]]:
    """Run -> stop reason -> episodes."""
    query = select(EpisodeRow.run, EpisodeRow.stop, func.count())
    if run is not None:
        query = query.where(EpisodeRow.run == run)
    found: dict[str, dict[str, int]] = {}
    for name, stop, count in session.execute(query.group_by(EpisodeRow.run, EpisodeRow.stop)):
        found.setdefault(name, {})[stop] = count
    return found


def _info(row: RunRow, counts: Mapping[str, int]) -> RunInfo:
    failed = counts.get(_FAILED, 0)
    return RunInfo(
        id=row.id,
        campaign=Campaign.model_validate_json(row.content),
        started=datetime.fromisoformat(row.started),
        wall_seconds=row.wall_seconds,
        completed=sum(counts.values()) - failed,
        failed=failed,
        options=None if row.options is None else json.loads(row.options),
        versions={} if row.versions is None else json.loads(row.versions),
    )


def _copy_cohorts(session: Session, source: str, run: str, campaign: Campaign) -> None:
    """Copy what both runs play in the same cohorts, with its share of the working time."""
    row = session.get_one(RunRow, source)
    fewer = min(Campaign.model_validate_json(row.content).episodes, campaign.episodes)
    whole = fewer - fewer % campaign.cohort
    sound = select(EpisodeRow.index).where(EpisodeRow.run == source, EpisodeRow.stop != _FAILED)
    shared = sound.where(EpisodeRow.index < whole)
    copied, had = (
        session.scalar(select(func.count()).select_from(calls.subquery())) or 0
        for calls in (shared, sound)
    )
    for table in (_EPISODES, _CONTENTS):
        names = [column.name for column in table.c if column.name != "run"]
        rows = select(literal(run), *(table.c[name] for name in names)).where(
            table.c.run == source, table.c.index.in_(shared)
        )
        session.execute(insert(table).from_select(["run", *names], rows))
    if copied:
        share = row.wall_seconds * copied / had
        session.execute(update(RunRow).where(RunRow.id == run).values(wall_seconds=share))


def _find_run(session: Session, name: str) -> RunRow:
    newest = select(RunRow).order_by(RunRow.started.desc())
    if name == "last":
        row = session.scalars(newest.limit(1)).first()
        if row is None:
            raise InputError("this store holds no run yet; `ai-salesman run` makes one")
        return row
    exact = session.get(RunRow, name)
    if exact is not None:
        return exact
    matches: Sequence[RunRow] = session.scalars(
        newest.where(RunRow.id.startswith(name, autoescape=True))
    ).all()
    # Branches carry the whole name of their run: its beginning means the run itself.
    shortest = min(matches, key=lambda match: len(match.id), default=None)
    others = [match for match in matches if match is not shortest]
    if shortest is not None and not all(m.id.startswith(f"{shortest.id}-e") for m in others):
        raise InputError(
            f"{len(matches)} runs begin like {name!r} ({matches[0].id}, {matches[1].id}, ...); "
            "write more of the one you mean"
        )
    if shortest is None:
        raise UnknownNameError("run", name, session.scalars(select(RunRow.id)))
    return shortest
