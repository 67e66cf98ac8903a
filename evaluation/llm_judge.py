"""A language model as judge: fills the conduct rubric and names the buying intent.

The transcript stands in the prompt as fenced data; quotes that are not in the turn they cite
are dropped; an answer that cannot be read is asked for once more and then is a failure.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from statistics import median

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ai_salesman.conversation.errors import InputError, ModelReplyError
from ai_salesman.conversation.taxonomy import BuyingIntent, Capability, Metric
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import ScoreCell, Verdict
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.evaluation.judge_reply import (
    Vote,
    VotedCell,
    checked_cell,
    checked_evidence,
    read_vote,
)
from ai_salesman.evaluation.rubric import conduct_rubric
from ai_salesman.models.base import ChatRequest, LanguageModel, Message

__all__ = ["ModelJudge"]

_ANSWER_TOKENS = 3000
_TRIES = 2
_VOTING_TEMPERATURE = 0.7


class ModelJudge:
    """Judges with any language model.

    Several votes are asked with other seeds, every second one with the rubric's two halves
    swapped; the score of a cell is the median of its votes.
    """

    version = "1"

    def __init__(self, model: LanguageModel, votes: int = 1):
        if votes < 1:
            raise InputError(f"a judge needs at least one vote, found {votes}", field="votes")
        self.name = f"llm:{model.uri}"
        self._model = model
        self._votes = votes

    async def judge(self, call: JudgedCall) -> Verdict:
        """The median verdict.

        Raises:
            ModelReplyError: an answer was unusable twice.
            ModelUnreachableError: no answer came.
        """
        votes = [await self._vote(call, number) for number in range(self._votes)]
        intent = _commonest([vote.intent for vote in votes])
        cited = next(vote.intent_evidence for vote in votes if vote.intent is intent)
        return Verdict(
            judge=self.name,
            version=f"{self.version}.{conduct_rubric().version}",
            intent=intent,
            intent_evidence=checked_evidence(cited, call.transcript)[0],
            capabilities={
                c: _median([vote.capabilities[c] for vote in votes], call.transcript)
                for c in Capability
            },
            metrics={
                m: _median([vote.metrics[m] for vote in votes], call.transcript) for m in Metric
            },
        )

    async def _vote(self, call: JudgedCall, number: int) -> Vote:
        prompt = _prompt(call, swapped=number % 2 == 1)
        for attempt in range(_TRIES):
            request = ChatRequest(
                messages=(Message(role="user", content=prompt),),
                max_tokens=_ANSWER_TOKENS,
                temperature=_VOTING_TEMPERATURE if self._votes > 1 or attempt else 0.0,
                seed=number * _TRIES + attempt,
                json_object=True,
            )
            try:
                return read_vote((await self._model.chat(request)).text)
            except ModelReplyError:
                if attempt == _TRIES - 1:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")


def _prompt(call: JudgedCall, swapped: bool) -> str:
    rubric = conduct_rubric()
    parts = [("capabilities", rubric.capabilities), ("metrics", rubric.metrics)]
    return _template().render(
        sheet=call.sheet,
        lead=call.lead,
        transcript=call.transcript,
        parts=list(reversed(parts)) if swapped else parts,
        fence=_fence(call.transcript),
    )


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
    return environment.get_template("judge.j2")


def _fence(transcript: Sequence[Turn]) -> str:
    """A line that no turn can hold, because it is made from all of them."""
    words = "\n".join(turn.text for turn in transcript)
    return f"=====CALL-{hashlib.sha256(words.encode()).hexdigest()[:12]}====="


def _one_line(text: str) -> str:
    """A turn on one line: a line break could fake a turn of the other side."""
    return re.sub(r"\s+", " ", text).strip()


def _median(cells: Sequence[VotedCell], transcript: Sequence[Turn]) -> ScoreCell:
    """The median score, in the words of the vote nearest to it; null if most votes are null."""
    scored = [cell for cell in cells if cell.score is not None]
    if 2 * len(scored) <= len(cells):
        return checked_cell(next(c for c in cells if c.score is None), transcript)
    middle = median(cell.score for cell in scored if cell.score is not None)
    nearest = min(scored, key=lambda cell: abs((cell.score or 0.0) - middle))
    return checked_cell(nearest, transcript).model_copy(update={"score": middle})


def _commonest(intents: Sequence[BuyingIntent]) -> BuyingIntent:
    return Counter(intents).most_common(1)[0][0]
