"""`ai-salesman export`: episodes out of the store."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ai_salesman.cli.options import RunArgument, StoreOption

if TYPE_CHECKING:
    from ai_salesman.conversation.episode import Episode

__all__ = ["export"]


class ExportFormat(StrEnum):
    """Formats of an export."""

    JSONL = "jsonl"
    """One episode a line."""
    MARKDOWN = "markdown"
    """Transcripts to read."""
    PARQUET = "parquet"
    """Two files for data frames: a row a call, and beside it a row a turn."""


def export(
    run: RunArgument = "last",
    format: Annotated[ExportFormat, typer.Option(help="Format.")] = ExportFormat.JSONL,
    out: Annotated[Path | None, typer.Option(help="File; standard output by default.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first calls.")] = None,
    words_only: Annotated[
        bool, typer.Option("--words-only", help="Only seed, persona id, words and stop reason.")
    ] = False,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
) -> None:
    """Write the episodes of a run, in episode order: JSON lines, transcripts, or Parquet.

    Parquet makes two files: FILE with a row a call, and FILE.turns.parquet with a row a turn.

    Examples:

      ai-salesman export last --format jsonl > calls.jsonl

      ai-salesman export last --words-only --out words.jsonl

      ai-salesman export last --format markdown --limit 10 --out transcripts.md

      ai-salesman export last --format parquet --out calls.parquet
    """
    from ai_salesman.campaigns.store import RunStore

    opened = RunStore(store)
    episodes = islice(opened.episodes(opened.info(run).id), limit)
    if format is ExportFormat.PARQUET:
        _write_parquet(episodes, out, words_only)
    else:
        _write_text(episodes, format, out, words_only)


def _write_parquet(episodes: Iterator[Episode], out: Path | None, words_only: bool) -> None:
    from ai_salesman.campaigns.parquet import turns_file, write_parquet
    from ai_salesman.conversation.errors import InputError

    if out is None:
        raise InputError("parquet is two files; name the first with --out calls.parquet")
    if words_only:
        raise InputError("--words-only has no parquet form; leave one of them out")
    count = write_parquet(episodes, out)
    typer.echo(f"{count} episodes in {out}, their turns in {turns_file(out)}", err=True)


def _write_text(
    episodes: Iterator[Episode], format: ExportFormat, out: Path | None, words_only: bool
) -> None:
    from ai_salesman.campaigns.export import export_line, transcript_markdown
    from ai_salesman.conversation.errors import InputError

    try:
        target = out.open("w", encoding="utf-8") if out else sys.stdout
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=out) from error
    count = 0
    for count, episode in enumerate(episodes, 1):  # noqa: B007
        if format is ExportFormat.MARKDOWN:
            target.write(transcript_markdown(episode) + "\n")
        else:
            target.write(export_line(episode, words_only=words_only) + "\n")
    if out:
        target.close()
        typer.echo(f"{count} episodes in {out}", err=True)
