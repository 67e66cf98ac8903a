"""The customer's ear: reads a salesman's turn from its words and from nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.persona import Remedy
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import CustomerAct, SalesAct
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.models.heads import TextHead
from ai_salesman.simulators.act_cues import cue_votes
from ai_salesman.simulators.act_reader import ActReader
from ai_salesman.simulators.anchors import Anchors, AnchorShelf
from ai_salesman.simulators.base import Scene
from ai_salesman.simulators.heard import Context, Heard, HeardSentence
from ai_salesman.simulators.names_heard import hear_names
from ai_salesman.simulators.prices_heard import hear_money
from ai_salesman.simulators.questions_heard import question_of
from ai_salesman.simulators.remedies_heard import remedies_in
from ai_salesman.simulators.wariness import is_salad, repetition_of, suspicions_in

__all__ = ["Ear"]

_SURE = 0.45
"""Act probability under which a sentence must be backed by a cue or by the scene."""
_SURE_OF_PRESSURE = 0.6
_SURE_WITHOUT_CUE = 0.8
"""Pressure without any of the words of pressure must be heard more clearly than that."""
_NEAR_SCENE = 0.30
"""Cosine to the scene from which an unsure sentence may still be on the subject."""
_CLAUSE = re.compile(r"(?<=[;:])\s+|\s+-+\s+")

_ASKING = {SalesAct.ASK_OPEN, SalesAct.ASK_CLOSED, SalesAct.REFLECT, SalesAct.EMPATHISE}
_TELLING = {
    SalesAct.EXPLAIN_BENEFIT,
    SalesAct.STATE_FACT,
    SalesAct.SOCIAL_PROOF,
    SalesAct.HANDLE_OBJECTION,
    SalesAct.OFFER_DISCOUNT,
    SalesAct.QUOTE_PRICE,
    SalesAct.NEXT_STEP,
    SalesAct.CONFIRM,
    SalesAct.REFLECT,
}

Array = NDArray[np.float32]


class Ear:
    """Hears for all customers of a process; keeps the anchors of the campaigns it met."""

    def __init__(self, encoder: MiniLMEncoder, head: TextHead):
        self._encoder = encoder
        self._reader = ActReader(head)
        self._shelf = AnchorShelf(encoder)

    async def hear(self, text: str, scene: Scene, context: Context) -> Heard:
        """What a customer in `scene` makes of the salesman's turn `text`."""
        anchors = self._shelf.of(scene)
        clauses = [part for s in split_sentences(text) for part in _CLAUSE.split(s) if part]
        if not clauses:
            return Heard(relevance=0.0)
        vectors = await self._encoder.encode([*clauses, context.my_words or "hello"])
        parts, mine = vectors[:-1], vectors[-1]
        sentences = self._sentences(clauses, parts, anchors)
        money = hear_money(text, context)
        heard = Heard(
            sentences=sentences,
            words=len(text.split()),
            price=money.price,
            period=money.period,
            discount=money.discount,
            terms=tuple(f.text.strip() for f in find_figures(text) if f.kind == "duration"),
            asked=_gather(sentences, parts, anchors, asking=True),
            served=_gather(sentences, parts, anchors, asking=False),
            remedies=_remedies(sentences),
            questions=tuple(q for s in sentences if (q := question_of(s.text, s.act))),
            names=hear_names(text),
            repetition=repetition_of(text, context.earlier),
            suspicious=suspicions_in(text, money, context),
        )
        return heard.model_copy(update={"relevance": _relevance(heard, parts @ mine, context)})

    def _sentences(
        self, clauses: list[str], vectors: Array, anchors: Anchors
    ) -> tuple[HeardSentence, ...]:
        probabilities = self._reader.probabilities(clauses, vectors)
        return tuple(
            self._sentence(text, row, anchors.nearness(vector))
            for text, row, vector in zip(clauses, probabilities, vectors, strict=True)
        )

    def _sentence(self, text: str, row: NDArray[np.float64], nearness: float) -> HeardSentence:
        best = int(row.argmax())
        act, confidence = self._reader.acts[best], float(row[best])
        cued = cue_votes(text).get(act, 0.0) > 0.5
        backed = nearness >= _NEAR_SCENE or cued
        needed = _SURE_OF_PRESSURE if cued else _SURE_WITHOUT_CUE
        if act is SalesAct.PRESSURE and confidence < needed:
            act = SalesAct.HANDLE_OBJECTION  # a blunt answer is no insult
        if is_salad(text) or (confidence < _SURE and not backed):
            return HeardSentence(text=text, act=SalesAct.OTHER, confidence=1.0 - confidence)
        return HeardSentence(text=text, act=act, confidence=confidence)


def _gather(
    sentences: Sequence[HeardSentence], vectors: Array, anchors: Anchors, *, asking: bool
) -> dict[str, float]:
    """Need -> clearest mention among the asking, or among the telling, sentences."""
    found: dict[str, float] = {}
    for sentence, vector in zip(sentences, vectors, strict=True):
        question = sentence.text.rstrip("\"') ").endswith("?")
        fits = (sentence.act in _ASKING or question) if asking else sentence.act in _TELLING
        if sentence.act is SalesAct.OTHER or not fits or (question and not asking):
            continue
        needs = anchors.wished(vector) if asking else anchors.helped(vector)
        for need, value in needs.items():
            found[need] = max(found.get(need, 0.0), value)
    return found


def _remedies(sentences: Sequence[HeardSentence]) -> dict[Remedy, float]:
    found: dict[Remedy, float] = {}
    for sentence in sentences:
        for remedy, value in remedies_in(sentence.text, sentence.act, sentence.confidence).items():
            found[remedy] = max(found.get(remedy, 0.0), value)
    return found


def _relevance(heard: Heard, cosines: Array, context: Context) -> float:
    """Does the turn speak to what I last said? A question of mine wants its answer."""
    if not context.my_words:
        return 1.0
    near = min(1.0, max(0.0, (float(cosines.max()) - 0.1) / 0.4))
    if heard.nonsense:
        return 0.3 * near
    match context.my_act:
        case CustomerAct.ASK_PRICE:
            return 1.0 if heard.price is not None else 0.3 * near
        case CustomerAct.ASK_PROCESS:
            told = heard.acts & {SalesAct.NEXT_STEP, SalesAct.STATE_FACT, SalesAct.CONFIRM}
            return 1.0 if "process" in heard.remedies or told else near
        case CustomerAct.ASK_DETAIL:
            return max(near, 1.0 if heard.informs else 0.0)
        case act if act is not None and act.value.startswith("objection_"):
            return max(near, 0.9 if set(heard.remedies) - {"price"} else 0.0)
        case _:
            return max(near, 0.6)
