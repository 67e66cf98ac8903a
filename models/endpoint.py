"""Client of OpenAI-compatible chat endpoints: thin, on aiohttp, one pool per model.

One connection pool is kept for the life of the model, as many requests are in flight as the
server bears (`models.concurrency`), a fault that may pass is asked again (`models.retry`), and an
endpoint that is down is told from a request that fails. Answers come whole, never as a stream.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import time
from typing import Any, Self

import aiohttp
from pydantic import BaseModel, ValidationError

from ai_salesman.conversation.errors import (
    EndpointDownError,
    InputError,
    ModelReplyError,
    ModelUnreachableError,
)
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.models.base import ChatReply, ChatRequest, Message, PromptStyle
from ai_salesman.models.concurrency import AdaptiveLimit, Passage
from ai_salesman.models.retry import PassingFault, RetryPolicy, seconds_asked

__all__ = ["EndpointModel"]

_DEFAULT_URL = "https://api.openai.com/v1"
_CROWDED = {429, 503, 529}
"""The server has too much to do: fewer requests at a time."""
_PASSING = {408, 409, 425, 500, 502, 504, *_CROWDED}
_PROBE = ChatRequest(
    messages=(Message(role="user", content="Answer with the word ready."),),
    max_tokens=8,
    temperature=0.0,
)


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
        self.limit = AdaptiveLimit(concurrency)
        """How many requests may be in flight; `concurrency` at most."""
        self._model = model
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._headers = {"Content-Type": "application/json"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._timeout = timeout
        self._retry = retry or RetryPolicy()
        self._session: aiohttp.ClientSession | None = None
        self._last_answer = -math.inf
        self._probing = asyncio.Lock()

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer one request, asking again after faults that may pass.

        The use counts every answer that said what it cost, unusable ones too.

        Raises:
            ModelUnreachableError: refused, or no answer after all attempts; others are answered.
            ModelReplyError: only unusable answers (malformed, empty) after all attempts.
            EndpointDownError: nothing is answered any more.
        """
        attempts, wasted = 0, TokenUse()
        try:
            async for attempt in self._retry.attempts_of():
                with attempt:
                    attempts += 1
                    try:
                        reply = await self._ask(request)
                    except PassingFault as fault:
                        wasted += fault.use
                        raise
                    return reply if attempts == 1 else _with_use(reply, wasted)
        except PassingFault as fault:
            reason = f"{self.uri}: {fault} ({attempts} attempts)"
            cost = {"tokens_in": wasted.tokens_in, "tokens_out": wasted.tokens_out}
            if fault.bad_reply:
                raise ModelReplyError(reason, **cost) from fault
            await self._check_alive(reason)
            raise ModelUnreachableError(reason, **cost) from fault
        except ModelUnreachableError as refusal:
            await self._check_alive(str(refusal))
            raise
        raise AssertionError("an attempt returns or raises")

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _check_alive(self, reason: str) -> None:
        """One request failed for good: is it the request, or the endpoint?

        The endpoint is alive when it answers anything from now on, be it the smallest request.
        """
        failed = time.monotonic()
        async with self._probing:
            if self._last_answer >= failed:
                return
            try:
                await self._ask(_PROBE)
            except PassingFault as fault:
                if fault.bad_reply:
                    return
                down: Exception = fault
            except ModelUnreachableError as refusal:
                down = refusal
            else:
                return
        raise EndpointDownError(reason) from down

    async def _ask(self, request: ChatRequest) -> ChatReply:
        async with self.limit.passage() as passage:
            reply = _parsed(await self._fetched(request, passage))
            self._last_answer = time.monotonic()
            return reply

    async def _fetched(self, request: ChatRequest, passage: Passage) -> bytes:
        body = _payload(self._model, request)
        try:
            async with self._open_session().post(self._url, data=body) as answer:
                content = await answer.read()
        except TimeoutError as error:
            raise PassingFault(f"no answer in {self._timeout:g} s", silent=True) from error
        except aiohttp.ClientError as error:
            cut_short = isinstance(error, aiohttp.ClientPayloadError)
            reason = f"{type(error).__name__}: {error}".splitlines()[0]
            raise PassingFault(reason, silent=not cut_short) from error
        if answer.status in _CROWDED:
            passage.turned_away()
        if answer.status in _PASSING:
            wait = seconds_asked(answer.headers)
            raise PassingFault(_told(answer.status, content), retry_after=wait)
        if answer.status != 200:
            raise ModelUnreachableError(f"{self.uri}: {_told(answer.status, content)}")
        passage.answered()
        return content

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(total=self._timeout),
                # The limit above decides; the pool only keeps what it lets through.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30.0),
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


def _payload(model: str, request: ChatRequest) -> bytes:
    payload: dict[str, Any] = {
        "model": model,
        "messages": [{"role": m.role, "content": m.content} for m in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
        "stream": False,
    }
    if request.json_object:
        payload["response_format"] = {"type": "json_object"}
    return json.dumps(payload).encode()


def _told(status: int, content: bytes) -> str:
    """A refusal in one line, in the server's words."""
    words = " ".join(content.decode(errors="replace").split())[:200]
    return f"HTTP {status}: {words}" if words else f"HTTP {status}"


def _parsed(body: bytes) -> ChatReply:
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as error:
        raise PassingFault("malformed JSON in the answer", bad_reply=True) from error
    usage = completion.usage or _Usage()
    use = TokenUse(tokens_in=usage.prompt_tokens, tokens_out=usage.completion_tokens)
    text = (completion.choices[0].message.content or "").strip() if completion.choices else ""
    if not text:
        raise PassingFault("an empty answer", bad_reply=True, use=use)
    return ChatReply(text=text, use=use)


def _with_use(reply: ChatReply, more: TokenUse) -> ChatReply:
    return reply.model_copy(update={"use": reply.use + more})
