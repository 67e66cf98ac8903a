"""What a customer hears in a corpus turn, taken from the turn's labels.

Two hundred thousand sentences are too many for the ear's encoder. The corpus knows which
strategy a turn follows and which slots it fills, so acts and needs are read from these; money,
names, questions and remedies are heard by the ear's own rules in the spoken words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ai_salesman.conversation.persona import Remedy
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.slots import fill_slots, slots_in
from ai_salesman.conversation.taxonomy import SalesAct, Strategy
from ai_salesman.corpus.dialogue import Habit
from ai_salesman.corpus.seller import Move
from ai_salesman.simulators.heard import Context, Heard, HeardSentence
from ai_salesman.simulators.names_heard import hear_names
from ai_salesman.simulators.prices_heard import hear_money
from ai_salesman.simulators.questions_heard import question_of
from ai_salesman.simulators.remedies_heard import remedies_in

__all__ = ["heard_from_labels"]

_S, _A = Strategy, SalesAct

_SURE = 0.9
_CLEAR = 0.85
"""How clearly a need is heard that a turn speaks of."""
_BY_SLOT: Mapping[str, SalesAct] = {
    "price": _A.QUOTE_PRICE,
    "discount": _A.OFFER_DISCOUNT,
    "proof": _A.SOCIAL_PROOF,
    "benefit": _A.EXPLAIN_BENEFIT,
    "benefit_2": _A.EXPLAIN_BENEFIT,
    "process": _A.NEXT_STEP,
    "callback_time": _A.NEXT_STEP,
    "guarantee": _A.STATE_FACT,
    "term": _A.STATE_FACT,
    "setup": _A.STATE_FACT,
    "eligibility": _A.STATE_FACT,
    "disclosure": _A.DISCLOSE,
    "agent": _A.INTRODUCE,
}
"""First slot of a sentence that stands here -> its act."""
_BY_STRATEGY: Mapping[Strategy, SalesAct] = {
    _S.INTRODUCE: _A.INTRODUCE,
    _S.BUILD_RAPPORT: _A.EMPATHISE,
    _S.ACKNOWLEDGE_OBJECTION: _A.EMPATHISE,
    _S.SUMMARISE_NEED: _A.REFLECT,
    _S.QUANTIFY_PROBLEM: _A.REFLECT,
    _S.EXPLAIN_PROCESS: _A.NEXT_STEP,
    _S.PROPOSE_NEXT_STEP: _A.NEXT_STEP,
    _S.SCHEDULE_CALLBACK: _A.NEXT_STEP,
    _S.CONFIRM_AGREEMENT: _A.CONFIRM,
    _S.RESPECT_NO: _A.END,
    _S.PRESENT_BENEFIT: _A.EXPLAIN_BENEFIT,
    _S.SHARE_PROOF: _A.SOCIAL_PROOF,
}
"""Act of a statement without a telling slot; others handle an objection."""
_ASKS_DECISION = {_S.ASK_COMMITMENT, _S.PROPOSE_NEXT_STEP}
_NEED_OF_SLOT = {"benefit": 0, "benefit_2": 1, "need": 0, "problem": 0}
_HARSH = {Habit.RUDE, Habit.PRESSURE}


def heard_from_labels(
    text: str,
    move: Move,
    habit: Habit | None,
    values: Mapping[str, str],
    needs: Sequence[str],
    context: Context,
) -> Heard:
    """What a customer makes of a salesman turn.

    Args:
        text: delexicalised turn.
        move: what the salesman meant to do.
        habit: what was bad about it.
        values: slot -> words of this call.
        needs: the customer's needs; the first two are what the benefits serve.
        context: what the customer has in mind.
    """
    raw = split_sentences(text)
    spoken = [fill_slots(sentence, values)[0] for sentence in raw]
    said = [
        HeardSentence(text=words, act=_act(sentence, move, habit), confidence=_SURE)
        for sentence, words in zip(raw, spoken, strict=True)
    ]
    whole = " ".join(spoken)
    money = hear_money(whole, context)
    return Heard(
        sentences=tuple(said),
        words=len(whole.split()),
        price=money.price,
        period=money.period,
        discount=money.discount,
        asked=_needs(raw, needs, asking=True),
        served=_needs(raw, needs, asking=False),
        remedies=_remedies(said),
        questions=tuple(q for s in said if (q := question_of(s.text, s.act))),
        names=hear_names(whole),
        relevance=0.9 if move.fitting and habit is None else 0.25,
    )


def _act(sentence: str, move: Move, habit: Habit | None) -> SalesAct:
    if habit in _HARSH:
        return _A.PRESSURE
    if sentence.endswith("?"):
        if move.strategy in _ASKS_DECISION:
            return _A.ASK_COMMITMENT
        opens = sentence.lower().startswith(("what", "how", "which", "where", "who", "tell"))
        return _A.ASK_OPEN if opens else _A.ASK_CLOSED
    telling = [_BY_SLOT[slot] for slot in slots_in(sentence) if slot in _BY_SLOT]
    return telling[0] if telling else _BY_STRATEGY.get(move.strategy, _A.HANDLE_OBJECTION)


def _needs(sentences: Sequence[str], needs: Sequence[str], *, asking: bool) -> dict[str, float]:
    """Need -> how clearly it is asked about, or served."""
    spoken_of = ("need", "problem") if asking else ("benefit", "benefit_2")
    found = {}
    for sentence in sentences:
        for slot in slots_in(sentence):
            place = _NEED_OF_SLOT.get(slot)
            if slot in spoken_of and place is not None and place < len(needs):
                found[needs[place]] = _CLEAR
    return found


def _remedies(sentences: Sequence[HeardSentence]) -> dict[Remedy, float]:
    found: dict[Remedy, float] = {}
    for sentence in sentences:
        for remedy, value in remedies_in(sentence.text, sentence.act, _SURE).items():
            found[remedy] = max(found.get(remedy, 0.0), value)
    return found
