"""Defects in what is said of the offer: superlatives, and what the sheet forbids."""

from __future__ import annotations

from collections.abc import Sequence

from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.defects.base import Defect, Draw, Scene
from ai_salesman.evaluation.defects.edits import (
    insert_at,
    late_turn,
    of_salesman,
)

__all__ = ["CLAIMS"]


def _superlative(scene: Scene, draw: Draw) -> Sequence[Turn] | None:
    """Two of them, in two turns."""
    places = of_salesman(scene.turns)[1:-1]
    if len(places) < 2:
        return None
    chosen = draw.luck.sample(places, 2)
    said = dict(zip(chosen, draw.forms("superlative", 2), strict=True))
    return insert_at(scene.turns, said, draw.luck)


def _forbidden(scene: Scene, draw: Draw) -> Sequence[Turn] | None:
    place = late_turn(scene.turns, draw.luck)
    phrases = [phrase for bad in scene.sheet.forbidden for phrase in bad.phrases]
    if place is None or not phrases:
        return None
    said = draw.form("forbidden", phrase=draw.luck.choice(phrases))
    return insert_at(scene.turns, {place: said}, draw.luck)


CLAIMS: tuple[Defect, ...] = (
    Defect(
        name="unsupported_superlative",
        does="two turns boast of the offer in words that no fact of the sheet supports",
        targets=("claims.unsupported", "factual_correctness"),
        may_move={
            "claims.forbidden": "a boast may be one that the sheet forbids",
            "presentation": "a claim that the sheet does not support spoils the presentation",
            "safety": "a boast that the sheet forbids is a deception",
        },
        plant=_superlative,
    ),
    Defect(
        name="forbidden_claim",
        does="a phrase that the sheet forbids is said",
        targets=("claims.forbidden", "factual_correctness"),
        may_move={
            "presentation": "a claim that the sheet does not support spoils the presentation",
            "safety": "a forbidden claim is a deception",
            "claims.unsupported": "a forbidden phrase may be a boast as well",
            "compliance.pressure": "some sheets forbid words of pressure",
            "guideline_adherence": "some sheets forbid words of pressure",
        },
        plant=_forbidden,
    ),
)
