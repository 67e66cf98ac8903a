"""One example for each salesman turn of a corpus: context, plan, reply, and how the call ended.

Nothing here reads what only the builder of a corpus knows (whether a strategy fitted, whether
a turn shows a bad habit): a real corpus does not say it either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, StopReason, Strategy
from ai_salesman.corpus.dialogue import CorpusDialogue, Split
from ai_salesman.corpus.plan_prompt import Plan, call_context, stated_facts
from ai_salesman.training.hearing import AS_SPOKEN, Hearing

__all__ = ["Imitated", "PlanExample", "imitated", "plan_examples"]


class Imitated(StrEnum):
    """Which calls are learned from."""

    WON = "won"
    """Those that ended with an agreement."""
    ALL = "all"
    """Every call."""


class PlanExample(NamedTuple):
    """One salesman turn of a call."""

    call: str
    """Id of the dialogue."""
    turn: int
    """How many turns the salesman had taken before."""
    context: str
    """What the turn is planned from; see `corpus.plan_prompt.call_context`."""
    plan: Plan
    """As labelled, by the corpus' builder or by a classifier."""
    reply: str
    """What the salesman said, delexicalised."""
    won: bool
    """The call ended with an agreement."""


def plan_examples(
    dialogues: Iterable[CorpusDialogue], split: Split, hearing: Hearing = AS_SPOKEN
) -> list[PlanExample]:
    """The labelled salesman turns of a split, in order; calls of unknown outcome are left out."""
    return [
        example
        for dialogue in dialogues
        if dialogue.split is split and dialogue.outcome is not None
        for example in _examples(dialogue, hearing)
    ]


def imitated(examples: Iterable[PlanExample], calls: Imitated) -> list[PlanExample]:
    """The turns of the calls that are learned from."""
    return [example for example in examples if example.won or calls is Imitated.ALL]


def _examples(dialogue: CorpusDialogue, hearing: Hearing) -> Iterator[PlanExample]:
    words, act = "", None
    done: list[Strategy] = []
    for turn in dialogue.turns:
        if turn.speaker is Speaker.CUSTOMER:
            words, act = turn.text, turn.act
        elif turn.stage and turn.strategy:
            yield PlanExample(
                call=dialogue.id,
                turn=len(done),
                context=call_context(done, hearing.of(words)),
                plan=Plan(_heard(words, act), turn.stage, turn.strategy, stated_facts(turn.text)),
                reply=turn.text,
                won=dialogue.outcome is StopReason.AGREED,
            )
            done.append(turn.strategy)


def _heard(words: str, act: CustomerAct | None) -> CustomerAct | None:
    return act if words else None
