"""Defects of order: nothing asked, the pitch first, turns shuffled, things said again."""

from __future__ import annotations

from collections.abc import Sequence

from ai_salesman.conversation.taxonomy import Stage
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.defects.base import Defect, Draw, Scene
from ai_salesman.evaluation.defects.edits import (
    append,
    joined,
    numbered,
    of_salesman,
    replace_at,
    sentences_of,
)

__all__ = ["ORDER"]

_ASKING = frozenset({Stage.NEEDS_DISCOVERY, Stage.BUSINESS_ANALYSIS})
_LONG_ENOUGH = 6


def _skipped_discovery(scene: Scene, _draw: Draw) -> Sequence[Turn] | None:
    """The turns that were planned to ask are cut, with the answers to them."""
    turns = scene.turns
    cut = [place for place in of_salesman(turns)[1:-1] if _stage(turns[place]) in _ASKING]
    if not cut or len(of_salesman(turns)) - len(cut) < 3:
        return None
    gone = {place for asked in cut for place in (asked, asked + 1)}
    return numbered(turn for place, turn in enumerate(turns) if place not in gone)


def _pitch_before_need(scene: Scene, draw: Draw) -> Sequence[Turn] | None:
    """The first turn that asks pitches two facts instead."""
    places = of_salesman(scene.turns)[1:-1]
    benefits = _benefits_told(scene)
    if not places or len(benefits) < 2 or _stage(scene.turns[places[0]]) not in _ASKING:
        return None
    first, second = draw.luck.sample(benefits, 2)
    said = draw.form("pitch", first=first, second=second)
    return replace_at(scene.turns, {places[0]: said})


def _benefits_told(scene: Scene) -> list[str]:
    """Benefits that the call tells anyway, so that the pitch adds nothing to it; else any."""
    known = scene.sheet.in_slot("benefit")
    planned = {
        name for turn in scene.turns if turn.outline for name in turn.outline.key_facts.values()
    }
    told = [fact.wording for name, fact in known.items() if name in planned]
    return told if len(told) >= 2 else [fact.wording for fact in known.values()]


def _shuffled_turns(scene: Scene, draw: Draw) -> Sequence[Turn] | None:
    """What the salesman said after the opening comes in another order."""
    places = of_salesman(scene.turns)[1:]
    if len(places) < 4:
        return None
    others = places.copy()
    while any(place == other for place, other in zip(places, others, strict=True)):
        draw.luck.shuffle(others)
    said = {p: scene.turns[other].text for p, other in zip(places, others, strict=True)}
    return replace_at(scene.turns, said)


def _repetition(scene: Scene, draw: Draw) -> Sequence[Turn] | None:
    """Every turn from the third on says again what an earlier one had said."""
    places = of_salesman(scene.turns)[2:]
    if len(places) < 2:
        return None
    leads = draw.forms("as_said", len(places))

    def change(place: int, turn: Turn) -> Turn:
        if place not in places:
            return turn
        known = _sayings(scene.turns[:place])
        if not known:
            return turn
        again = draw.luck.sample(known, min(2, len(known)))
        lead = leads[places.index(place) % len(leads)]
        return append(turn, lead, *again)

    return joined(scene.turns, change)


def _sayings(turns: Sequence[Turn]) -> list[str]:
    said = [s for place in of_salesman(turns) for s in sentences_of(turns[place].text)]
    return [s for s in dict.fromkeys(said) if len(s.split()) >= _LONG_ENOUGH]


def _stage(turn: Turn) -> Stage | None:
    return turn.outline.stage if turn.outline else None


_LESS_TOLD = "the customer's answers were cut with the questions"
_MOVED = "what is said at the wrong moment does not earn it"

ORDER: tuple[Defect, ...] = (
    Defect(
        name="skipped_discovery",
        does="the turns that asked about the customer's situation are cut, with the answers",
        targets=("needs_discovery",),
        may_move={
            "guideline_adherence": "what is left may begin with a pitch",
            "business_analysis": _LESS_TOLD,
            "presentation": _LESS_TOLD + ", so that facts serve no need that was voiced",
            "need_fulfilment": _LESS_TOLD,
            "customization": _LESS_TOLD,
            "richness": "a call that only informs gives and takes less",
            "logical_coherence": "later turns come back to what was cut",
            "opening": "the second turn may have held a part of the opening",
            "compliance.missing_disclosure": "the second turn may have held a notice",
            "objection_handling": "an objection may have been cut with the answers",
            "operational_guidance": "what was cut may have confirmed a step",
        },
        plant=_skipped_discovery,
    ),
    Defect(
        name="pitch_before_need",
        does="the first question about needs is replaced by a pitch of two facts",
        targets=("needs_discovery", "guideline_adherence"),
        may_move={
            "presentation": "facts told before a need was voiced serve no voiced need",
            "customization": "facts told before a need was voiced are not chosen for it",
            "need_fulfilment": "facts told before a need was voiced serve no voiced need",
            "business_analysis": "the question that gave the situation back was taken out",
            "logical_coherence": "the customer's answer has no question any more",
            "opening": "the second turn may have held a part of the opening",
            "compliance.missing_disclosure": "the second turn may have held a notice",
        },
        plant=_pitch_before_need,
    ),
    Defect(
        name="shuffled_turns",
        does="the salesman's turns after the opening change places at random",
        targets=("logical_coherence",),
        may_move={
            "needs_discovery": _MOVED,
            "business_analysis": _MOVED,
            "presentation": _MOVED,
            "objection_handling": _MOVED,
            "operational_guidance": _MOVED,
            "need_fulfilment": _MOVED,
            "customization": _MOVED,
            "opening": _MOVED,
            "guideline_adherence": "the pitch may come first, and a notice too late",
            "safety": "an offer may now follow a refusal",
            "compliance.missing_disclosure": "a notice may come too late",
            "compliance.pressure_after_refusal": "an offer may now follow a refusal",
            "compliance.continued_after_do_not_call": "an offer may now follow such a request",
            "compliance.invented_consent": "the order may be confirmed before it is given",
        },
        plant=_shuffled_turns,
    ),
    Defect(
        name="repetition",
        does="every turn from the third on says again two sentences that were said before",
        targets=("logical_coherence", "richness"),
        may_move={
            "presentation": "repeated facts heap up in one turn",
            "compliance.pressure_after_refusal": "an offer may be repeated after a refusal",
            "compliance.continued_after_do_not_call": "an offer may be repeated after the request",
            "guideline_adherence": "an offer may be repeated after a refusal",
            "safety": "an offer may be repeated after a refusal",
        },
        plant=_repetition,
    ),
)
