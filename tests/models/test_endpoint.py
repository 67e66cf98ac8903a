"""The endpoint client against a real HTTP server on loopback that misbehaves on purpose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from serving import Answer, Fault, listening, said

from ai_salesman.conversation.errors import (
    EndpointDownError,
    InputError,
    ModelReplyError,
    ModelUnreachableError,
)
from ai_salesman.models.base import ChatRequest, Message
from ai_salesman.models.endpoint import EndpointModel
from ai_salesman.models.retry import RetryPolicy, seconds_asked

REQUEST = ChatRequest(messages=(Message(role="user", content="Hello?"),))
QUICK = RetryPolicy(attempts=6, silent_attempts=4, first_wait=0.01, longest_wait=0.05)


def http_date(moment: datetime) -> str:
    """As HTTP writes it."""
    return format_datetime(moment, usegmt=True)


class Server:
    """Answers one request after the other with the given answers; the last one repeats."""

    def __init__(self, *answers: Answer | Fault | str):
        self.answers = list(answers)
        self.requests: list[dict[str, object]] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(await request.json() | {"key": request.headers.get("Authorization")})
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, str):
            return said(answer)
        if isinstance(answer, Fault):
            return answer.response()
        return await answer(request)


@asynccontextmanager
async def serving(server: Server, timeout: float = 5.0) -> AsyncIterator[EndpointModel]:
    async with listening(server.handle) as url:
        model = EndpointModel("small", url, api_key="secret", timeout=timeout, retry=QUICK)
        try:
            yield model
        finally:
            await model.aclose()


async def test_a_reply_with_its_token_use() -> None:
    server = Server("Good morning.")
    async with serving(server) as model:
        reply = await model.chat(REQUEST)
    assert reply.text == "Good morning."
    assert (reply.use.tokens_in, reply.use.tokens_out) == (7, 3)
    assert server.requests[0]["model"] == "small"
    assert server.requests[0]["key"] == "Bearer secret"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=429, retry_after="0.01"),
        Fault(b"oops", status=500),
        Fault(status=503),
        Fault(b'{"choices": [{"message": {"con'),
        Fault(b"<html>not json</html>"),
        Fault(b'{"choices": []}'),
        Fault(b'{"choices": [{"message": {"content": ""}}]}'),
        Fault(b'{"choices": [{"message": {"content": null}}]}'),
    ],
    ids=["429", "500", "503", "truncated", "html", "no choice", "empty", "null"],
)
async def test_a_passing_fault_is_retried(fault: Fault) -> None:
    server = Server(fault, "Here I am.")
    async with serving(server) as model:
        reply = await model.chat(REQUEST)
    assert reply.text == "Here I am."
    assert len(server.requests) == 2


async def test_a_slow_answer_times_out_and_is_retried() -> None:
    async def sleep(_: web.Request) -> web.Response:
        await asyncio.sleep(2)
        return said("too late")

    server = Server(sleep, "In time.")
    async with serving(server, timeout=0.3) as model:
        assert (await model.chat(REQUEST)).text == "In time."


async def test_retry_after_is_honoured() -> None:
    server = Server(Fault(status=429, retry_after="0.04"), "Now.")
    async with serving(server) as model:
        started = asyncio.get_running_loop().time()
        await model.chat(REQUEST)
        assert asyncio.get_running_loop().time() - started >= 0.04


async def test_retry_after_may_be_a_date_on_the_servers_clock() -> None:
    def date(second: int) -> str:
        return f"Sat, 01 Jan 2000 00:00:{second:02} GMT"

    assert seconds_asked({"Date": date(10), "Retry-After": date(17)}) == 7
    assert seconds_asked({"Date": date(17), "Retry-After": date(10)}) == 0
    assert seconds_asked({"Retry-After": "1.5"}) == 1.5
    assert seconds_asked({"Retry-After": "soon"}) is None
    assert seconds_asked({"Retry-After": "inf"}) is None
    assert seconds_asked({}) is None


async def test_a_date_is_waited_for() -> None:
    async def later(_: web.Request) -> web.Response:
        now = datetime.now(UTC).replace(microsecond=0)
        headers = {"Date": http_date(now), "Retry-After": http_date(now + timedelta(seconds=1))}
        return web.Response(status=503, headers=headers)

    async with serving(Server(later, "Now.")) as model:
        started = asyncio.get_running_loop().time()
        await model.chat(REQUEST)
        assert asyncio.get_running_loop().time() - started >= 1


async def test_a_server_that_stays_broken_is_down() -> None:
    server = Server(Fault(b"no engine", status=500))
    async with serving(server) as model:
        with pytest.raises(EndpointDownError, match=r"HTTP 500: no engine \(6 attempts\)"):
            await model.chat(REQUEST)
    assert len(server.requests) == QUICK.attempts + 1, "the last is the shortest question"


async def test_a_request_that_alone_fails_is_no_endpoint_that_is_down() -> None:
    faults = [Fault(status=500)] * QUICK.attempts
    async with serving(Server(*faults, "I am well.")) as model:
        with pytest.raises(ModelUnreachableError, match="HTTP 500"):
            await model.chat(REQUEST)


async def test_unusable_answers_are_paid_for_too() -> None:
    empty = b'{"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 2}}'
    async with serving(Server(Fault(empty), Fault(empty), "At last.")) as model:
        reply = await model.chat(REQUEST)
    assert (reply.use.tokens_in, reply.use.tokens_out) == (2 * 11 + 7, 2 * 2 + 3)
    async with serving(Server(Fault(empty))) as model:
        with pytest.raises(ModelReplyError) as failure:
            await model.chat(REQUEST)
    assert failure.value.tokens_in == QUICK.attempts * 11


async def test_a_server_that_always_answers_nonsense_gave_no_usable_reply() -> None:
    async with serving(Server(Fault(b"{"))) as model:
        with pytest.raises(ModelReplyError, match="malformed"):
            await model.chat(REQUEST)


async def test_a_refused_request_is_not_retried() -> None:
    server = Server(Fault(b'{"error": "too long"}', status=400), "Something shorter, then.")
    async with serving(server) as model:
        with pytest.raises(ModelUnreachableError, match=r"HTTP 400.*too long"):
            await model.chat(REQUEST)
    assert len(server.requests) == 2, "the second is the shortest question"


async def test_a_key_that_is_no_longer_good_is_an_endpoint_that_is_down() -> None:
    server = Server(Fault(b'{"error": "no such key"}', status=401))
    async with serving(server) as model:
        with pytest.raises(EndpointDownError, match=r"HTTP 401.*no such key"):
            await model.chat(REQUEST)


async def test_nobody_listens() -> None:
    model = EndpointModel("small", "http://127.0.0.1:9/v1", retry=QUICK)
    try:
        with pytest.raises(EndpointDownError, match=r"127\.0\.0\.1:9.*\(4 attempts\)"):
            await model.chat(REQUEST)
    finally:
        await model.aclose()


def test_a_malformed_address_is_one_sentence() -> None:
    with pytest.raises(InputError, match="must start with http"):
        EndpointModel.from_uri("openai:small@localhost:8000")


@pytest.mark.parametrize("seconds", ["soon", "0", "-1", "nan", "inf"])
def test_a_nonsense_timeout_is_one_sentence(seconds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AI_SALESMAN_TIMEOUT", seconds)
    with pytest.raises(InputError, match="AI_SALESMAN_TIMEOUT: must be a number of seconds"):
        EndpointModel.from_uri("openai:small@http://127.0.0.1:9/v1")
