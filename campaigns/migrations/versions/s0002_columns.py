"""Lists without JSON: columns for what they show, the episode compressed in a table beside.

Runs also remember what the command changed of their file, and what they were begun with;
spending gets its table here.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["downgrade", "upgrade"]

revision = "0002"
down_revision = "0001"

_PAGE = 100

_episodes = sa.table(
    "episodes",
    *map(
        sa.column,
        (
            *("run", "index", "stop", "tier", "score", "seed", "persona", "customer", "business"),
            *("persona_digest", "intent", "converted", "honest", "revenue", "turns"),
            *("tokens_in", "tokens_out", "usd", "seconds"),
        ),
    ),
)
_contents = sa.table(
    "episode_contents", sa.column("run"), sa.column("index"), sa.column("content", sa.LargeBinary)
)
_old = sa.table("episodes_0001", sa.column("run"), sa.column("index"), sa.column("content"))


def upgrade() -> None:
    """Make the new tables, move every episode, drop the old one."""
    op.add_column("runs", sa.Column("options", sa.Text))
    op.add_column("runs", sa.Column("versions", sa.Text))
    op.create_table(
        "spending",
        sa.Column("run", sa.String(120), primary_key=True),
        sa.Column("tokens_in", sa.Integer, nullable=False),
        sa.Column("tokens_out", sa.Integer, nullable=False),
        sa.Column("usd", sa.Float, nullable=False),
        if_not_exists=True,
    )
    op.rename_table("episodes", "episodes_0001")
    _make_episodes()
    for page in _pages():
        op.get_bind().execute(sa.insert(_episodes), [columns for columns, _ in page])
        op.get_bind().execute(sa.insert(_contents), [content for _, content in page])
    op.drop_table("episodes_0001")


def _make_episodes() -> None:
    op.create_table(
        "episodes",
        sa.Column("run", sa.String(120), nullable=False),
        sa.Column("index", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("stop", sa.String(30), nullable=False),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("persona", sa.Text, nullable=False),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("business", sa.Text, nullable=False),
        sa.Column("persona_digest", sa.String(16), nullable=False),
        sa.Column("intent", sa.String(1)),
        sa.Column("converted", sa.Boolean, nullable=False),
        sa.Column("honest", sa.Boolean),
        sa.Column("revenue", sa.Float, nullable=False),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("tokens_in", sa.BigInteger, nullable=False),
        sa.Column("tokens_out", sa.BigInteger, nullable=False),
        sa.Column("usd", sa.Float, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("run", "index", name="pk_episodes"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_episodes_run"),
    )
    op.create_index("ix_episodes_run_stop", "episodes", ["run", "stop"])
    op.create_table(
        "episode_contents",
        sa.Column("run", sa.String(120), nullable=False),
        sa.Column("index", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("run", "index", name="pk_episode_contents"),
        sa.ForeignKeyConstraint(
            ["run", "index"], ["episodes.run", "episodes.index"], name="fk_contents_episode"
        ),
    )


def _pages() -> Iterator[Sequence[tuple[dict[str, Any], dict[str, Any]]]]:
    """All episodes, a page at a time, so that a large store moves in little memory."""
    last: tuple[str, int] = ("", -1)
    while True:
        query = (
            sa.select(_old)
            .where(sa.tuple_(_old.c.run, _old.c.index) > sa.tuple_(*map(sa.literal, last)))
            .order_by(_old.c.run, _old.c.index)
            .limit(_PAGE)
        )
        rows = op.get_bind().execute(query).all()
        if not rows:
            return
        yield [_moved(run, index, content) for run, index, content in rows]
        run, index, _ = rows[-1]
        last = (run, index)


def _moved(run: str, index: int, content: str) -> tuple[dict[str, Any], dict[str, Any]]:
    episode = json.loads(content)
    episode.pop("run")
    packed = zlib.compress(json.dumps(episode, ensure_ascii=False).encode(), 6)
    columns = {"run": run, "index": index, **_columns(episode)}
    return columns, {"run": run, "index": index, "content": packed}


def _columns(episode: dict[str, Any]) -> dict[str, Any]:
    persona, score = episode["persona"], episode.get("score") or {}
    offer, use = episode.get("offer") or {}, episode.get("use") or {}
    ledger = any(v.get("claims") is not None for v in episode.get("verdicts") or ())
    digest = hashlib.sha256(json.dumps(persona, sort_keys=True).encode()).hexdigest()
    return {
        "stop": episode["stop"],
        "tier": persona["tier"],
        "score": score.get("total"),
        "seed": episode["seed"],
        "persona": persona["id"],
        "customer": persona["name"],
        "business": persona.get("business", "household"),
        "persona_digest": digest[:16],
        "intent": score.get("intent"),
        "converted": episode["stop"] == "agreed",
        "honest": score.get("honest") if score and ledger else None,
        "revenue": offer.get("price", 0.0),
        "turns": len(episode["turns"]),
        "tokens_in": use.get("tokens_in", 0),
        "tokens_out": use.get("tokens_out", 0),
        "usd": use.get("usd", 0.0),
        "seconds": episode.get("seconds", 0.0),
    }


def downgrade() -> None:
    """Stores are not taken back to an older package."""
    raise NotImplementedError
