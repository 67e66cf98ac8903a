"""Runs, episodes, and what was said of pairs of calls: the first tables.

Stores of that time were made without Alembic; what they have is left as it is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

__all__ = ["downgrade", "upgrade"]

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables that are not there."""
    op.create_table(
        "runs",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("campaign", sa.String(120), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("started", sa.String(40), nullable=False),
        sa.Column("wall_seconds", sa.Float, nullable=False),
        if_not_exists=True,
    )
    for column in ("campaign", "digest", "started"):
        op.create_index(f"ix_runs_{column}", "runs", [column], if_not_exists=True)
    op.create_table(
        "episodes",
        sa.Column("run", sa.String(120), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("index", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("stop", sa.String(30), nullable=False),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("content", sa.Text, nullable=False),
        if_not_exists=True,
    )
    _make_pairs()


def _make_pairs() -> None:
    op.create_table(
        "pair_verdicts",
        *_pair(),
        sa.Column("judge", sa.String(300), primary_key=True),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("winner", sa.String(10)),
        sa.Column("content", sa.Text, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_pair_verdicts_winner", "pair_verdicts", ["winner"], if_not_exists=True)
    op.create_table(
        "ratings",
        *_pair(),
        sa.Column("rater", sa.String(120), primary_key=True),
        sa.Column("choice", sa.String(10), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_ratings_choice", "ratings", ["choice"], if_not_exists=True)


def _pair() -> list[sa.Column[str] | sa.Column[int]]:
    return [
        sa.Column("a", sa.String(120), primary_key=True),
        sa.Column("b", sa.String(120), primary_key=True),
        sa.Column("index", sa.Integer, primary_key=True, autoincrement=False),
    ]


def downgrade() -> None:
    """There is nothing older."""
    raise NotImplementedError
