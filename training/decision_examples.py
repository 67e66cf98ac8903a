"""What the decision head learns from: turns of played calls, and what the agenda chose there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import CustomerAct, Tier
from ai_salesman.corpus.dialogue import Split
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.simulators.decision_features import features_of, last_sentence
from ai_salesman.simulators.mind import AgendaState
from ai_salesman.simulators.population import builtin_personas
from ai_salesman.training.customer_calls import CallTurn, play_turns

__all__ = ["DecisionExamples", "decision_examples", "people_of"]

_WANDER = 0.15
_WORTH = 0.35
_ENCODED = 512
_THIRD = 3


class DecisionExamples(NamedTuple):
    """Turns as rows, and what was chosen in each."""

    rows: NDArray[np.float32]
    """Shape (turns, features)."""
    acts: tuple[CustomerAct, ...]
    asked: NDArray[np.bool_]
    """The turn asks for a decision, and a price is known: the moment of a yes."""
    states: tuple[AgendaState, ...]


def people_of(split: Split) -> list[Persona]:
    """The personas of the training split, or those held out: every third of each tier."""
    known = sorted(builtin_personas().values(), key=lambda persona: persona.id)
    ranked = [
        (rank, persona)
        for tier in Tier
        for rank, persona in enumerate(p for p in known if p.tier is tier)
    ]
    held_out = split is not Split.TRAIN
    return [persona for rank, persona in ranked if (rank % _THIRD == _THIRD - 1) is held_out]


def decision_examples(
    calls: int, split: Split, encoder: MiniLMEncoder, seed: int = 1
) -> DecisionExamples:
    """The turns of `calls` played calls with the wording and the personas of `split`."""
    people = people_of(split)
    turns = list(play_turns(calls, split, seed, personas=people, wander=_WANDER, worth=_WORTH))
    rows = [row for part in _parts(turns) for row in _rows(part, encoder)]
    return DecisionExamples(
        rows=np.stack(rows),
        acts=tuple(turn.choice.act for turn in turns),
        asked=np.array(
            ["commitment" in t.heard.questions and t.state.price is not None for t in turns]
        ),
        states=tuple(turn.state for turn in turns),
    )


def _parts(turns: Sequence[CallTurn]) -> Iterable[Sequence[CallTurn]]:
    return (turns[start : start + _ENCODED] for start in range(0, len(turns), _ENCODED))


def _rows(turns: Sequence[CallTurn], encoder: MiniLMEncoder) -> Iterable[NDArray[np.float32]]:
    vectors = encoder.encode_now([last_sentence(turn.spoken) for turn in turns])
    for turn, vector in zip(turns, vectors, strict=True):
        yield features_of(turn.state, turn.heard, vector)
