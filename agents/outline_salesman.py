"""The salesman with a model trained by this project: outline in, delexicalised line out.

Several candidates are sampled; the one kept states all planned facts, repeats nothing said
before, and lies nearest to the retrieved scripts. Facts enter only when slots are filled, so
the model cannot invent a price.
"""

from __future__ import annotations

import asyncio
import zlib
from functools import reduce
from operator import add

from ai_salesman.agents.base import CallView, SalesmanReply
from ai_salesman.agents.drafts import nearest_to_scripts, speakable_drafts
from ai_salesman.agents.script_salesman import best_script
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.turn import TokenUse
from ai_salesman.corpus.outline_prompt import outline_prompt
from ai_salesman.models.base import ChatRequest, Encoder, LanguageModel, Message

__all__ = ["OutlineSalesman"]


class OutlineSalesman:
    """Speaks with a small local model that was trained on outlines."""

    def __init__(
        self,
        model: LanguageModel,
        encoder: Encoder,
        candidates: int = 3,
        temperature: float = 0.5,
    ):
        self.uri = model.uri
        self._model = model
        self._encoder = encoder
        self._candidates = candidates
        self._temperature = temperature

    async def speak(
        self, call: CallView, outline: Outline, feedback: tuple[str, ...] = ()
    ) -> SalesmanReply:
        """The best of several sampled lines, or the best script when none will do."""
        requests = [self._request(call, outline, len(feedback), k) for k in range(self._candidates)]
        replies = await asyncio.gather(*(self._model.chat(request) for request in requests))
        use = reduce(add, (reply.use for reply in replies), TokenUse())
        drafts = speakable_drafts([reply.text for reply in replies], call, outline)
        if not drafts:
            return SalesmanReply(text=best_script(call, outline), end=outline.end_call, use=use)
        text = drafts[await nearest_to_scripts(self._encoder, drafts, call, outline)]
        return SalesmanReply(text=text, end=outline.end_call, use=use)

    def _request(self, call: CallView, outline: Outline, attempt: int, k: int) -> ChatRequest:
        plan, words = outline_prompt(
            outline.stage,
            outline.strategy,
            outline.intent.act if call.turns else None,
            outline.key_facts,
            call.last_customer_words,
        )
        key = f"{call.seed}/{call.salesman_turns}/{attempt}/{k}"
        return ChatRequest(
            messages=(Message(role="system", content=plan), Message(role="user", content=words)),
            max_tokens=72,
            temperature=self._temperature,
            seed=zlib.crc32(key.encode()),
        )
