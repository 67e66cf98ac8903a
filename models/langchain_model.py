"""Any LangChain chat model as a model of ours: `langchain:<provider>:<model>`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from ai_salesman.conversation.errors import (
    InputError,
    MissingPartError,
    ModelReplyError,
    ModelUnreachableError,
)
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.models.base import ChatReply, ChatRequest, PromptStyle

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["LangChainModel"]


class LangChainModel:
    """Wraps a `BaseChatModel`."""

    prompt_style: PromptStyle = "chat"

    def __init__(self, model: BaseChatModel, uri: str = "langchain", concurrency: int = 16):
        self.uri = uri
        self._model = model
        self._gate = asyncio.Semaphore(concurrency)

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Ask the wrapped model; its own retries apply.

        Raises:
            ModelUnreachableError: the provider's client raised.
            ModelReplyError: the answer holds no text.
        """
        messages = [(message.role, message.content) for message in request.messages]
        try:
            async with self._gate:
                answer = await self._model.ainvoke(messages)
        except Exception as error:  # every provider raises errors of its own kind
            reason = (str(error).splitlines() or [""])[0]
            raise ModelUnreachableError(f"{self.uri}: {type(error).__name__}: {reason}") from error
        text = str(answer.text).strip()
        if not text:
            raise ModelReplyError(f"{self.uri} answered with no text")
        usage = getattr(answer, "usage_metadata", None) or {}
        return ChatReply(
            text=text,
            use=TokenUse(
                tokens_in=usage.get("input_tokens", 0), tokens_out=usage.get("output_tokens", 0)
            ),
        )

    @classmethod
    def from_uri(cls, uri: str, concurrency: int = 16) -> Self:
        """The model that `langchain:<provider>:<model>` names.

        Raises:
            MissingPartError: LangChain or the provider's package is not installed.
            InputError: LangChain does not know the provider, or lacks its key.
        """
        name = uri.removeprefix("langchain:")
        try:
            from langchain.chat_models import init_chat_model

            return cls(init_chat_model(name), uri, concurrency)
        except ImportError as error:
            raise MissingPartError(
                f"{uri}: {error}; install ai-salesman[langchain] and the provider's package"
            ) from error
        except Exception as error:  # providers reject missing keys in ways of their own
            reason = (str(error).splitlines() or [""])[0]
            raise InputError(f"LangChain cannot make it: {reason}", source=uri) from error
