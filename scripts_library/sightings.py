"""What a corpus shows of salesmen: who said what, answering what, and was the call won?

Only words, the labels of stage, strategy and act, and outcomes are read. How a built corpus came
about (skill of the salesman, habits, templates, tier) is hidden from mining.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, StopReason, Strategy
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.scripts_library.delexicalise import delexicalised
from ai_salesman.scripts_library.script import Segment

__all__ = ["Cell", "Sighting", "corpus_digest", "segment_of", "sightings", "won"]


class Cell(NamedTuple):
    """A kind of turn: where in the call, answering what, doing what."""

    stage: Stage
    intent: CustomerAct
    strategy: Strategy


@dataclass(frozen=True)
class Sighting:
    """One salesman turn of a call with a known outcome."""

    call: str
    turn: int
    cell: Cell
    text: str
    """Delexicalised."""
    segment: Segment
    won: bool


def sightings(dialogues: Iterable[CorpusDialogue]) -> Iterator[Sighting]:
    """The salesman turns that can be learned from.

    Left out are calls without an outcome, and turns without a label for stage, strategy or the
    customer's act before them. A call that the salesman opens answers a greeting.
    """
    for dialogue in dialogues:
        if (is_won := won(dialogue)) is None:
            continue
        segment = segment_of(dialogue)
        act: CustomerAct | None = CustomerAct.GREET
        for number, turn in enumerate(dialogue.turns):
            if turn.speaker is Speaker.CUSTOMER:
                act = turn.act
            elif turn.stage is not None and turn.strategy is not None and act is not None:
                text = delexicalised(turn.text, dialogue.values or {})
                cell = Cell(turn.stage, act, turn.strategy)
                yield Sighting(dialogue.id, number, cell, text, segment, is_won)


def won(dialogue: CorpusDialogue) -> bool | None:
    """Did the customer agree? None: nobody knows how the call ended, or it failed."""
    outcome: StopReason | None = dialogue.outcome
    if outcome is None or outcome is StopReason.INFRASTRUCTURE_ERROR:
        return None
    return outcome is StopReason.AGREED


def segment_of(dialogue: CorpusDialogue) -> Segment:
    """Household or business, by what the customer is said to be; 'any' where nothing is said."""
    business = (dialogue.values or {}).get("business")
    if not business:
        return "any"
    return "household" if business == "household" else "business"


def corpus_digest(dialogues: Sequence[CorpusDialogue]) -> str:
    """Identifies the content of a corpus, in any order: 12 hex digits."""
    lines = sorted(dialogue.model_dump_json(exclude_none=True) for dialogue in dialogues)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
