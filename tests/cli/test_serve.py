"""`ai-salesman serve` as its clients meet it: a process on loopback, asked over HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from places import CAMPAIGNS

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.models.base import ChatRequest, Message
from ai_salesman.models.registry import load_model
from ai_salesman.wiring import open_runner

pytest.importorskip("fastapi", reason="serving needs FastAPI: pip install 'ai-salesman[serve]'")

CAMPAIGN = str(CAMPAIGNS / "merchant_ads.yaml")
KEY = "open sesame"
LEAD = {"name": "Ms. Rivera", "business": "bakery"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The base URL of a server whose salesman is `script`; it is interrupted at the end."""
    command = [sys.executable, "-m", "ai_salesman", "serve", CAMPAIGN]
    with subprocess.Popen(
        [*command, "--salesman", "script", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "AI_SALESMAN_API_KEY": KEY},
        # A shell without job control starts its background jobs deaf to the signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"at (http://127\.0\.0\.1:\d+/v1)", line)
        assert found, line + process.stderr.read()
        try:
            yield found[1]
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
            assert process.stderr.read() == "stopped\n"
        finally:
            process.kill()


def post(url: str, body: bytes, key: str = KEY) -> tuple[int, Any]:
    """Status and JSON of an answer."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/chat/completions", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def ask(url: str, *messages: tuple[str, str], **more: Any) -> tuple[int, Any]:
    """Status and JSON of the answer to a conversation."""
    told = [{"role": role, "content": content} for role, content in messages]
    body = {"model": "merchant_ads", "messages": told, "x_lead": LEAD, **more}
    return post(url, json.dumps(body).encode())


def words(answer: Any) -> str:
    """What the salesman said."""
    content: str = answer["choices"][0]["message"]["content"]
    return content


def test_the_openai_client(url: str) -> None:
    openai = pytest.importorskip("openai")
    with openai.OpenAI(base_url=url, api_key=KEY, max_retries=0) as client:
        names = [model.id for model in client.models.list()]
        assert names == ["merchant_ads", *(f"merchant_ads:{p}" for p in ("doga", "static", "none"))]
        assert client.models.retrieve("merchant_ads").id == "merchant_ads"

        opening = client.chat.completions.create(
            model="merchant_ads", messages=[], seed=3, extra_body={"x_lead": LEAD}
        )
        first = opening.choices[0].message
        assert first.role == "assistant"
        assert "This call is recorded for quality." in first.content
        assert opening.choices[0].finish_reason == "stop"
        assert opening.usage.total_tokens == 0, "scripts spend no tokens"

        conversation: list[Any] = [
            {"role": "system", "content": "customer: Ms. Rivera\nbusiness: bakery"},
            {"role": "assistant", "content": first.content},
            {"role": "user", "content": "What would that cost me?"},
        ]
        asked = {"model": "merchant_ads", "messages": conversation, "seed": 3}
        whole = client.chat.completions.create(**asked, extra_body={"x_outline": True})
        assert "$199 a month" in whole.choices[0].message.content
        assert whole.x_outline["strategy"] == "state_price"
        assert whole.x_outline["intent"]["act"] == "ask_price"
        assert whole.x_end_call is False

        with client.chat.completions.create(
            **asked, stream=True, stream_options={"include_usage": True}
        ) as stream:
            chunks = list(stream)
        spoken = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
        assert spoken == whole.choices[0].message.content
        assert chunks[-2].choices[0].finish_reason == "stop"
        assert chunks[-1].usage.total_tokens == 0

        with pytest.raises(openai.NotFoundError, match=r"did you mean 'merchant_ads'\?"):
            client.chat.completions.create(model="merchant_adz", messages=[])
    with (
        openai.OpenAI(base_url=url, api_key="guess", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError, match="missing or wrong"),
    ):
        client.models.list()


async def test_our_own_client_and_a_whole_campaign(
    url: str, merchant_ads: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    uri = f"openai:merchant_ads@{url}"
    model = load_model(uri)
    ring = Message(role="user", content="Hello?")
    assert "recorded" in (await model.chat(ChatRequest(messages=(ring,)))).text
    await model.aclose()  # type: ignore[attr-defined]

    campaign = merchant_ads.model_copy(
        update={"salesman": uri, "planner": "none", "episodes": 4, "judges": ("claims",)}
    )
    store = RunStore(f"sqlite:///{tmp_path}/runs.db")
    async with open_runner(campaign, store, 4) as runner:
        await runner.run("test", 4)
    episodes = list(store.episodes("test"))
    assert len(episodes) == 4
    assert StopReason.INFRASTRUCTURE_ERROR not in {episode.stop for episode in episodes}
    for episode in episodes:
        own = [t.text for t in episode.turns if t.speaker is Speaker.SALESMAN]
        assert "This call is recorded for quality." in own[0]
        assert len(set(own)) == len(own), "nothing is said twice"
    assert any(e.persona.lead.business in t.text for e in episodes for t in e.turns), (
        "the server reads the lead from our own prompt"
    )

    monkeypatch.setenv("OPENAI_API_KEY", "guess")
    with pytest.raises(InputError, match="the API key is missing or wrong"):
        async with open_runner(campaign, store, 4):
            pass


def test_the_end_of_a_call_is_signalled_to_those_who_know_the_signal(url: str) -> None:
    _, opening = ask(url)
    call = (("assistant", words(opening)), ("user", "Take me off your list and never call again."))
    _, plain = ask(url, *call)
    assert plain["x_end_call"] is True
    assert "<end_call/>" not in words(plain)
    _, signalled = ask(url, ("system", "End with <end_call/>."), *call)
    assert words(signalled) == f"{words(plain)}\n<end_call/>"


def test_the_same_question_has_one_answer_however_many_ask(url: str) -> None:
    _, opening = ask(url)
    questions = ["What does it cost?", "Who are you?", "I have no time.", "We have that already."]
    calls = [(("assistant", words(opening)), ("user", question)) for question in questions * 3]
    alone = [words(ask(url, *call)[1]) for call in calls[:4]]
    with ThreadPoolExecutor(12) as pool:
        together = list(pool.map(lambda call: words(ask(url, *call)[1]), calls))
    assert together == alone * 3
    assert len(set(alone)) == 4
    _, other = ask(url, *calls[0], model="merchant_ads:static", x_outline=True)
    assert other["x_outline"]["strategy"] != "state_price", "this planner does not listen"


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"{", 400, "Invalid JSON"),
        (b"[]", 400, "Input should be an object"),
        (b'{"messages": []}', 400, "model: Field required"),
        (b'{"model": "merchant_ads"}', 400, "messages: Field required"),
        (b'{"model": "gpt-x", "messages": []}', 404, "unknown model 'gpt-x'; here are: merch"),
        (
            b'{"model": "merchant_ads", "messages": [{"role": "tool", "content": "x"}]}',
            400,
            "messages.0.role: ",
        ),
        (
            b'{"model": "merchant_ads", "messages": [{"role": "assistant", "content": "Hi"}]}',
            400,
            "add what the customer answered",
        ),
        (b'{"model": "merchant_ads", "messages": [], "n": 2}', 400, "n: "),
        (b'{"model": "merchant_ads", "messages": [], "tools": [{}]}', 400, "tools: "),
        (
            b'{"model": "merchant_ads", "messages": [{"role": "user", "content": "%s"}]}'
            % (b"x" * 9000),
            400,
            "the most that can be heard at once are 8,000",
        ),
        (b" " * 4_000_001, 413, "longer than 4,000,000 bytes"),
    ],
    ids=lambda value: value[:60].decode() if isinstance(value, bytes) else None,
)
def test_a_bad_request_is_one_sentence(url: str, body: bytes, status: int, says: str) -> None:
    found, answer = post(url, body)
    assert found == status, answer
    assert set(answer["error"]) == {"type", "message", "param", "code"}
    assert says in answer["error"]["message"]
    assert "\n" not in answer["error"]["message"]


def test_other_addresses(url: str) -> None:
    with urllib.request.urlopen(url.replace("/v1", "/health"), timeout=60) as answer:
        assert json.load(answer) == {"status": "ok"}
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{url}/completions", timeout=60)
    with caught.value as error:
        assert error.code == 404
        assert "the routes are" in json.load(error)["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.yaml"], "nowhere.yaml: "),
        ([CAMPAIGN, "--salesman", "gpt-x"], "unknown model kind 'gpt-x'"),
        ([CAMPAIGN, CAMPAIGN], "two campaigns are called 'merchant_ads'"),
        ([CAMPAIGN, "--host", "192.0.2.1"], "192.0.2.1:8000: cannot be listened at"),
    ],
    ids=lambda value: " ".join(Path(v).name for v in value) if isinstance(value, list) else None,
)
def test_what_cannot_be_served_is_one_line(arguments: list[str], says: str) -> None:
    assert_one_line([sys.executable, "-m", "ai_salesman", "serve", *arguments], says)


def test_a_taken_port_and_a_missing_extra_are_one_line(url: str) -> None:
    port = url.removesuffix("/v1").rpartition(":")[2]
    serve = [sys.executable, "-m", "ai_salesman", "serve", CAMPAIGN, "--port", port]
    assert_one_line(serve, f"127.0.0.1:{port}: cannot be listened at (Address already in use)")
    without = (
        "import sys; sys.modules['uvicorn'] = None"
        "; sys.argv = ['ai-salesman', 'serve', sys.argv[1]]"
        "; from ai_salesman.__main__ import main; main()"
    )
    says = "serving needs FastAPI and uvicorn; run: pip install 'ai-salesman[serve]'"
    assert_one_line([sys.executable, "-c", without, CAMPAIGN], says)


def assert_one_line(command: list[str], says: str) -> None:
    """The command failed with one sentence on standard error."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert says in done.stderr
