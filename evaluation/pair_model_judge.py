"""A language model as pairwise judge: both orders for each vote, several votes by seed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ai_salesman.conversation.errors import InputError, ModelReplyError
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.evaluation.pair_reply import PairReply, checked_quotes, read_pair_reply
from ai_salesman.evaluation.pairwise import (
    PairEvidence,
    PairVerdict,
    PairVote,
    Preference,
    winner_of,
)
from ai_salesman.models.base import ChatRequest, LanguageModel, Message

__all__ = ["PairModelJudge"]

Order = tuple[Literal["a", "b"], Literal["a", "b"]]

_ORDERS: tuple[Order, Order] = (("a", "b"), ("b", "a"))
_ANSWER_TOKENS = 800
_TRIES = 2
_VOTING_TEMPERATURE = 0.7


class PairModelJudge:
    """Compares with any language model.

    It sees the fact sheet and the two transcripts as fenced data, named call 1 and call 2:
    no salesman, planner or run is named.
    """

    version = "1"

    def __init__(self, model: LanguageModel, votes: int = 1):
        if votes < 1:
            raise InputError(f"a judge needs at least one vote, found {votes}", field="votes")
        self.name = f"llm:{model.uri}"
        self._model = model
        self.votes = votes

    async def compare(self, a: JudgedCall, b: JudgedCall) -> PairVerdict:
        """The verdict of all votes.

        Raises:
            ModelReplyError: an answer was unusable twice.
            ModelUnreachableError: no answer came.
        """
        calls = {"a": a, "b": b}
        asked: list[tuple[PairReply, Order]] = []
        for number in range(self.votes):
            asked += [(await self._ask(calls, order, number), order) for order in _ORDERS]
        answers = [reply.prefers(order) for reply, order in asked]
        votes = tuple(
            PairVote(a_first=one, b_first=other)
            for one, other in zip(answers[::2], answers[1::2], strict=True)
        )
        winner = winner_of(votes)
        quotes, dropped = _quotes(asked, calls)
        return PairVerdict(
            judge=self.name,
            version=self.version,
            winner=winner,
            votes=votes,
            evidence=quotes,
            dropped_quotes=dropped,
            reason=_reason(asked, winner),
        )

    async def _ask(self, calls: dict[str, JudgedCall], order: Order, number: int) -> PairReply:
        prompt = _prompt([calls[name] for name in order])
        for attempt in range(_TRIES):
            request = ChatRequest(
                messages=(Message(role="user", content=prompt),),
                max_tokens=_ANSWER_TOKENS,
                temperature=_VOTING_TEMPERATURE if self.votes > 1 or attempt else 0.0,
                seed=number * _TRIES + attempt,
                json_object=True,
            )
            try:
                return read_pair_reply((await self._model.chat(request)).text)
            except ModelReplyError:
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")


def _quotes(
    asked: Sequence[tuple[PairReply, Order]], calls: dict[str, JudgedCall]
) -> tuple[tuple[PairEvidence, ...], int]:
    """All quotes that stand in the calls, each once, and how many do not stand there."""
    quotes: list[PairEvidence] = []
    dropped = 0
    for reply, order in asked:
        kept, lost = checked_quotes(reply, order, [calls[name].transcript for name in order])
        quotes += kept
        dropped += lost
    return tuple(dict.fromkeys(quotes)), dropped


def _reason(asked: Sequence[tuple[PairReply, Order]], winner: Preference) -> str:
    """The words of the first answer that came to this end; it names calls by their places."""
    for reply, order in asked:
        if reply.prefers(order) == winner:
            return f"(call 1 is {order[0]}, call 2 is {order[1]}) {reply.reason}".strip()
    return ""


def _prompt(calls: Sequence[JudgedCall]) -> str:
    transcripts = [call.transcript for call in calls]
    return _template().render(
        sheet=calls[0].sheet,
        lead=calls[0].lead,
        transcripts=transcripts,
        fence=_fence(transcripts),
    )


def _fence(transcripts: Sequence[Sequence[Turn]]) -> str:
    """A line that no turn can hold, because it is made from all of them.

    It is the same in both orders, so that nothing but the order differs between them.
    """
    words = sorted("\n".join(turn.text for turn in turns) for turns in transcripts)
    return f"=====CALL-{hashlib.sha256(repr(words).encode()).hexdigest()[:12]}====="


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(str(resources.files("ai_salesman.evaluation"))) / "rubrics"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.filters["oneline"] = _one_line
    return environment.get_template("pairwise.j2")


def _one_line(text: str) -> str:
    """A turn on one line: a line break could fake a turn of the other side."""
    return re.sub(r"\s+", " ", text).strip()
