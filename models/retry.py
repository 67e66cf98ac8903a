"""When and how long to wait before asking an endpoint again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type
from tenacity.wait import wait_random_exponential

from ai_salesman.conversation.turn import TokenUse

__all__ = ["PassingFault", "RetryPolicy", "seconds_asked"]

_SPREAD = 0.1
"""Share by which a wait that the server asked for is stretched at random, so that clients which
were all told the same do not all come back at once."""


class PassingFault(Exception):
    """A fault that may be gone at the next attempt."""

    def __init__(
        self,
        reason: str,
        *,
        bad_reply: bool = False,
        silent: bool = False,
        retry_after: float | None = None,
        use: TokenUse | None = None,
    ):
        super().__init__(reason)
        self.bad_reply = bad_reply
        """An answer came, but not a usable one."""
        self.silent = silent
        """Nothing came at all: refused, cut off, or no answer in time."""
        self.retry_after = retry_after
        """Seconds that the server asked for."""
        self.use = use or TokenUse()
        """What the unusable answer cost."""


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential backoff with full jitter, which yields to the server's Retry-After.

    A server that answers something (429, 500, half an answer) is worth more patience than one
    from which nothing comes: at 20 % faults, 12 attempts lose one request in 200 million.
    """

    attempts: int = 12
    """Most attempts of one request."""
    silent_attempts: int = 5
    """Attempts after which a request gives up when nothing at all came back to them."""
    first_wait: float = 0.5
    longest_wait: float = 30.0
    longest_asked: float = 120.0
    """Most seconds to wait because the server asked for it."""

    def attempts_of(self) -> AsyncRetrying:
        """An iterator of the attempts of one request; the last fault is raised as it was."""
        backoff = wait_random_exponential(multiplier=self.first_wait, max=self.longest_wait)
        silent = 0

        def stop(state: RetryCallState) -> bool:
            nonlocal silent
            fault = state.outcome.exception() if state.outcome else None
            silent += isinstance(fault, PassingFault) and fault.silent
            return state.attempt_number >= self.attempts or silent >= self.silent_attempts

        def wait(state: RetryCallState) -> float:
            fault = state.outcome.exception() if state.outcome else None
            if isinstance(fault, PassingFault) and fault.retry_after is not None:
                asked = min(fault.retry_after, self.longest_asked)
                return asked * (1 + _SPREAD * random.random())
            return backoff(state)

        return AsyncRetrying(
            stop=stop, wait=wait, retry=retry_if_exception_type(PassingFault), reraise=True
        )


def seconds_asked(headers: Mapping[str, str]) -> float | None:
    """The seconds that `Retry-After` asks for, given as a number or as an HTTP date.

    A date is read by the server's own clock where the answer carries one (`Date`). None when the
    header is missing or makes no sense.
    """
    given = headers.get("Retry-After", "").strip()
    try:
        seconds = float(given)
    except ValueError:
        until, now = _date(given), _date(headers.get("Date", "")) or datetime.now(UTC)
        if until is None:
            return None
        seconds = (until - now).total_seconds()
    return max(seconds, 0.0) if seconds < float("inf") else None


def _date(text: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
