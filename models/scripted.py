"""The shipped fake: a model that says what it was told to say.

It runs tutorials, tests and recorded calls alike (`replay:<file>`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.files import read_lines
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.models.base import ChatReply, ChatRequest, PromptStyle

__all__ = ["ScriptedModel"]


class ScriptedModel:
    """Answers its k-th turn in a chat with the k-th of its replies, over and over.

    k is the number of assistant messages in the request, so one object serves many calls at
    once and each gets the same replies in the same order.
    """

    prompt_style: PromptStyle = "chat"

    def __init__(self, replies: Sequence[str], uri: str = "scripted"):
        if not replies:
            raise InputError("needs at least one reply", source=uri)
        self.uri = uri
        self._replies = tuple(replies)

    async def chat(self, request: ChatRequest) -> ChatReply:
        """The next reply of the script."""
        spoken = sum(message.role == "assistant" for message in request.messages)
        text = self._replies[spoken % len(self._replies)]
        words_in = sum(len(message.content.split()) for message in request.messages)
        return ChatReply(text=text, use=TokenUse(tokens_in=words_in, tokens_out=len(text.split())))

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Replies from a JSONL file of objects with a `text` field.

        Raises:
            InputError: the file is missing, empty or malformed.
        """
        replies = []
        for number, line in enumerate(read_lines(path), 1):
            if not line.strip():
                continue
            try:
                replies.append(str(json.loads(line)["text"]))
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(
                    'write one JSON object a line, such as {"text": "Hello."}',
                    source=path,
                    field=f"line {number}",
                ) from error
        return cls(replies, uri=f"replay:{path}")
