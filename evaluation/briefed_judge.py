"""A language model as judge of a conversation that has a briefing in prose, and no fact sheet.

The same rubric, answer and checks as `llm_judge`; what the salesperson was told takes the
place of the sheet.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ai_salesman.conversation.errors import ModelReplyError
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import Verdict
from ai_salesman.evaluation.judge_reply import checked_cell, checked_evidence, read_vote
from ai_salesman.evaluation.rubric import conduct_rubric
from ai_salesman.models.base import ChatRequest, LanguageModel, Message

__all__ = ["BriefedJudge"]

_ANSWER_TOKENS = 3000
_TRIES = 2


class BriefedJudge:
    """Judges with any language model."""

    version = "1"

    def __init__(self, model: LanguageModel):
        self.name = f"llm:{model.uri}"
        self._model = model

    async def judge(self, transcript: tuple[Turn, ...], briefing: str) -> Verdict:
        """The verdict on one conversation.

        Raises:
            ModelReplyError: the answer was unusable twice.
            ModelUnreachableError: no answer came.
        """
        prompt = _prompt(transcript, briefing)
        for attempt in range(_TRIES):
            request = ChatRequest(
                messages=(Message(role="user", content=prompt),),
                max_tokens=_ANSWER_TOKENS,
                temperature=0.7 if attempt else 0.0,
                seed=attempt,
                json_object=True,
            )
            try:
                vote = read_vote((await self._model.chat(request)).text)
            except ModelReplyError:
                if attempt == _TRIES - 1:
                    raise
                continue
            return Verdict(
                judge=self.name,
                version=f"{self.version}.{conduct_rubric().version}",
                intent=vote.intent,
                intent_evidence=checked_evidence(vote.intent_evidence, transcript)[0],
                capabilities={
                    c: checked_cell(cell, transcript) for c, cell in vote.capabilities.items()
                },
                metrics={m: checked_cell(cell, transcript) for m, cell in vote.metrics.items()},
            )
        raise AssertionError("unreachable: the last try returns or raises")


def _prompt(transcript: tuple[Turn, ...], briefing: str) -> str:
    rubric = conduct_rubric()
    words = "\n".join([briefing, *(turn.text for turn in transcript)])
    return _template().render(
        briefing=briefing,
        transcript=transcript,
        parts=[("capabilities", rubric.capabilities), ("metrics", rubric.metrics)],
        # No text can hold this line, because it is made from all of the text.
        fence=f"=====TEXT-{hashlib.sha256(words.encode()).hexdigest()[:12]}=====",
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    folder = Path(str(resources.files("ai_salesman.evaluation"))) / "rubrics"
    environment = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.filters["oneline"] = lambda text: " ".join(text.split())
    return environment.get_template("briefed_judge.j2")
