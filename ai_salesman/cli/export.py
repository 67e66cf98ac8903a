"""`ai-salesman export`: episodes out of the store."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ai_salesman.cli.options import RunArgument, StoreOption

__all__ = ["export"]


class ExportFormat(StrEnum):
    """Formats of an export."""

    JSONL = "jsonl"
    """One episode a line."""


def export(
    run: RunArgument = "last",
    format: Annotated[ExportFormat, typer.Option(help="Format.")] = ExportFormat.JSONL,
    out: Annotated[Path | None, typer.Option(help="File; standard output by default.")] = None,
    words_only: Annotated[
        bool, typer.Option("--words-only", help="Only seed, persona id, words and stop reason.")
    ] = False,
    store: StoreOption = "sqlite:///runs/ai-salesman.db",
) -> None:
    """Write the episodes of a run, one JSON object a line, in episode order.

    Examples:

      ai-salesman export last --format jsonl > calls.jsonl

      ai-salesman export last --words-only --out words.jsonl
    """
    from ai_salesman.campaigns.export import export_line
    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.conversation.errors import InputError

    del format  # one format so far
    opened = RunStore(store)
    info = opened.info(run)
    try:
        target = out.open("w", encoding="utf-8") if out else sys.stdout
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=out) from error
    for episode in opened.episodes(info.id):
        target.write(export_line(episode, words_only=words_only) + "\n")
    if out:
        target.close()
        typer.echo(f"{info.completed + info.failed} episodes in {out}", err=True)
