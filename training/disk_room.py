"""What a training says whose files do not fit on the disk."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ai_salesman.conversation.errors import InputError

__all__ = ["disk_room"]

_NOTHING = 1_000_000
"""Bytes: with less, a disk counts as full."""


@contextmanager
def disk_room(out: Path) -> Iterator[None]:
    """The body writes into the folder `out`.

    Raises:
        InputError: it failed, and the disk is full. The libraries that write weights say so each
            in its own way, some without the reason: then the disk is asked.
    """
    try:
        yield
    except Exception as error:
        if not _is_full(error, out):
            raise
        raise InputError(
            "the disk is full; free some space, and the same command goes on from the last "
            "checkpoint",
            source=out,
        ) from error


def _is_full(error: Exception, out: Path) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    if os.strerror(errno.ENOSPC) in str(error):
        return True
    return out.exists() and shutil.disk_usage(out).free < _NOTHING
