"""`ai-salesman export`: episodes out of the store."""

from __future__ import annotations

import sys
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from ai_salesman.cli.options import RunArgument, StoreOption

__all__ = ["export"]


class ExportFormat(StrEnum):
    """Formats of an export."""

    JSONL = "jsonl"
    """One episode a line."""
    MARKDOWN = "markdown"
    """Transcripts to read."""


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
    """Write the episodes of a run, in episode order: JSON lines, or transcripts to read.

    Examples:

      ai-salesman export last --format jsonl > calls.jsonl

      ai-salesman export last --words-only --out words.jsonl

      ai-salesman export last --format markdown --limit 10 --out transcripts.md
    """
    from ai_salesman.campaigns.export import export_line, transcript_markdown
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.conversation.errors import InputError

    opened = RunStore(store)
    info = opened.info(run)
    try:
        target = out.open("w", encoding="utf-8") if out else sys.stdout
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=out) from error
    count = 0
    for count, episode in enumerate(islice(opened.episodes(info.id), limit), 1):  # noqa: B007
        if format is ExportFormat.MARKDOWN:
            target.write(transcript_markdown(episode) + "\n")
        else:
            target.write(export_line(episode, words_only=words_only) + "\n")
    if out:
        target.close()
        typer.echo(f"{count} episodes in {out}", err=True)
