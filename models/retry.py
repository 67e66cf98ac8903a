"""When and how long to wait before asking an endpoint again."""

from __future__ import annotations

from dataclasses import dataclass

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

__all__ = ["PassingFault", "RetryPolicy"]


class PassingFault(Exception):
    """A fault that may be gone at the next attempt."""

    def __init__(self, reason: str, *, bad_reply: bool = False, retry_after: float | None = None):
        super().__init__(reason)
        self.bad_reply = bad_reply
        """An answer came, but not a usable one."""
        self.retry_after = retry_after
        """Seconds that the server asked for."""


@dataclass(frozen=True)
class RetryPolicy:
    """Exponential backoff with full jitter, which yields to the server's Retry-After."""

    attempts: int = 5
    first_wait: float = 0.5
    longest_wait: float = 30.0

    def attempts_of(self) -> AsyncRetrying:
        """An iterator of attempts; the last fault is raised as it was."""
        backoff = wait_random_exponential(multiplier=self.first_wait, max=self.longest_wait)

        def wait(state: RetryCallState) -> float:
            fault = state.outcome.exception() if state.outcome else None
            if isinstance(fault, PassingFault) and fault.retry_after is not None:
                return min(fault.retry_after, self.longest_wait)
            return backoff(state)

        return AsyncRetrying(
            stop=stop_after_attempt(self.attempts),
            wait=wait,
            retry=retry_if_exception_type(PassingFault),
            reraise=True,
        )
