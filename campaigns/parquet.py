"""Episodes as two Parquet files, for data frames: one row a call, and one row a turn.

Both are written page by page, so a run of any length is exported in the same memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

from ai_salesman.campaigns.tables import columns_of
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError, MissingPartError
from ai_salesman.conversation.turn import Turn

__all__ = ["turns_file", "write_parquet"]

_PAGE = 500
"""Calls to a row group."""
_CALLS = {
    "run": "string",
    "index": "int32",
    "seed": "int64",
    "persona": "string",
    "customer": "string",
    "business": "string",
    "tier": "string",
    "persona_digest": "string",
    "stop": "string",
    "error": "string",
    "converted": "bool",
    "honest": "bool",
    "intent": "string",
    "outcome": "double",
    "process": "double",
    "score": "double",
    "revenue": "double",
    "list_price": "double",
    "discount_percent": "double",
    "turns": "int32",
    "tokens_in": "int64",
    "tokens_out": "int64",
    "usd": "double",
    "seconds": "double",
    "finished": "timestamp",
    "health": "figures",
    "versions": "names",
    "verdicts": "strings",
}
"""Column -> type. `verdicts` holds one JSON object for each judge."""
_TURNS = {
    "run": "string",
    "index": "int32",
    "turn": "int32",
    "speaker": "string",
    "text": "string",
    "messages": "strings",
    "strategy": "string",
    "rewrites": "int32",
    "fell_back": "bool",
    "act": "string",
    "interest": "double",
    "trust": "double",
    "patience": "double",
    "understanding": "double",
    "utility": "double",
    "tokens_in": "int64",
    "tokens_out": "int64",
    "usd": "double",
    "seconds": "double",
}
"""`index` is that of the call. What the other side has is null."""


def turns_file(calls: Path) -> Path:
    """Where the turns are, beside the calls: calls.parquet -> calls.turns.parquet."""
    return calls.with_name(f"{calls.stem}.turns{calls.suffix}")


def write_parquet(episodes: Iterable[Episode], calls: Path) -> int:
    """Write the calls to `calls` and their turns to `turns_file(calls)`; how many calls.

    Neither file is there before it is whole.

    Raises:
        MissingPartError: pyarrow is not installed.
        InputError: the place cannot be written.
    """
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise MissingPartError(
            "Parquet needs pyarrow, which is not installed: pip install 'ai-salesman[parquet]'"
        ) from error
    targets = (calls, turns_file(calls))
    unfinished = [path.with_name(f"{path.name}.unfinished") for path in targets]
    try:
        count = _write(iter(episodes), *unfinished)
        for path, target in zip(unfinished, targets, strict=True):
            path.replace(target)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=calls) from error
    finally:
        for path in unfinished:
            path.unlink(missing_ok=True)
    return count


def _write(episodes: Iterator[Episode], calls: Path, turns: Path) -> int:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    schemas = [_schema(columns) for columns in (_CALLS, _TURNS)]
    count = 0
    with ExitStack() as files:
        writers = [
            files.enter_context(ParquetWriter(path, schema, compression="zstd"))
            for path, schema in zip((calls, turns), schemas, strict=True)
        ]
        while page := list(islice(episodes, _PAGE)):
            count += len(page)
            rows = (_call_rows(page), _turn_rows(page))
            for writer, schema, found in zip(writers, schemas, rows, strict=True):
                writer.write_table(pa.Table.from_pylist(found, schema=schema))
    return count


def _schema(columns: Mapping[str, str]) -> Any:
    import pyarrow as pa

    own = {
        "timestamp": pa.timestamp("us", tz="UTC"),
        "figures": pa.map_(pa.string(), pa.float64()),
        "names": pa.map_(pa.string(), pa.string()),
        "strings": pa.list_(pa.string()),
    }
    return pa.schema(
        [(name, own.get(kind) or pa.type_for_alias(kind)) for name, kind in columns.items()]
    )


def _call_rows(episodes: Sequence[Episode]) -> list[dict[str, Any]]:
    return [
        columns_of(episode)
        | {
            "run": episode.run,
            "error": episode.error,
            "outcome": episode.score.outcome if episode.score else None,
            "process": episode.score.process if episode.score else None,
            "list_price": episode.offer.list_price if episode.offer else None,
            "discount_percent": episode.offer.discount_percent if episode.offer else None,
            "finished": episode.finished,
            "health": list(episode.health.items()),
            "versions": list(episode.versions.items()),
            "verdicts": [verdict.model_dump_json() for verdict in episode.verdicts],
        }
        for episode in episodes
    ]


def _turn_rows(episodes: Sequence[Episode]) -> list[dict[str, Any]]:
    return [
        {"run": episode.run, "index": episode.index, **_turn_row(turn)}
        for episode in episodes
        for turn in episode.turns
    ]


def _turn_row(turn: Turn) -> dict[str, Any]:
    strategy = turn.outline.strategy if turn.outline else None
    row: dict[str, Any] = {
        "turn": turn.index,
        "speaker": turn.speaker.value,
        "text": turn.text,
        "messages": list(turn.messages),
        "strategy": strategy.value if strategy else None,
        "tokens_in": turn.use.tokens_in,
        "tokens_out": turn.use.tokens_out,
        "usd": turn.use.usd,
        "seconds": turn.seconds,
    }
    if turn.guard:
        row |= {"rewrites": turn.guard.rewrites, "fell_back": turn.guard.fell_back}
    if turn.trace:
        state = ("interest", "trust", "patience", "understanding", "utility")
        row |= {"act": turn.trace.act.value, **{name: getattr(turn.trace, name) for name in state}}
    return row
