"""The error tree. Every error a user can cause ends in one sentence and exit status 2.

AiSalesmanError
|-- InputError            a file, option or value is wrong: says where and how to mend it
|   `-- UnknownNameError  a name that is not in a closed list: offers the nearest one
|-- MissingPartError      something that should be installed or present is not
|-- StoreError            the run store cannot be opened or written
|-- RunStoppedError       a run ended early; what is stored stays and it can go on (status 130)
|   |-- BudgetReachedError  the cap on money or tokens is reached
|   `-- EndpointDownError   an endpoint answers nothing at all any more
`-- ModelError            a language model did not give a usable answer
    |-- ModelUnreachableError  no answer after all retries (infrastructure, never scored)
    `-- ModelReplyError        an answer came, but not one that can be used
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

__all__ = [
    "AiSalesmanError",
    "BudgetReachedError",
    "EndpointDownError",
    "InputError",
    "MissingPartError",
    "ModelError",
    "ModelReplyError",
    "ModelUnreachableError",
    "RunStoppedError",
    "StoreError",
    "UnknownNameError",
    "nearest",
]


_SHOWN = 12
"""Known names that a message lists at most."""


class AiSalesmanError(Exception):
    """Root of all errors that this package raises on purpose.

    It travels between processes as it is, whatever arguments it was made with.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _as_it_was, (type(self), self.args, dict(self.__dict__))


def _as_it_was(
    kind: type[AiSalesmanError], arguments: tuple[Any, ...], state: dict[str, Any]
) -> AiSalesmanError:
    """The error of `kind`, without making its message a second time."""
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(state)
    return error


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
        hint = f"did you mean {near!r}?" if near else f"known: {_some(known)}"
        super().__init__(f"unknown {kind} {name!r}; {hint}", source=source, field=field)


class MissingPartError(AiSalesmanError):
    """Something that should be installed or present is missing."""


class StoreError(AiSalesmanError):
    """The run store cannot be opened, read or written."""


class RunStoppedError(AiSalesmanError):
    """A run ended before its end. Not a `ModelError`: no episode failed, none is stored as such."""


class BudgetReachedError(RunStoppedError):
    """The next request might cost more than the cap on money or tokens leaves."""


class EndpointDownError(RunStoppedError):
    """An endpoint answers nothing any more, not even the smallest request."""

    def __init__(self, reason: str):
        super().__init__(reason)  # as it was given, so that it pickles
        self.reason = reason
        """What became of the request."""

    def __str__(self) -> str:
        return (
            f"{self.reason}, nor does it answer the shortest question; "
            "when it does again, the same command goes on where this one stopped"
        )


class ModelError(AiSalesmanError):
    """A language model did not give a usable answer."""

    def __init__(self, message: str, *, tokens_in: int = 0, tokens_out: int = 0):
        super().__init__(message)
        self.tokens_in = tokens_in
        self.tokens_out = tokens_out
        """What the unusable answers cost, as far as they said."""


class ModelUnreachableError(ModelError):
    """No answer after all retries: an infrastructure error, never scored."""


class ModelReplyError(ModelError):
    """An answer came that cannot be used: empty, malformed, out of role."""


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return (", ".join(names[:_SHOWN]) or "none") + more


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or the only one that begins so; None if none is near."""
    names = list(known)
    matches = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    begun = [known_name for known_name in names if name and known_name.startswith(name)]
    if not matches and len(begun) == 1:
        return begun[0]
    return matches[0] if matches else None
