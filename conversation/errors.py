"""The error tree. Every error a user can cause ends in one sentence and exit status 2.

AiSalesmanError
|-- InputError            a file, option or value is wrong: says where and how to mend it
|   `-- UnknownNameError  a name that is not in a closed list: offers the nearest one
|-- MissingPartError      something that should be installed or present is not
|-- StoreError            the run store cannot be opened or written
`-- ModelError            a language model did not give a usable answer
    |-- ModelUnreachableError  no answer after all retries (infrastructure, never scored)
    `-- ModelReplyError        an answer came, but not one that can be used
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

__all__ = [
    "AiSalesmanError",
    "InputError",
    "MissingPartError",
    "ModelError",
    "ModelReplyError",
    "ModelUnreachableError",
    "StoreError",
    "UnknownNameError",
    "nearest",
]


class AiSalesmanError(Exception):
    """Root of all errors that this package raises on purpose."""


class InputError(AiSalesmanError):
    """Input is wrong. The message names the place, what was found, and the fix."""

    def __init__(self, message: str, *, source: Path | str | None = None, field: str | None = None):
        self.source = source
        self.field = field
        where = ": ".join(str(part) for part in (source, field) if part)
        super().__init__(f"{where}: {message}" if where else message)


class UnknownNameError(InputError):
    """A name is not one of the allowed ones."""

    def __init__(
        self,
        kind: str,
        name: str,
        known: Iterable[str],
        *,
        source: Path | str | None = None,
        field: str | None = None,
    ):
        known = sorted(known)
        near = nearest(name, known)
        hint = f"did you mean {near!r}?" if near else f"known: {', '.join(known) or 'none'}"
        super().__init__(f"unknown {kind} {name!r}; {hint}", source=source, field=field)


class MissingPartError(AiSalesmanError):
    """Something that should be installed or present is missing."""


class StoreError(AiSalesmanError):
    """The run store cannot be opened, read or written."""


class ModelError(AiSalesmanError):
    """A language model did not give a usable answer."""


class ModelUnreachableError(ModelError):
    """No answer after all retries: an infrastructure error, never scored."""


class ModelReplyError(ModelError):
    """An answer came that cannot be used: empty, malformed, out of role."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when nothing is near."""
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None
