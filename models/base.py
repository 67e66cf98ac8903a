"""What a language model and an encoder are to the rest of the package."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from ai_salesman.conversation.turn import TokenUse

__all__ = ["ChatReply", "ChatRequest", "Encoder", "LanguageModel", "Message", "PromptStyle"]

PromptStyle = Literal["chat", "plan", "customer"]
"""`chat`: any instruction-following model. `outline`: a small model trained by this project,
which takes the outline and the customer's last words and answers with `{slots}`. `plan`: one that
takes the context of a turn and, if there is one, a plan; without, it plans for itself. `customer`:
another one, which takes what a customer does or feels and the salesman's last words."""


class Message(BaseModel):
    """One chat message."""

    model_config = ConfigDict(frozen=True)

    role: Literal["system", "user", "assistant"]
    content: str


class ChatRequest(BaseModel):
    """One call of a language model."""

    model_config = ConfigDict(frozen=True)

    messages: tuple[Message, ...]
    max_tokens: int = Field(default=160, gt=0)
    temperature: float = Field(default=0.7, ge=0)
    seed: int = 0
    """Fixes the sampling of models that can be seeded."""
    json_object: bool = False
    """Ask the model for one JSON object."""


class ChatReply(BaseModel):
    """What a language model answered."""

    model_config = ConfigDict(frozen=True)

    text: str
    use: TokenUse = TokenUse()


class LanguageModel(Protocol):
    """Any model that chats, local or remote."""

    uri: str
    prompt_style: PromptStyle

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Answer one request.

        Raises:
            ModelUnreachableError: no answer after all retries.
            ModelReplyError: an answer came that cannot be used (empty, malformed).
        """
        ...


class Encoder(Protocol):
    """Maps sentences to unit vectors."""

    name: str
    dimensions: int

    async def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimensions)."""
        ...
