"""Label what nobody has labelled: customer acts, salesman strategies, outcomes.

Acts are read by the planner's intent reader, strategies by a head of their own, outcomes by rules
from both. Each label carries the probability that its reader gives it; below a threshold there is
no label. Labels that are known stay as they are.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from pydantic import BaseModel, ConfigDict

from ai_salesman.agents.expectation import expected_acts
from ai_salesman.agents.intent import IntentReader, embedded_intent_reader
from ai_salesman.conversation.slots import fill_slots
from ai_salesman.conversation.taxonomy import Speaker, Strategy
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn
from ai_salesman.corpus.salesman_templates import salesman_templates, stage_of
from ai_salesman.models.heads import TextHead
from ai_salesman.training.outcome_reading import read_outcome
from ai_salesman.training.strategy_head import embedded_strategy_head

__all__ = ["LEAST", "LabelCounts", "Labeller", "count_labels", "embedded_labeller", "label_all"]

LEAST = 0.5
"""Probability below which a label is withheld, unless told otherwise."""
_BATCH = 32


class LabelCounts(BaseModel):
    """What became of the labels of one kind."""

    model_config = ConfigDict(frozen=True)

    known: int
    """Were there before."""
    read: int
    withheld: int
    """Too unsure, or nothing to read."""


class Labeller:
    """Reads labels with two classifiers, loaded by whoever makes it."""

    def __init__(self, intents: IntentReader, strategies: TextHead, least: float = LEAST):
        self._intents = intents
        self._strategies = strategies
        self._names = [Strategy(label) for label in strategies.labels]
        self._least = least
        self._stages = stage_of(salesman_templates())

    async def label(self, dialogues: Sequence[CorpusDialogue]) -> list[CorpusDialogue]:
        """The dialogues with every missing label that is sure enough."""
        return list(await asyncio.gather(*map(self._labelled, dialogues)))

    async def _labelled(self, dialogue: CorpusDialogue) -> CorpusDialogue:
        spoken = [fill_slots(turn.text, dialogue.values)[0] for turn in dialogue.turns]
        sold = await self._with_strategies(dialogue.turns, spoken)
        heard = await asyncio.gather(
            *(self._with_act(sold, spoken, place) for place in range(len(sold)))
        )
        found: dict[str, object] = {"turns": tuple(heard)}
        end = read_outcome(heard) if dialogue.outcome is None else None
        if end is not None and end.confidence >= self._least:
            found |= {"outcome": end.outcome, "outcome_confidence": end.confidence}
        return dialogue.model_copy(update=found)

    async def _with_strategies(
        self, turns: Sequence[CorpusTurn], spoken: Sequence[str]
    ) -> list[CorpusTurn]:
        labelled = list(turns)
        wanted = [
            place
            for place, turn in enumerate(turns)
            if turn.speaker is Speaker.SALESMAN and turn.strategy is None
        ]
        if not wanted:
            return labelled
        chances = await self._strategies.probabilities([spoken[place] for place in wanted])
        for place, row in zip(wanted, chances, strict=True):
            sure, strategy = float(row.max()), self._names[int(row.argmax())]
            if sure >= self._least:
                read = {"strategy": strategy, "stage": self._stages[strategy], "confidence": sure}
                labelled[place] = turns[place].model_copy(update=read)
        return labelled

    async def _with_act(
        self, turns: Sequence[CorpusTurn], spoken: Sequence[str], place: int
    ) -> CorpusTurn:
        turn = turns[place]
        if turn.speaker is Speaker.SALESMAN or turn.act is not None:
            return turn
        before = turns[place - 1] if place else None
        last = before.strategy if before else None
        said = spoken[place - 1] if place else ""
        words = spoken[place]
        reading = await self._intents.read(words, expected_acts(last, said, words))
        if reading.probability < self._least:
            return turn
        return turn.model_copy(update={"act": reading.act, "confidence": reading.probability})


def embedded_labeller(least: float = LEAST) -> Labeller:
    """The labeller on the heads that ship with the package."""
    return Labeller(embedded_intent_reader(), embedded_strategy_head(), least)


def label_all(
    dialogues: Iterable[CorpusDialogue],
    labeller: Labeller,
    on_progress: Callable[[int], None] = lambda _done: None,
) -> Iterator[CorpusDialogue]:
    """Label any number of dialogues, some at a time.

    Args:
        dialogues: to label.
        labeller: reads.
        on_progress: called with how many are done.
    """
    waiting, done = iter(dialogues), 0
    while batch := list(islice(waiting, _BATCH)):
        yield from asyncio.run(labeller.label(batch))
        done += len(batch)
        on_progress(done)


def count_labels(dialogues: Iterable[CorpusDialogue]) -> dict[str, LabelCounts]:
    """'act', 'strategy', 'outcome' -> how many labels are known, read, withheld."""
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in ("act", "strategy", "outcome")}
    for dialogue in dialogues:
        counts["outcome"][_origin(dialogue.outcome, dialogue.outcome_confidence)] += 1
        for turn in dialogue.turns:
            kind = "strategy" if turn.speaker is Speaker.SALESMAN else "act"
            label = turn.strategy if turn.speaker is Speaker.SALESMAN else turn.act
            counts[kind][_origin(label, turn.confidence)] += 1
    return {
        kind: LabelCounts(known=found["known"], read=found["read"], withheld=found["withheld"])
        for kind, found in counts.items()
    }


def _origin(label: str | None, confidence: float | None) -> str:
    if label is None:
        return "withheld"
    return "known" if confidence is None else "read"
