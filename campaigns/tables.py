"""The tables of runs and episodes, as the last migration leaves them.

What lists, counts and comparisons ask for stands in columns; the whole episode is compressed in
a table of its own, so that reading the columns never touches it.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.conversation.verdict import Verdict

__all__ = [
    "Base",
    "ContentRow",
    "EpisodeRow",
    "RunRow",
    "columns_of",
    "pack",
    "persona_digest",
    "unpack",
]

_LEVEL = 6
"""zlib: a quarter of the size for under a millisecond an episode."""


class Base(DeclarativeBase):
    """The run store's own tables."""


class RunRow(Base):
    """One run."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    campaign: Mapped[str] = mapped_column(String(120), index=True)
    digest: Mapped[str] = mapped_column(String(32), index=True)
    content: Mapped[str] = mapped_column(Text)
    started: Mapped[str] = mapped_column(String(40), index=True)
    wall_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    options: Mapped[str | None] = mapped_column(Text)
    """JSON of what the command changed of its campaign file; unknown in runs begun otherwise."""
    versions: Mapped[str | None] = mapped_column(Text)
    """JSON: what the run was begun with."""


class EpisodeRow(Base):
    """What lists and comparisons show of an episode."""

    __tablename__ = "episodes"
    __table_args__ = (
        PrimaryKeyConstraint("run", "index", name="pk_episodes"),
        Index("ix_episodes_run_stop", "run", "stop"),
    )

    run: Mapped[str] = mapped_column(ForeignKey("runs.id", name="fk_episodes_run"))
    index: Mapped[int] = mapped_column(Integer)
    stop: Mapped[str] = mapped_column(String(30))
    tier: Mapped[str] = mapped_column(String(20))
    score: Mapped[float | None] = mapped_column(Float)
    seed: Mapped[int] = mapped_column(BigInteger)
    persona: Mapped[str] = mapped_column(Text)
    customer: Mapped[str] = mapped_column(Text)
    business: Mapped[str] = mapped_column(Text)
    persona_digest: Mapped[str] = mapped_column(String(16))
    intent: Mapped[str | None] = mapped_column(String(1))
    converted: Mapped[bool] = mapped_column(Boolean)
    honest: Mapped[bool | None] = mapped_column(Boolean)
    """Unknown where no ledger of claims was kept."""
    revenue: Mapped[float] = mapped_column(Float)
    turns: Mapped[int] = mapped_column(Integer)
    tokens_in: Mapped[int] = mapped_column(BigInteger)
    tokens_out: Mapped[int] = mapped_column(BigInteger)
    usd: Mapped[float] = mapped_column(Float)
    seconds: Mapped[float] = mapped_column(Float)


class ContentRow(Base):
    """A whole episode, but for the name of its run: JSON, compressed."""

    __tablename__ = "episode_contents"
    __table_args__ = (
        PrimaryKeyConstraint("run", "index", name="pk_episode_contents"),
        ForeignKeyConstraint(
            ["run", "index"], ["episodes.run", "episodes.index"], name="fk_contents_episode"
        ),
    )

    run: Mapped[str] = mapped_column(String(120))
    index: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)


def columns_of(episode: Episode) -> dict[str, Any]:
    """The columns of an episode, but for its run."""
    persona, score, use = episode.persona, episode.score, episode.use
    ledger = any(isinstance(v, Verdict) and v.claims is not None for v in episode.verdicts)
    return {
        "index": episode.index,
        "stop": episode.stop.value,
        "tier": persona.tier.value,
        "score": score.total if score else None,
        "seed": episode.seed,
        "persona": persona.id,
        "customer": persona.name,
        "business": persona.business,
        "persona_digest": persona_digest(persona),
        "intent": score.intent.value if score and score.intent else None,
        "converted": episode.stop is StopReason.AGREED,
        "honest": score.honest if score and ledger else None,
        "revenue": episode.offer.price if episode.offer else 0.0,
        "turns": len(episode.turns),
        "tokens_in": use.tokens_in,
        "tokens_out": use.tokens_out,
        "usd": use.usd,
        "seconds": episode.seconds,
    }


def persona_digest(persona: Persona) -> str:
    """Tells whether two calls met the same customer."""
    content = json.dumps(persona.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def pack(episode: Episode) -> bytes:
    """An episode as it is stored: without its run, which is a column."""
    return zlib.compress(episode.model_dump_json(exclude={"run"}).encode(), _LEVEL)


def unpack(run: str, content: bytes) -> Episode:
    """The episode of `run` that was packed."""
    text = zlib.decompress(content)
    return Episode.model_validate_json(b'{"run":' + json.dumps(run).encode() + b"," + text[1:])
