"""Client of OpenAI-compatible chat endpoints: thin, on aiohttp, one pool per model."""

from __future__ import annotations

import math
import os
from typing import Any, Self

import aiohttp
from pydantic import BaseModel, ValidationError

from ai_salesman.conversation.errors import InputError, ModelReplyError, ModelUnreachableError
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.models.base import ChatReply, ChatRequest, PromptStyle
from ai_salesman.models.retry import PassingFault, RetryPolicy

__all__ = ["EndpointModel"]

_DEFAULT_URL = "https://api.openai.com/v1"
_PASSING = {408, 409, 425, 429, 500, 502, 503, 504, 529}


class _Said(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Said


class _Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Completion(BaseModel):
    choices: list[_Choice]
    usage: _Usage | None = None


class EndpointModel:
    """A model behind `POST <base_url>/chat/completions`."""

    prompt_style: PromptStyle = "chat"

    def __init__(
        self,
        model: str,
        base_url: str = _DEFAULT_URL,
        *,
        api_key: str | None = None,
        concurrency: int = 16,
        timeout: float = 60.0,
        retry: RetryPolicy | None = None,
    ):
        self.uri = f"openai:{model}" + ("" if base_url == _DEFAULT_URL else f"@{base_url}")
        self._model = model
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._api_key = api_key
        self._concurrency = concurrency
        self._timeout = timeout
        self._retry = retry or RetryPolicy()
        self._session: aiohttp.ClientSession | None = None

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer one request, asking again after faults that may pass.

        Raises:
            ModelUnreachableError: refused, or no answer after all attempts.
            ModelReplyError: only unusable answers (malformed, empty) after all attempts.
        """
        try:
            async for attempt in self._retry.attempts_of():
                with attempt:
                    return await self._ask(request)
        except PassingFault as fault:
            kind = ModelReplyError if fault.bad_reply else ModelUnreachableError
            raise kind(f"{self.uri}: {fault} ({self._retry.attempts} attempts)") from fault
        raise AssertionError("an attempt returns or raises")

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, request: ChatRequest) -> ChatReply:
        try:
            async with self._open_session().post(self._url, json=self._payload(request)) as answer:
                if answer.status in _PASSING:
                    wait = _seconds(answer.headers.get("Retry-After"))
                    raise PassingFault(f"HTTP {answer.status}", retry_after=wait)
                body = await answer.read()
                if answer.status != 200:
                    reason = " ".join(body.decode(errors="replace").split())[:200]
                    raise ModelUnreachableError(f"{self.uri}: HTTP {answer.status}: {reason}")
        except TimeoutError as error:
            raise PassingFault(f"no answer in {self._timeout:.0f} s") from error
        except aiohttp.ClientError as error:
            raise PassingFault(f"{type(error).__name__}: {error}") from error
        return _parsed(body)

    def _payload(self, request: ChatRequest) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "model": self._model,
            "messages": [message.model_dump() for message in request.messages],
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
        }
        if request.json_object:
            payload["response_format"] = {"type": "json_object"}
        return payload

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            headers = {"Authorization": f"Bearer {self._api_key}"} if self._api_key else {}
            self._session = aiohttp.ClientSession(
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=self._timeout),
                connector=aiohttp.TCPConnector(limit=self._concurrency),
            )
        return self._session

    @classmethod
    def from_uri(cls, uri: str, concurrency: int = 16) -> Self:
        """The endpoint that `openai:<model>[@base_url]` names.

        The key is read from OPENAI_API_KEY, the default address from OPENAI_BASE_URL.

        Raises:
            InputError: the address is not http(s), or the key of the default one is missing.
        """
        model, _, base = uri.removeprefix("openai:").partition("@")
        base = base or os.environ.get("OPENAI_BASE_URL", _DEFAULT_URL)
        if not base.startswith(("http://", "https://")):
            raise InputError(
                f"address {base!r} must start with http:// or https://", source=f"model URI {uri!r}"
            )
        key = os.environ.get("OPENAI_API_KEY")
        if key is None and base == _DEFAULT_URL:
            raise InputError(
                "set OPENAI_API_KEY, or name an address: openai:<model>@http://host:port/v1",
                source=f"model URI {uri!r}",
            )
        return cls(model, base, api_key=key, concurrency=concurrency, timeout=_timeout())


def _timeout() -> float:
    """Seconds to wait for an answer, from AI_SALESMAN_TIMEOUT."""
    given = os.environ.get("AI_SALESMAN_TIMEOUT", "60")
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        message = f"must be a number of seconds above 0, found {given!r}"
        raise InputError(message, source="AI_SALESMAN_TIMEOUT")
    return seconds


def _parsed(body: bytes) -> ChatReply:
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as error:
        raise PassingFault("malformed JSON in the answer", bad_reply=True) from error
    text = (completion.choices[0].message.content or "").strip() if completion.choices else ""
    if not text:
        raise PassingFault("an empty answer", bad_reply=True)
    usage = completion.usage or _Usage()
    return ChatReply(
        text=text,
        use=TokenUse(tokens_in=usage.prompt_tokens, tokens_out=usage.completion_tokens),
    )


def _seconds(header: str | None) -> float | None:
    """Retry-After in seconds; the date form is rare and treated as absent."""
    try:
        return float(header) if header else None
    except ValueError:
        return None
