"""A fake OpenAI-compatible endpoint for benchmarks: as fast as Python can be, after a given wait.

    python benchmarks/fake_endpoint.py --wait 0.05     # prints its base URL, serves until killed

It plays every seat of a call: the first words of a prompt tell it which. Answers are fixed, so a
client's speed is all that is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json

SALESMAN = (
    "Many owners tell us that new customers look for them on the map first. "
    "How do people find your shop today, and what would you want to change about it?"
)
CUSTOMER = {"say": "Mostly by word of mouth, I would say. Go on.", "act": "acknowledge"}
PLAN = {
    "intent": "acknowledge",
    "intent_probability": 0.9,
    "interest": 0.5,
    "trust": 0.5,
    "focus_need": None,
    "stage": "needs_discovery",
    "strategy": "open_question",
    "facts": [],
    "avoid": [],
    "end_call": False,
}


def judgement() -> str:
    """Scores for whatever cells the rubric has; read from the package, so they stay in step."""
    from ai_salesman.conversation.taxonomy import Capability, Metric

    return json.dumps(
        {
            "intent": "C",
            "capabilities": {name.value: {"score": 5} for name in Capability},
            "metrics": {name.value: {"score": 6} for name in Metric},
        }
    )


def answers() -> dict[bytes, bytes]:
    """Marker in the request -> whole HTTP answer; the first marker that is found counts."""
    return {
        b"You plan the next turn": _http(json.dumps(PLAN)),
        b"a salesperson of": _http(SALESMAN),
        b"=====CALL-": _http(judgement()),
        b"response_format": _http(json.dumps(CUSTOMER)),
        b"": _http("I see, tell me more about that, please."),
    }


def _http(text: str) -> bytes:
    body = json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "fake",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": 400, "completion_tokens": 40, "total_tokens": 440},
        }
    ).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


class Endpoint(asyncio.Protocol):
    """One connection; requests come one after the other."""

    def __init__(self, wait: float, told: dict[bytes, bytes]):
        self._wait = wait
        self._told = told
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer when the request is whole."""
        self._read += data
        head_end = self._read.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self._read[:head_end].lower()
        start = head.index(b"content-length:") + 15
        length = int(head[start:].split(b"\r\n", 1)[0])
        end = head_end + 4 + length
        if len(self._read) < end:
            return
        body, self._read = self._read[head_end + 4 : end], self._read[end:]
        answer = next(told for marker, told in self._told.items() if marker in body)
        if self._wait:
            asyncio.get_running_loop().call_later(self._wait, self._say, answer)
        else:
            self._say(answer)

    def _say(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


async def serve(wait: float) -> None:
    """Serve until killed."""
    told = answers()
    server = await asyncio.get_running_loop().create_server(
        lambda: Endpoint(wait, told), "127.0.0.1", 0, backlog=1024
    )
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wait", type=float, default=0.0, help="seconds before each answer")
    asyncio.run(serve(parser.parse_args().wait))
