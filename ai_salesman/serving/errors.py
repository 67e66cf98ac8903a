"""Errors as OpenAI's clients expect them: a status, and one sentence in a JSON object."""

from __future__ import annotations

from typing import Any

__all__ = ["ApiError"]

_TYPES = {401: "authentication_error", 404: "not_found_error"}


class ApiError(Exception):
    """A request that gets no answer, and why."""

    def __init__(self, status: int, message: str, *, code: str, param: str | None = None):
        """
        Args:
            status: of HTTP.
            message: one sentence.
            code: for programs.
            param: the field that is wrong.
        """
        self.status = status
        self._told = {"message": message, "param": param, "code": code}
        super().__init__(message)

    @property
    def body(self) -> dict[str, Any]:
        """The object that is sent."""
        other = "server_error" if self.status >= 500 else "invalid_request_error"
        return {"error": {"type": _TYPES.get(self.status, other), **self._told}}
