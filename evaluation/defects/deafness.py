"""Defects of not listening: doubts passed over, words for anybody, another one's name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ai_salesman.conversation.taxonomy import CustomerAct, Speaker
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.defects.base import Defect, Draw, Scene
from ai_salesman.evaluation.defects.edits import (
    after_act,
    insert,
    joined,
    of_salesman,
    replace_at,
    with_text,
)

__all__ = ["DEAFNESS"]

_DOUBTS = frozenset(act for act in CustomerAct if act.value.startswith("objection_"))
_GENERIC_SENTENCES = 3


def _ignored_objection(scene: Scene, draw: Draw) -> Sequence[Turn] | None:
    """Every reply to a doubt gives way to words about something else."""
    places = after_act(_DOUBTS, scene.turns)
    if not places:
        return None
    said = dict(zip(places, draw.forms("ignoring", len(places)), strict=False))
    return replace_at(scene.turns, said)


def _generic_replies(scene: Scene, draw: Draw) -> Sequence[Turn] | None:
    """Everything between opening and farewell gives way to words that fit anything."""
    places = of_salesman(scene.turns)[1:-1]
    if len(places) < 2:
        return None

    def change(place: int, turn: Turn) -> Turn:
        if place not in places:
            return turn
        return with_text(turn, " ".join(draw.forms("generic", _GENERIC_SENTENCES)))

    return joined(scene.turns, change)


def _wrong_customer(scene: Scene, draw: Draw) -> Sequence[Turn] | None:
    """The salesman takes the customer for another one: name and trade, in every turn."""
    places = of_salesman(scene.turns)[1:]
    if len(places) < 2:
        return None
    name = next(n for n in draw.forms("names", 2) if n != scene.lead.name)
    business = next(b for b in draw.forms("businesses", 2) if b != scene.lead.business)
    chosen = draw.luck.sample(places, 2)
    forms = (form.format(name=name, business=business) for form in draw.forms("wrong_details", 2))
    said = dict(zip(chosen, forms, strict=True))

    def change(place: int, turn: Turn) -> Turn:
        if turn.speaker != Speaker.SALESMAN:
            return turn
        text = turn.text.replace(scene.lead.name, name)
        if scene.lead.business != "household":
            text = re.sub(rf"\b{re.escape(scene.lead.business)}\b", business, text)
        turn = with_text(turn, text)
        return insert(turn, draw.luck, said[place]) if place in said else turn

    return joined(scene.turns, change)


_GONE = "the words that earned it were taken out"

DEAFNESS: tuple[Defect, ...] = (
    Defect(
        name="ignored_objection",
        does="every reply to an objection is replaced by talk about something else",
        targets=("objection_handling", "logical_coherence"),
        may_move={
            "need_fulfilment": "facts that served a need were in the replies taken out",
            "presentation": "facts that served a need were in the replies taken out",
            "richness": "the replies taken out told facts",
            "customization": "the replies taken out came back to what the customer had told",
            "business_analysis": "the replies taken out came back to what the customer had told",
            "operational_guidance": "a reply taken out may have named the next step",
        },
        plant=_ignored_objection,
    ),
    Defect(
        name="generic_replies",
        does="every turn between opening and farewell is replaced by words that fit any offer",
        targets=("customization", "richness", "logical_coherence"),
        may_move={
            "needs_discovery": _GONE,
            "business_analysis": _GONE,
            "presentation": _GONE,
            "objection_handling": _GONE,
            "operational_guidance": _GONE,
            "need_fulfilment": _GONE,
            "opening": "a notice or a reason given in the second turn was taken out",
            "guideline_adherence": "a notice given in the second turn, or the questions before "
            "the pitch, were taken out",
            "compliance.missing_disclosure": "a notice given in the second turn was taken out",
            "factual_correctness": "of the claims, only those of opening and farewell are left",
        },
        plant=_generic_replies,
    ),
    Defect(
        name="wrong_customer",
        does="the customer is called by another person's name and taken for another trade",
        targets=("customization",),
        may_move={
            "opening": "the person called is not the one greeted",
            "logical_coherence": "speaks of a trade that the customer does not have",
            "business_analysis": "the customer's own trade is not named any more",
            "needs_discovery": "a follow-up about another trade takes up nothing",
        },
        plant=_wrong_customer,
    ),
)
