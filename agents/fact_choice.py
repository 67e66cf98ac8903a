"""Choose the facts of a turn, and turn slots into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ai_salesman.agents.base import CallView
from ai_salesman.agents.price_words import asked_price, discount_words, next_rung, price_words
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.outline import Belief, Outline
from ai_salesman.conversation.taxonomy import CustomerAct, Strategy

__all__ = ["choose_facts", "focus_of", "slot_values"]

_S = Strategy

_SLOTS: Mapping[Strategy, tuple[str, ...]] = {
    _S.PRESENT_BENEFIT: ("benefit",),
    _S.STATE_PRICE: ("price", "term"),
    _S.SHARE_PROOF: ("proof",),
    _S.ANSWER_QUESTION: ("benefit",),
    _S.REFRAME_VALUE: ("benefit",),
    _S.REDUCE_RISK: ("guarantee",),
    _S.OFFER_CONCESSION: ("discount",),
    _S.COMPARE: ("benefit",),
    _S.EXPLAIN_PROCESS: ("process", "setup"),
    _S.PROPOSE_NEXT_STEP: ("process",),
    _S.ASK_COMMITMENT: ("price", "guarantee"),
    _S.CONFIRM_AGREEMENT: ("price", "process"),
}
"""Slots that a strategy states; others stay unsaid, so that a turn is not a list."""

_CALLBACK_TIMES = (
    "tomorrow morning",
    "on Thursday afternoon",
    "on Tuesday at ten",
    "early next week",
    "on Friday before noon",
)


def focus_of(belief: Belief, done: Sequence[Outline]) -> str | None:
    """The need to speak to: the likeliest one, those already served last."""
    served = [outline.focus_need for outline in done if "benefit" in outline.key_facts]
    if not belief.needs:
        return None
    return max(belief.needs, key=lambda need: belief.needs[need] / (1 + served.count(need)))


def choose_facts(
    sheet: FactSheet,
    strategy: Strategy,
    intent: CustomerAct,
    focus: str | None,
    done: Sequence[Outline],
    likeness: Mapping[str, float],
    slots: Sequence[str] | None = None,
) -> dict[str, str]:
    """Slot -> fact name for the facts that this turn should state.

    Args:
        sheet: what may be said.
        strategy: what the turn does.
        intent: the act it answers.
        focus: the need it speaks to.
        done: outlines so far; facts already stated rank last.
        likeness: fact -> cosine to the customer's words, for questions.
        slots: those to state; None takes the ones of the strategy.
    """
    stated = [name for outline in done for name in outline.key_facts.values()]
    chosen: dict[str, str] = {}
    for slot in _slots_of(strategy, intent) if slots is None else slots:
        if slot == "discount":
            rung = next_rung(sheet, done)
            chosen |= {"discount": rung} if rung else {}
            continue
        facts = sheet.in_slot(slot)
        weight = 2.0 if strategy is _S.ANSWER_QUESTION else 0.3

        def rank(name: str, weight: float = weight) -> float:
            fact = sheet.facts[name]
            return (
                1.0 * (focus in fact.serves)
                + 1.0 * (intent in fact.answers)
                + weight * likeness.get(name, 0.0)
                - 0.8 * stated.count(name)
            )

        if facts:
            chosen[slot] = max(facts, key=rank)
    return chosen


def _slots_of(strategy: Strategy, intent: CustomerAct) -> tuple[str, ...]:
    """What takes the risk out of a bad moment is the term, not the guarantee."""
    if strategy is _S.REDUCE_RISK and intent is CustomerAct.OBJECTION_TIMING:
        return ("term",)
    return _SLOTS.get(strategy, ())


def slot_values(call: CallView, outline: Outline) -> dict[str, str]:
    """Slot -> words, for every slot that may be said in this turn.

    Facts come from the outline; a slot that the outline leaves open takes the sheet's
    first fact for it, except discounts, which only an outline may offer. The price is the one
    that is asked now; the turn that lowers it names it with the discount and leaves `{price}` out,
    so that no two prices stand side by side.
    """
    sheet = call.sheet
    values = {
        "company": sheet.company,
        "agent": sheet.agent,
        "product": sheet.product,
        "customer": call.lead.name,
        "business": call.lead.business,
        "disclosure": " ".join(sheet.disclosures),
        "callback_time": _CALLBACK_TIMES[call.seed % len(_CALLBACK_TIMES)],
    }
    focus = outline.focus_need or next(iter(sheet.needs), None)
    if focus:
        values |= {"need": sheet.needs[focus].phrase, "problem": sheet.needs[focus].problem}
    values |= _fact_words(sheet, outline) | _price_now(call, outline)
    return {slot: words for slot, words in values.items() if words or slot == "disclosure"}


def _price_now(call: CallView, outline: Outline) -> dict[str, str]:
    if "discount" in outline.key_facts:
        return {"price": ""}
    asked = asked_price(call.sheet, call.outlines)
    return {} if asked == call.sheet.price else {"price": price_words(call.sheet, asked)}


def _fact_words(sheet: FactSheet, outline: Outline) -> dict[str, str]:
    words: dict[str, str] = {}
    for fact in sheet.facts.values():
        if fact.slot != "discount":
            words.setdefault(fact.slot, fact.wording)
    for slot, name in outline.key_facts.items():
        if name.startswith("discount:"):
            words[slot] = discount_words(sheet, name)
        elif name in sheet.facts:
            words[slot] = sheet.facts[name].wording
    others = [f.wording for f in sheet.in_slot("benefit").values()]
    second = next((wording for wording in others if wording != words.get("benefit")), None)
    return words | ({"benefit_2": second} if second else {})
