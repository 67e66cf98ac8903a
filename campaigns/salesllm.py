"""The protocol of SalesLLM (arXiv 2604.07054): two models talk from a script, a third scores.

The customer's trigger sentence opens; then salesperson and customer answer in turn for at most
so many rounds (one answer of each). Both system prompts are used as they are. A conversation
ends early on the signal `<end_call/>` of either side, or when a whole round repeats the one
before word for word; never on goodbye words. A model that fails makes the conversation an
error, which is not scored and is played again by the next run.

    score = 0.5 x outcome + 0.5 x process

Outcome maps the buying intent A, B, C, X, F to 10, 8, 6, 4, 2; process is the mean of the
judged cells. The judge's rubric is ours: the benchmark's own judge and classifier are not
part of this package.
"""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from ai_salesman.agents.chat_salesman import END_SIGNAL
from ai_salesman.campaigns.salesllm_files import (
    SalesScore,
    SalesScript,
    SalesTalk,
    append_talk,
    read_talks,
    write_talks,
)
from ai_salesman.conversation.errors import InputError, ModelError
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import Verdict
from ai_salesman.corpus.plan_prompt import call_context, plan_messages, read_completion
from ai_salesman.evaluation.briefed_judge import BriefedJudge
from ai_salesman.evaluation.score import OUTCOME_POINTS
from ai_salesman.models.act_hints import ActHints
from ai_salesman.models.base import ChatRequest, LanguageModel, Message

__all__ = ["SalesLLMRunner"]

_OUTCOME_WEIGHT = 0.5
_REPLY_TOKENS = 300
_PLANNED_TOKENS = 96

Talk = list[dict[str, str]]
Listener = Callable[[SalesTalk], None]


