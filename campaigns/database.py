"""The database of a run store: SQLite or PostgreSQL, transactions, and patience with both."""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from ai_salesman.campaigns.schema import bring_up_to_date
from ai_salesman.conversation.errors import StoreError

__all__ = ["DEFAULT_STORE", "Database"]

DEFAULT_STORE = "sqlite:///runs/ai-salesman.db"
_BUSY_SECONDS = 30
"""How long SQLite waits for another process to finish writing."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_WRITES = "ai_salesman_writes"

_LOG = logging.getLogger(__name__)

Result = TypeVar("Result")


class Database:
    """Short transactions on one database, whose errors are one sentence."""

    def __init__(self, url: str):
        """Open the database and bring its tables up to date.

        Raises:
            StoreError: the URL is malformed, or the database cannot be opened or written, or a
                newer package has changed it.
        """
        self.url = url
        self._engine = _open(url)
        self._writer = self._engine.execution_options(**{_WRITES: True})
        in_memory = isinstance(self._engine.pool, StaticPool)
        # All threads share the one connection of a store in memory.
        self._turn: AbstractContextManager[object] = (
            threading.RLock() if in_memory else nullcontext()
        )
        weakref.finalize(self, self._engine.dispose)  # no connection outlives its store
        with self._guarded():
            bring_up_to_date(self._writer)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with self._guarded(), self._turn, Session(self._engine) as session, session.begin():
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is stored whole or not at all."""
        with self._guarded(), self._turn, Session(self._writer) as session, session.begin():
            yield session

    def write_patiently(self, write: Callable[[Session], Result], seconds: float) -> Result:
        """Do `write` in a transaction; again, when the database was away, for up to `seconds`.

        Args:
            write: may be done twice, when the answer to a commit got lost.
            seconds: since the first try; after them the error is raised.

        Raises:
            StoreError: the database stays away, or refuses.
        """
        from tenacity import (
            RetryCallState,
            Retrying,
            retry_if_exception,
            stop_after_delay,
            wait_exponential,
        )

        def tell(state: RetryCallState) -> None:
            if state.attempt_number == 1 and state.outcome is not None:
                _LOG.warning("%s; trying again for %.0f s", state.outcome.exception(), seconds)

        tries = Retrying(
            retry=retry_if_exception(_is_away),
            stop=stop_after_delay(seconds),
            wait=wait_exponential(_FIRST_PAUSE, max=_LONGEST_PAUSE),
            before_sleep=tell,
            reraise=True,
        )

        def once() -> Result:
            with self.writing() as session:
                return write(session)

        return tries(once)

    @property
    def dialect(self) -> str:
        """sqlite or postgresql."""
        return self._engine.dialect.name

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise StoreError(f"run store {_shown(self.url)}: {reason}; {_cure(reason)}") from error
        except StoreError as error:
            if str(error).startswith("run store "):
                raise
            raise StoreError(f"run store {_shown(self.url)}: {error}") from error


def _is_away(error: BaseException) -> bool:
    """Whether the database may be back soon: not reachable, starting, or locked by another."""
    cause = error.__cause__ if isinstance(error, StoreError) else error
    if not isinstance(cause, DBAPIError):
        return False
    if isinstance(cause.orig, sqlite3.Error):
        return "locked" in str(cause.orig)
    return cause.connection_invalidated or type(cause).__name__ == "OperationalError"


def _open(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgres":
            parsed = parsed.set(drivername="postgresql")
        kind = parsed.get_backend_name()
        if kind == "postgresql":
            return create_engine(_with_psycopg(parsed), pool_pre_ping=True)
        if kind != "sqlite":
            raise ValueError(f"{kind} is neither sqlite nor postgresql")
        engine = _sqlite_engine(parsed)
    except (ArgumentError, ImportError, ValueError) as error:
        raise StoreError(
            f"run store {_shown(url)!r} cannot be used ({error}); "
            f"give a URL such as {DEFAULT_STORE}"
        ) from error
    except OSError as error:
        raise StoreError(
            f"run store {url}: cannot be written ({error.strerror}); choose another with --store"
        ) from error
    return engine


def _with_psycopg(url: URL) -> URL:
    """The URL with the one driver that is tested; a URL that names no driver means it."""
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "psycopg is not installed: pip install 'ai-salesman[postgres]'"
        ) from error
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _sqlite_engine(url: URL) -> Engine:
    if url.database in (None, "", ":memory:"):
        # One connection, or every thread would see a database of its own.
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
        event.listen(engine, "connect", _tune_file)
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)
    return engine


def _leave_transactions_to_us(connection: sqlite3.Connection, _record: object) -> None:
    """Without this, sqlite3 begins transactions late, and changes tables outside of them."""
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    """A writer takes its lock at once: one that has read first could not wait for another."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _tune_file(connection: sqlite3.Connection, _record: object) -> None:
    """Write-ahead log: readers (`view`) and a running campaign do not block each other."""
    cursor = connection.cursor()
    # A cohort that is told to be stored is on the disk; it costs one wait for the disk a cohort.
    cursor.execute("PRAGMA synchronous=FULL")
    last_try = time.monotonic() + _BUSY_SECONDS
    # Two processes that open a new file at once: SQLite refuses one of them without waiting.
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > last_try:
                raise
            time.sleep(0.05)
    cursor.close()


def _cure(reason: str) -> str:
    if "not a database" in reason or "malformed" in reason:
        return "it is damaged or something else: choose another with --store, or a copy of it"
    return "check that the place exists and is writable"


def _shown(url: str) -> str:
    """The URL without its password, for messages."""
    return re.sub(r"(://[^:/@]*:).*@", r"\1***@", url)
