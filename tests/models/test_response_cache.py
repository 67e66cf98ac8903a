"""The response cache: what counts as the same request, and several processes on one file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ai_salesman.conversation.errors import InputError, ModelReplyError
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.models.base import ChatReply, ChatRequest, Message, PromptStyle
from ai_salesman.models.response_cache import CachedModel, ResponseCache, request_key
from ai_salesman.models.spending import account

ASKED = ChatRequest(messages=(Message(role="user", content="Hello?"),), temperature=0.9, seed=7)


class Moody:
    """Never says the same twice, and sometimes nothing."""

    uri = "openai:moody@http://127.0.0.1:1/v1"
    prompt_style: PromptStyle = "chat"

    def __init__(self, *, silent: bool = False) -> None:
        self.asked = 0
        self.silent = silent

    async def chat(self, _: ChatRequest) -> ChatReply:
        self.asked += 1
        if self.silent:
            raise ModelReplyError("an empty answer")
        return ChatReply(text=f"Mood {self.asked}.", use=TokenUse(tokens_in=9, tokens_out=3))


async def test_what_was_asked_once_is_not_asked_again_and_costs_nothing(tmp_path: Path) -> None:
    model, cache = Moody(), ResponseCache(tmp_path / "replies.db")
    cached = CachedModel(model, cache)
    first = await cached.chat(ASKED)
    with account() as spent:
        again = await cached.chat(ASKED)
    other = await cached.chat(ASKED.model_copy(update={"seed": 8}))
    cache.close()
    assert (first.text, again.text, other.text) == ("Mood 1.", "Mood 1.", "Mood 2.")
    assert first.use == TokenUse(tokens_in=9, tokens_out=3)
    assert again.use == spent.total == TokenUse(cached=1)
    reopened = ResponseCache(tmp_path / "replies.db")
    assert (await CachedModel(model, reopened).chat(ASKED)).text == "Mood 1."
    assert (model.asked, len(reopened)) == (2, 2)
    reopened.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 8},
        {"temperature": 0.8},
        {"max_tokens": 161},
        {"json_object": True},
        {"messages": (Message(role="system", content="Hello?"),)},
        {"messages": (*ASKED.messages, *ASKED.messages)},
        {"messages": (Message(role="user", content="Hello? "),)},
    ],
    ids=str,
)
def test_every_part_of_a_request_counts(changes: dict[str, Any]) -> None:
    key = request_key(Moody.uri, ASKED)
    assert request_key(Moody.uri, ASKED.model_copy(update=changes)) != key
    assert request_key("openai:moody@http://127.0.0.1:2/v1", ASKED) != key
    assert request_key(Moody.uri, ASKED.model_copy()) == key


async def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    model, cache = Moody(silent=True), ResponseCache(tmp_path / "replies.db")
    for _ in range(2):
        with pytest.raises(ModelReplyError):
            await CachedModel(model, cache).chat(ASKED)
    assert (model.asked, len(cache)) == (2, 0)
    cache.close()


WRITER = """
import sys
from pathlib import Path
from ai_salesman.models.base import ChatReply
from ai_salesman.models.response_cache import ResponseCache

cache = ResponseCache(Path(sys.argv[1]))
for number in range(300):
    text = cache.store(str(number), "openai:x", ChatReply(text=f"{sys.argv[2]} {number}"))
    print(text)
cache.close()
"""


def test_two_processes_share_one_file_and_agree_on_every_reply(tmp_path: Path) -> None:
    path = str(tmp_path / "replies.db")
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, path, name], stdout=subprocess.PIPE, text=True
        )
        for name in ("one", "two")
    ]
    told = [writer.communicate(timeout=60)[0].splitlines() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert told[0] == told[1], "the first reply to be stored is everybody's"
    assert len(told[0]) == 300


def test_a_file_that_is_no_cache_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("These are notes, and no database at all.\n" * 20)
    with pytest.raises(InputError, match=r"notes\.txt: cannot be used as a cache"):
        ResponseCache(tmp_path / "notes.txt")
    with pytest.raises(InputError, match="cannot be used as a cache"):
        ResponseCache(tmp_path / "notes.txt" / "below.db")