@dataclass(frozen=True)
class SalesLLMRunner:
    """Plays and scores scripts."""

    salesman: LanguageModel
    customer: LanguageModel
    judge: BriefedJudge | None = None
    """None: play only."""
    hints: ActHints | None = None
    """What the salesman is told in place of the customer's words; None for the words."""
    rounds: int = 20
    seed: int = 1
    temperature: float = 0.7

    async def run(
        self,
        scripts: Sequence[SalesScript],
        out: Path,
        concurrency: int = 16,
        on_done: Listener | None = None,
    ) -> list[SalesTalk]:
        """Play and score what is missing in `out`; all conversations, in the scripts' order.

        Args:
            scripts: what to play.
            out: output file; what stands in it is kept, each new line is added at once.
            concurrency: conversations in flight.
            on_done: called for each conversation that was missing.

        Raises:
            InputError: `out` cannot be read or written, or others played what stands in it.
        """
        kept = read_talks(out)
        self._check(kept.values(), out)
        write_talks(out, kept.values())
        gate = asyncio.Semaphore(concurrency)

        async def sit(script: SalesScript) -> SalesTalk:
            async with gate:
                earlier = kept.get(script.id)
                talk = await self._finished(script, earlier)
                if talk is not earlier:
                    append_talk(out, talk)
                    if on_done:
                        on_done(talk)
                return talk

        talks = await asyncio.gather(*(sit(script) for script in scripts))
        others = [talk for name, talk in kept.items() if all(name != t.id for t in talks)]
        write_talks(out, [*talks, *others])
        return talks

    async def _finished(self, script: SalesScript, earlier: SalesTalk | None) -> SalesTalk:
        """The earlier conversation when nothing is missing in it."""
        talk = earlier
        if talk is None or talk.status == "error" or not talk.same_as(script):
            talk = await self.play(script)
        if self.judge is None or talk.status == "error":
            return talk
        score = talk.score
        if score is not None and score.judge == self.judge.name and score.error is None:
            return talk
        return talk.model_copy(update={"score": await self.score(talk)})

    @property
    def _parts(self) -> dict[str, str]:
        return {
            "salesman": self.salesman.uri,
            "customer": self.customer.uri,
            "rounds": str(self.rounds),
            "seed": str(self.seed),
        }

    def _check(self, talks: Iterable[SalesTalk], out: Path) -> None:
        for talk in talks:
            for part, name in self._parts.items():
                found = talk.played_with.get(part, "unknown")
                if found != name:
                    raise InputError(
                        f"holds conversations with {part} {found}, not {name}; "
                        "choose another file with --out",
                        source=out,
                    )

    async def play(self, script: SalesScript) -> SalesTalk:
        """One conversation. A model that fails ends it with status `error`."""
        talk: Talk = [{"role": "user", "content": script.trigger}]
        ended, error = "rounds", None
        try:
            for _ in range(self.rounds):
                if await self._round(script, talk):
                    ended = "signal"
                    break
                if _repeats(talk):
                    ended = "repeat"
                    break
        except ModelError as failure:
            ended, error = "", str(failure)
        return SalesTalk.model_validate(
            {
                **script.model_dump(),
                "messages": tuple(talk),
                "played_with": self._parts,
                "turn_count": len(talk) - 1,
                "status": "error" if error else "completed",
                "ended_by": ended,
                "error": error,
            }
        )

    async def score(self, talk: SalesTalk) -> SalesScore:
        """The score of a conversation; a judge that fails leaves a gap with its cause."""
        assert self.judge is not None
        turns = tuple(
            Turn(
                index=index,
                speaker=Speaker.CUSTOMER if message["role"] == "user" else Speaker.SALESMAN,
                text=message["content"],
            )
            for index, message in enumerate(talk.messages)
        )
        try:
            verdict = await self.judge.judge(turns, talk.assistant_system_prompt)
        except ModelError as failure:
            return SalesScore(judge=self.judge.name, error=str(failure))
        return _scored(verdict)

    async def _round(self, script: SalesScript, talk: Talk) -> bool:
        """One answer of each side; whether one of them ended the conversation."""
        for role, model in (("assistant", self.salesman), ("user", self.customer)):
            reply = await model.chat(await self._request(script, talk, role, model))
            said = read_completion(reply.text).reply if _plans(model) else reply.text
            text, signal, _ = said.partition(END_SIGNAL)
            if text.strip():
                talk.append({"role": role, "content": _without_slots(text.strip())})
            if signal:
                return True
        return False

    async def _request(
        self, script: SalesScript, talk: Talk, role: str, model: LanguageModel
    ) -> ChatRequest:
        own = script.assistant_system_prompt if role == "assistant" else script.user_system_prompt
        messages = [Message(role="system", content=own)]
        if _plans(model):
            # A model of this project's own training knows the customer's last turn only.
            heard = talk[-1]["content"]
            if self.hints:
                heard = await self.hints.hear(heard)
            messages = [*plan_messages(call_context((), heard))]
        else:
            if talk[0]["role"] == role:
                # Chat templates want the other side to speak first.
                messages.append(Message(role="user", content="(The conversation begins.)"))
            messages += [
                Message(role="assistant" if m["role"] == role else "user", content=m["content"])
                for m in talk
            ]
        return ChatRequest(
            messages=tuple(messages),
            max_tokens=_REPLY_TOKENS if model.prompt_style == "chat" else _PLANNED_TOKENS,
            temperature=self.temperature,
            seed=zlib.crc32(f"{self.seed}/{script.id}/{len(talk)}".encode()),
        )


def _plans(model: LanguageModel) -> bool:
    """It was trained by this project, and writes its plan before its words."""
    return model.prompt_style == "plan"


def _repeats(talk: Talk) -> bool:
    """Whether the last round says what the one before said, word for word."""
    return len(talk) >= 4 and talk[-2:] == talk[-4:-2]


def _without_slots(text: str) -> str:
    """A slot that no fact sheet fills is named in words."""
    return re.sub(r"\{(\w+)\}", lambda slot: f"the {slot[1].replace('_', ' ')}", text)


def _scored(verdict: Verdict) -> SalesScore:
    cells = [*verdict.capabilities.values(), *verdict.metrics.values()]
    scores = [cell.score for cell in cells if cell.score is not None]
    outcome = OUTCOME_POINTS[verdict.intent] if verdict.intent is not None else None
    process = round(fmean(scores), 4) if scores else None
    total = None
    if outcome is not None and process is not None:
        total = round(_OUTCOME_WEIGHT * outcome + (1 - _OUTCOME_WEIGHT) * process, 4)
    return SalesScore(
        judge=verdict.judge, intent=verdict.intent, outcome=outcome, process=process, total=total
    )
