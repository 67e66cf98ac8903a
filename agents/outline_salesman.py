"""The salesman with a model trained by this project: outline in, delexicalised line out.

Several candidates are sampled; the one kept states all planned facts, repeats nothing said
before, and lies nearest to the retrieved scripts. Facts enter only when slots are filled, so
the model cannot invent a price.
"""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Sequence
from functools import reduce
from operator import add

from ai_salesman.agents.base import CallView, SalesmanReply
from ai_salesman.agents.fact_choice import slot_values
from ai_salesman.agents.script_salesman import best_script
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.slots import FACT_SLOTS, fill_slots, slots_in
from ai_salesman.conversation.taxonomy import Speaker
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
        drafts = _speakable([reply.text for reply in replies], call, outline)
        if not drafts:
            return SalesmanReply(text=best_script(call, outline), end=outline.end_call, use=use)
        text = drafts[await self._nearest_to_scripts(drafts, call, outline)]
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

    async def _nearest_to_scripts(
        self, drafts: Sequence[str], call: CallView, outline: Outline
    ) -> int:
        """Index of the draft nearest to the scripts and least like earlier turns."""
        values = slot_values(call, outline)
        scripts = [fill_slots(script.text, values)[0] for script in outline.scripts]
        earlier = [turn.text for turn in call.turns if turn.speaker is Speaker.SALESMAN]
        vectors = await self._encoder.encode([*drafts, *scripts, *earlier])
        count = len(drafts)
        own, others = vectors[:count], vectors[count:]
        cosine = own @ others.T
        near = cosine[:, : len(scripts)].max(axis=1, initial=0.0)
        repeated = cosine[:, len(scripts) :].max(axis=1, initial=0.0)
        return int((near - repeated).argmax())


def _speakable(drafts: Sequence[str], call: CallView, outline: Outline) -> list[str]:
    """The drafts, filled, that state the planned facts and no discount of their own."""
    values = slot_values(call, outline)
    wanted = set(outline.key_facts)
    # A trained model may add facts of the sheet, but never offers a discount unasked.
    allowed = (set(values) - {"discount"}) | wanted
    spoken = {_bare(turn.text) for turn in call.turns}
    kept: list[tuple[int, str]] = []
    for draft in drafts:
        slots = set(slots_in(draft))
        text, missing = fill_slots(draft, values)
        if missing or not slots <= allowed or _bare(text) in spoken or not _is_sound(text):
            continue
        kept.append((len((wanted & set(FACT_SLOTS)) - slots), text))
    fewest = min((lacking for lacking, _ in kept), default=0)
    if wanted and fewest == len(wanted):
        return []
    return [text for lacking, text in kept if lacking == fewest]


def _is_sound(text: str) -> bool:
    """More than a word or two, and no sentence said twice."""
    sentences = [_bare(sentence) for sentence in split_sentences(text)]
    return len(text.split()) >= 3 and len(set(sentences)) == len(sentences)


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()
