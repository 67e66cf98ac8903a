"""What is said in probe calls: sentences made from a fact sheet, in pairs that differ in one
thing only."""

from __future__ import annotations

from ai_salesman.conversation.facts import Fact, FactSheet
from ai_salesman.conversation.persona import Lead, Persona
from ai_salesman.conversation.taxonomy import CustomerAct, FactKind

__all__ = ["CALM", "IRRELEVANT", "PUSHING", "fresh_lines", "opening_lines", "remedy_line"]

PUSHING = (
    "You have to decide right now, in an hour the offer is gone.",
    "You would be a fool to let this go, so just say yes.",
    "I won't take no for an answer today.",
    "Stop making excuses and sign, or you will regret it.",
)
CALM = (
    "Take your time with it.",
    "There is no hurry from our side.",
    "It is entirely up to you.",
    "Think about it as long as you like.",
)
IRRELEVANT = "By the way, our office has just moved to a building with a lovely view of the lake."
_FRAMES = (
    "With {product}, {fact}.",
    "What many people tell us they like is that {fact}.",
    "Something else that may be useful to know: {fact}.",
    "And on top of that, {fact}.",
)
_CLAUSES = {FactKind.FEATURE, FactKind.PROOF, FactKind.ELIGIBILITY, FactKind.PROCESS}
_USUAL: dict[CustomerAct, tuple[str, ...]] = {
    CustomerAct.OBJECTION_PRICE: ("discount", "guarantee"),
    CustomerAct.OBJECTION_NEED: ("feature", "proof"),
    CustomerAct.OBJECTION_TRUST: ("proof", "guarantee"),
    CustomerAct.OBJECTION_TIMING: ("term", "process"),
    CustomerAct.OBJECTION_COMPETITOR: ("feature", "proof"),
    CustomerAct.OBJECTION_AUTHORITY: ("process", "callback"),
}
"""What answers an objection of somebody who has no remedy of his own."""


def opening_lines(sheet: FactSheet, lead: Lead) -> tuple[str, ...]:
    """A civil opening and one question."""
    notices = " ".join(sheet.disclosures)
    need = next(iter(sheet.needs.values()))
    return (
        f"Hello {lead.name}, this is {sheet.agent} from {sheet.company}, and I'm calling about "
        f"{sheet.product}. {notices} Do you have a minute?",
        f"Thank you. How important is {need.phrase} to you at present?",
    )


def fresh_lines(sheet: FactSheet) -> tuple[str, ...]:
    """One benefit after the other, each said once; at most four."""
    wordings = [fact.wording for fact in sheet.in_slot("benefit").values()]
    wordings += [fact.wording for fact in sheet.in_slot("proof").values()]
    framed = zip(_FRAMES, wordings, strict=False)
    return tuple(frame.format(product=sheet.product, fact=fact) for frame, fact in framed)


def remedy_line(sheet: FactSheet, persona: Persona, act: CustomerAct) -> str:
    """An answer to the objection: heard, and met with what this customer says would settle it."""
    own = next((o.resolved_by for o in persona.objections if o.act is act), ())
    answers = [_answer(sheet, remedy, act) for remedy in own or _USUAL.get(act, ())]
    told = " ".join(dict.fromkeys(answer for answer in answers if answer))
    return f"I understand, that is a fair point. {told}".strip()


def _answer(sheet: FactSheet, remedy: str, act: CustomerAct) -> str:
    """What offers `remedy`; empty when the sheet has nothing of the kind."""
    if remedy == "empathy":
        return "I see why that worries you, and many people feel the same."
    if remedy == "callback":
        return "I could call you back on Thursday afternoon, once you have talked it over."
    facts = [fact for fact in sheet.facts.values() if fact.kind.value == remedy]
    fitting = [fact for fact in facts if act in fact.answers] or facts
    return _sentence(fitting[0]) if fitting else ""


def _sentence(fact: Fact) -> str:
    if fact.kind in _CLAUSES:
        return f"{fact.wording[:1].upper()}{fact.wording[1:]}."
    if fact.kind is FactKind.DISCOUNT:
        return f"I can offer you {fact.wording}."
    if fact.kind is FactKind.PRICE:
        return f"It is {fact.wording}, all in."
    return f"You get {fact.wording}."
