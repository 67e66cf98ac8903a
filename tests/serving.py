"""A real OpenAI-compatible server on loopback, which can misbehave on purpose."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Fault:
    """An answer that is not what a client hopes for."""

    body: bytes = b""
    status: int = 200
    retry_after: str | None = None

    def response(self) -> web.Response:
        """The fault as an HTTP answer."""
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        return web.Response(body=self.body, status=self.status, headers=headers)


def said(text: str) -> web.Response:
    """The answer of a model that said `text`."""
    return web.json_response(
        {
            "choices": [{"message": {"role": "assistant", "content": text}}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 3},
        }
    )


def shortest(prompt: str) -> bool:
    """Is it what an endpoint is asked to see whether it is alive?"""
    return prompt == "Answer with the word ready."


@asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[str]:
    """Serve `POST /v1/chat/completions` with `answer`; the base URL."""
    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    try:
        yield f"http://{host}:{port}/v1"
    finally:
        await runner.cleanup()
