"""Brings the tables of a store to what this package knows, whoever made them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from ai_salesman.conversation.errors import StoreError

__all__ = ["NEWEST", "bring_up_to_date"]

NEWEST = "0002"
"""The last step of `campaigns/migrations`."""

_TABLE = "ai_salesman_schema"
"""Its name is our own: a PostgreSQL database may hold other packages' Alembic tables."""
_LOCK = 7_305_804_402_391
"""Of PostgreSQL's advisory locks; any number that nobody else takes."""


def bring_up_to_date(engine: Engine) -> None:
    """Make the tables, or change older ones, in one transaction.

    Processes that open one store at once wait for each other. `engine` begins transactions
    that lock an SQLite file at once.

    Raises:
        StoreError: a newer package has changed the store.
    """
    with engine.connect() as connection:
        if _step(connection) == NEWEST:
            return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if _step(connection) != NEWEST:
            _migrate(connection)


def _step(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar()


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes |= {"connection": connection, "version_table": _TABLE}
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    found = _step(connection)
    if found is not None and found not in known:
        raise StoreError(
            f"was changed by a newer ai-salesman (step {found}, this one knows {NEWEST}); "
            "upgrade the package, or choose another store with --store"
        )
    command.upgrade(config, "head")
