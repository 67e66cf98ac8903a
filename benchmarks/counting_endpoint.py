"""The fake endpoint inside a benchmark's own process: it counts what each seat asks of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from fake_endpoint import answers

_SEATS = dict(zip(answers(), ("planner", "salesman", "judge", "customer", "other"), strict=True))
_BYTES_A_TOKEN = 4


@dataclass
class Asked:
    """By seat."""

    requests: Counter[str] = field(default_factory=Counter)
    request_bytes: Counter[str] = field(default_factory=Counter)

    def figures(self, calls: int) -> dict[str, float]:
        """Requests of a call, and tokens of a request at four bytes each."""
        found: dict[str, float] = {}
        for seat, count in sorted(self.requests.items()):
            found[f"requests_{seat}"] = count / calls
            tokens = self.request_bytes[seat] / count / _BYTES_A_TOKEN
            found[f"tokens_in_a_request_{seat}"] = tokens
        return found


@asynccontextmanager
async def counting_endpoint() -> AsyncIterator[tuple[str, Asked]]:
    """Base URL of an endpoint on loopback, and what it has been asked."""
    asked = Asked()
    replies = {marker: whole.partition(b"\r\n\r\n")[2] for marker, whole in answers().items()}

    async def answer(request: web.Request) -> web.Response:
        body = await request.read()
        marker = next(marker for marker in replies if marker in body)
        asked.requests[_SEATS[marker]] += 1
        asked.request_bytes[_SEATS[marker]] += len(body)
        return web.Response(body=replies[marker], content_type="application/json")

    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    try:
        yield f"http://{host}:{port}/v1", asked
    finally:
        await runner.cleanup()
