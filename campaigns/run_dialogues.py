"""The calls of a run as labelled dialogues, for what learns from a corpus.

The labels are the planner's: what it read in the customer's words, and what it chose to do. Words
that fill a script which the library returned for the turn are the script again; in all others the
names of the fact sheet become slots.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.outline import Outline
from ai_salesman.conversation.slots import slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker
from ai_salesman.conversation.turn import Turn
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split

__all__ = ["dialogues_of_run"]

_SLOT = re.compile(r"\\\{[a-z_0-9]+\\\}")


def dialogues_of_run(episodes: Iterable[Episode], sheet: FactSheet) -> Iterator[CorpusDialogue]:
    """One dialogue for each call, all in the test split: nothing was learned from them.

    Args:
        episodes: the calls, failed ones included; those have no outcome to learn from.
        sheet: the campaign's facts.
    """
    names = {"company": sheet.company, "agent": sheet.agent, "product": sheet.product}
    for episode in episodes:
        yield CorpusDialogue(
            id=f"{episode.run}-{episode.index}",
            split=Split.TEST,
            tier=episode.persona.tier,
            style=episode.persona.style,
            outcome=episode.stop,
            values={**names, "business": episode.persona.business},
            turns=tuple(_turns(episode)),
        )


def _turns(episode: Episode) -> Iterator[CorpusTurn]:
    for number, turn in enumerate(episode.turns):
        if turn.speaker is Speaker.CUSTOMER:
            act = _read_after(episode.turns[number + 1 :])
            yield CorpusTurn(speaker=turn.speaker, text=turn.text, act=act)
        else:
            plan = turn.outline
            text = _script_said(turn.text, plan) if plan else turn.text
            stage, strategy = (plan.stage, plan.strategy) if plan else (None, None)
            yield CorpusTurn(
                speaker=turn.speaker,
                text=text,
                stage=stage,
                strategy=strategy,
                slots=tuple(slots_in(text)),
            )


def _read_after(turns: tuple[Turn, ...]) -> CustomerAct | None:
    """What the planner read when it planned the next turn."""
    plan = next((turn.outline for turn in turns if turn.outline), None)
    return plan.intent.act if plan else None


def _script_said(text: str, plan: Outline) -> str:
    """The script of the plan that `text` fills; `text` where there is none."""
    said = (script.text for script in plan.scripts if _form(script.text).fullmatch(text))
    return next(said, text)


def _form(script: str) -> re.Pattern[str]:
    return re.compile(_SLOT.sub(".+?", re.escape(script)), re.IGNORECASE | re.DOTALL)
