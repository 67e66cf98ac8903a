"""What the trained decision head is told of a mind and of the turn that it has just heard.

Everything that a person would know of itself, in numbers of about one; neither the agenda's
utility nor its chance of a yes is among them, so the head has to learn what they come to.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.persona import Remedy
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct
from ai_salesman.simulators.decision import coverage
from ai_salesman.simulators.heard import Heard, Question
from ai_salesman.simulators.mind import AgendaState, Doubt

__all__ = ["Features", "features_of", "last_sentence"]

Features = NDArray[np.float32]

_VECTOR_SCALE = 5.0
"""A unit vector's entries are small beside the other numbers."""
_OBJECTIONS = tuple(act for act in CustomerAct if act.value.startswith("objection_"))
_QUESTIONS: tuple[Question, ...] = get_args(Question)
_REMEDIES: tuple[Remedy, ...] = get_args(Remedy)


def last_sentence(text: str) -> str:
    """The sentence that is still in the ear."""
    sentences = split_sentences(text)
    return sentences[-1] if sentences else text


def features_of(state: AgendaState, heard: Heard, vector: NDArray[np.float32]) -> Features:
    """One row for the head.

    Args:
        state: the mind that has taken in `heard`.
        heard: the salesman's turn.
        vector: of its last sentence, by the encoder that the head was trained with.
    """
    numbers = (
        *_feelings(state),
        *_money(state),
        *(n for act in _OBJECTIONS for n in _doubt(state.doubts, act)),
        *_history(state),
        *_hearing(state, heard),
    )
    return np.concatenate([np.array(numbers, dtype=np.float32), _VECTOR_SCALE * vector])


def _feelings(state: AgendaState) -> Iterable[float]:
    traits = state.scene.persona.traits
    yield from (state.interest, state.trust, state.patience, coverage(state))
    yield from (traits.talkativeness, traits.price_sensitivity, traits.openness)
    yield _share(state.served, state.scene.weights)
    yield _share(state.disclosed, state.scene.weights)


def _money(state: AgendaState) -> Iterable[float]:
    """The price beside the reserve, and how the bargain stands."""
    price = state.net_price
    if price is None:
        yield from (0.0,) * 7
        return
    yield from (1.0, _beside(price, state.scene.reserve), float(price > state.scene.reserve))
    yield float(state.discount > 0)
    yield 0.0 if state.would_name is None else _beside(state.would_name, price)
    yield _few(len(state.offers))
    yield float(bool(state.offers) and price <= state.offers[-1])


def _beside(one: float, other: float) -> float:
    """How far one amount lies above the other, twice the logarithm of their ratio; in [-2, 2]."""
    return 2.0 * min(1.0, max(-1.0, math.log(max(one, 1e-6) / max(other, 1e-6))))


def _doubt(doubts: Iterable[Doubt], act: CustomerAct) -> Iterable[float]:
    """Latent strength, open strength, times raised, and whether it was answered since."""
    doubt = next((d for d in doubts if d.act is act and d.status != "resolved"), None)
    if doubt is None:
        return (0.0, 0.0, 0.0, 0.0)
    is_open = doubt.status == "raised"
    return (
        0.0 if is_open else doubt.strength,
        doubt.strength if is_open else 0.0,
        _few(doubt.times_raised),
        float(is_open and doubt.times_answered >= doubt.times_raised),
    )


def _history(state: AgendaState) -> Iterable[float]:
    yield float(state.turns <= 1)
    yield min(2.0, state.turns / 8)
    for count in (state.asked_to_buy, state.refusals, state.pressure, state.nonsense):
        yield _few(count)
    yield from (_few(state.rapport), _few(state.proofs))
    yield float(any(e.endswith(" settled") for e in state.events))
    yield from (float(act is state.last_act) for act in CustomerAct)
    yield from (_few(state.act_counts.get(act.value, 0)) for act in CustomerAct)


def _hearing(state: AgendaState, heard: Heard) -> Iterable[float]:
    yield from (float(act in heard.acts) for act in SalesAct)
    yield from (float(kind in heard.questions) for kind in _QUESTIONS)
    last = heard.questions[-1] if heard.questions else None
    yield from (float(kind == last) for kind in _QUESTIONS)
    yield from (heard.remedies.get(remedy, 0.0) for remedy in _REMEDIES)
    yield from (_mine(heard.asked, state), _mine(heard.served, state))
    yield from (heard.relevance, heard.repetition, min(2.0, heard.words / 40))
    yield from (float(heard.price is not None), float(heard.discount is not None))
    yield from (float(heard.farewell), float(heard.nonsense), float(bool(heard.suspicious)))
    yield from (float("company" in heard.names), float(bool(heard.asked or heard.served)))


def _mine(needs: Mapping[str, float], state: AgendaState) -> float:
    """How clearly a need of mine was spoken of."""
    return max((value for need, value in needs.items() if need in state.scene.weights), default=0.0)


def _share(needs: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights.get(need, 0.0) for need in needs)


def _few(count: int) -> float:
    """A count that hardly matters beyond three."""
    return min(4, count) / 3
