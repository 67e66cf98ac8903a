"""Type a command in this process: what it says on both streams, and its exit status."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import NamedTuple

from ai_salesman.__main__ import main

__all__ = ["Said", "complaint", "sound", "typed"]


class Said(NamedTuple):
    """What a command gave back."""

    status: int
    out: str
    err: str


def typed(folder: Path, *arguments: str) -> Said:
    """`ai-salesman ARGUMENTS` typed in `folder`; what one command loads, the next one finds."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main(arguments)
        except SystemExit as end:
            status = int(end.code or 0)
    return Said(status, out.getvalue(), err.getvalue())


def sound(folder: Path, *arguments: str) -> str:
    """Standard output of a command that must succeed."""
    said = typed(folder, *arguments)
    assert said.status == 0, said.err
    return said.out


def complaint(folder: Path, *arguments: str) -> str:
    """The one sentence of a command that must refuse, saying nothing else."""
    said = typed(folder, *arguments)
    assert said.status == 2, said
    assert said.out == ""
    assert len(said.err.splitlines()) == 1, said.err
    assert said.err.startswith("ai-salesman: ")
    return said.err.removeprefix("ai-salesman: ").strip()
