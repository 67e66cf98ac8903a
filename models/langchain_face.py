"""A local model of ours as a LangChain chat model, for use in other people's chains.

>>> from ai_salesman.models.registry import load_model
>>> LocalChatModel(local=load_model("embedded")).invoke("Hello?")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import ConfigDict

from ai_salesman.conversation.errors import InputError
from ai_salesman.models.base import ChatReply, ChatRequest, Message
from ai_salesman.models.local import LocalModel

__all__ = ["LocalChatModel"]

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class LocalChatModel(BaseChatModel):
    """`LocalModel` behind LangChain's interface."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    local: LocalModel
    temperature: float = 0.7
    max_tokens: int = 160
    seed: int = 0

    @property
    def _llm_type(self) -> str:
        return "ai-salesman-local"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"uri": self.local.uri, "temperature": self.temperature, "seed": self.seed}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 (LangChain's face)
        **kwargs: Any,
    ) -> ChatResult:
        reply = self.local.answer([self._request(messages, kwargs)])[0]
        return _result(reply, stop or ())

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        reply = await self.local.chat(self._request(messages, kwargs))
        return _result(reply, stop or ())

    def _request(self, messages: Sequence[BaseMessage], options: dict[str, Any]) -> ChatRequest:
        return ChatRequest(
            messages=tuple(_message(message) for message in messages),
            max_tokens=options.get("max_tokens", self.max_tokens),
            temperature=options.get("temperature", self.temperature),
            seed=options.get("seed", self.seed),
        )


def _message(message: BaseMessage) -> Message:
    if message.type not in _ROLES:
        raise InputError(f"a local model takes no {message.type!r} message; leave it out")
    return Message.model_validate({"role": _ROLES[message.type], "content": str(message.text)})


def _result(reply: ChatReply, stop: Sequence[str]) -> ChatResult:
    text = reply.text
    for mark in stop:
        text = text.partition(mark)[0]
    use = reply.use
    answer = AIMessage(
        content=text,
        usage_metadata={
            "input_tokens": use.tokens_in,
            "output_tokens": use.tokens_out,
            "total_tokens": use.tokens_in + use.tokens_out,
        },
    )
    return ChatResult(generations=[ChatGeneration(message=answer)])
