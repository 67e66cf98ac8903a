"""Chat messages to the tokens of a prompt, and the tokens of a reply to its text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from ai_salesman.models.base import Message

__all__ = ["ChatText", "OwnText", "TransformersText"]

_PLAIN_TEMPLATE = (
    "{% for m in messages %}{{ m['role'] | capitalize }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
"""For models that ship without a chat template."""
_PLAIN_STOPS = ("\nUser:", "\nSystem:", "\nAssistant:")
_HERE = "\x00"
"""Stands where an answer that was begun ends, until the template has been filled."""


class ChatText(Protocol):
    """How one model is written to and read."""

    def tokens_of(self, messages: Sequence[Message]) -> list[int]:
        """The prompt. If the last message is the assistant's, its answer is gone on with."""

    def text_of(self, tokens: Sequence[int]) -> str:
        """What a reply says."""


class OwnText:
    """By the files of a folder that this project wrote, without transformers, which is slow to
    load.

    Args:
        folder: holds `tokenizer.json` and `chat_template.jinja`.
    """

    def __init__(self, folder: Path):
        from jinja2.sandbox import ImmutableSandboxedEnvironment
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # As transformers fills chat templates.
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        source = (folder / "chat_template.jinja").read_text(encoding="utf-8")
        self._template = environment.from_string(source)

    def tokens_of(self, messages: Sequence[Message]) -> list[int]:
        """See `ChatText`."""
        given = [message.model_dump() for message in messages]
        begun = given[-1]["role"] == "assistant"
        if begun:
            given[-1]["content"] += _HERE
        text = self._template.render(messages=given, add_generation_prompt=not begun)
        tokens: list[int] = self._tokenizer.encode(
            text.partition(_HERE)[0] if begun else text, add_special_tokens=False
        ).ids
        return tokens

    def text_of(self, tokens: Sequence[int]) -> str:
        """See `ChatText`."""
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True)).strip()


class TransformersText:
    """By a tokenizer of transformers and its chat template, or a plain one where it has none."""

    def __init__(self, tokenizer: Any):
        self._tokenizer = tokenizer

    def tokens_of(self, messages: Sequence[Message]) -> list[int]:
        """See `ChatText`."""
        text = self._templated([message.model_dump() for message in messages])
        tokens: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return tokens

    def text_of(self, tokens: Sequence[int]) -> str:
        """See `ChatText`."""
        text: str = self._tokenizer.decode(
            tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        if self._tokenizer.chat_template is None:
            for stop in _PLAIN_STOPS:
                text = text.partition(stop)[0]
        return text.strip()

    def _templated(self, messages: list[dict[str, str]]) -> str:
        from jinja2.exceptions import TemplateError

        begun = messages[-1]["role"] == "assistant"
        options: dict[str, Any] = {
            "tokenize": False,
            "add_generation_prompt": not begun,
            "continue_final_message": begun,
            # Templates of models that can think aloud read this; others ignore it.
            "enable_thinking": False,
        }
        if self._tokenizer.chat_template is None:
            options["chat_template"] = _PLAIN_TEMPLATE
        try:
            return str(self._tokenizer.apply_chat_template(messages, **options))
        except TemplateError:
            # Some templates refuse a system message: it goes in front of the first other one.
            return str(self._tokenizer.apply_chat_template(_without_system(messages), **options))


def _without_system(messages: list[dict[str, str]]) -> list[dict[str, str]]:
    system = "\n".join(m["content"] for m in messages if m["role"] == "system")
    others = [dict(m) for m in messages if m["role"] != "system"] or [
        {"role": "user", "content": ""}
    ]
    others[0]["content"] = f"{system}\n\n{others[0]['content']}".strip()
    return others
