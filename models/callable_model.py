"""Any callable as a model: `(messages) -> str`, plain or async."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self

from ai_salesman.conversation.errors import InputError, ModelReplyError, UnknownNameError
from ai_salesman.models.base import ChatReply, ChatRequest, PromptStyle

__all__ = ["CallableModel", "load_object"]

Messages = list[dict[str, str]]
Speaker = Callable[[Messages], str] | Callable[[Messages], Awaitable[str]]


class CallableModel:
    """Wraps a callable that takes `[{"role", "content"}, ...]` and returns the reply."""

    prompt_style: PromptStyle = "chat"

    def __init__(self, speaker: Speaker, uri: str = "python:callable"):
        self.uri = uri
        self._speaker = speaker

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Call it; a plain callable runs in a thread, so that it cannot stall other calls.

        Raises:
            ModelReplyError: it raised, or returned no text.
        """
        messages = [message.model_dump() for message in request.messages]
        try:
            if inspect.iscoroutinefunction(self._speaker):
                answer: Any = await self._speaker(messages)
            else:
                answer = await asyncio.to_thread(self._speaker, messages)
                if inspect.isawaitable(answer):
                    answer = await answer
        except Exception as error:  # somebody's plug-in: its failure is this call's, not the run's
            raise ModelReplyError(f"{self.uri} raised {type(error).__name__}: {error}") from error
        if not isinstance(answer, str) or not answer.strip():
            raise ModelReplyError(f"{self.uri} returned {answer!r:.80} instead of words")
        return ChatReply(text=answer)

    @classmethod
    def from_uri(cls, uri: str) -> Self:
        """The callable that `python:<file.py>:<name>` names.

        Raises:
            InputError: the file cannot be used, or what it names cannot be called.
        """
        speaker = load_object(uri)
        if not callable(speaker):
            found = type(speaker).__name__
            raise InputError(f"is no function (messages) -> str but {found}", source=uri)
        return cls(speaker, uri)


def load_object(uri: str) -> Any:
    """The object that `python:<file.py>:<name>` names.

    Raises:
        InputError: the URI is malformed or the file cannot be run.
        UnknownNameError: the file has no such name.
    """
    file, _, name = uri.removeprefix("python:").rpartition(":")
    if not file or not name:
        raise InputError("write it as python:<file.py>:<name>", source=uri)
    path = Path(file)
    if not path.is_file():
        raise InputError("no such file; check the path", source=path)
    spec = importlib.util.spec_from_file_location(f"ai_salesman_plugin_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise InputError("is not a Python file", source=path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (
        Exception,
        SystemExit,
    ) as error:  # whatever a user's file does wrong is reported in one sentence
        raise InputError(f"cannot be run ({type(error).__name__}: {error})", source=path) from error
    if not hasattr(module, name):
        names = [n for n in vars(module) if not n.startswith("_")]
        raise UnknownNameError("name", name, names, source=path)
    return getattr(module, name)
