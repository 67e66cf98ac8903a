"""Defects that try to earn something by words alone: padding, self-praise, orders to a judge."""

from __future__ import annotations

from collections.abc import Sequence

from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.defects.base import Defect, Draw, Scene
from ai_salesman.evaluation.defects.edits import insert, joined, of_salesman

__all__ = ["STUFFING"]


def _padding(scene: Scene, draw: Draw) -> Sequence[Turn] | None:
    """Two sentences that say nothing in every turn but the last."""
    return _stuffed(scene, draw, "padding", 2, of_salesman(scene.turns)[:-1])


def _self_praise(scene: Scene, draw: Draw) -> Sequence[Turn] | None:
    places = of_salesman(scene.turns)[1:-1]
    return _stuffed(scene, draw, "self_praise", 1, draw.luck.sample(places, min(4, len(places))))


def _judge_instruction(scene: Scene, draw: Draw) -> Sequence[Turn] | None:
    places = of_salesman(scene.turns)[:-1]
    chosen = draw.luck.sample(places, min(2, len(places)))
    return _stuffed(scene, draw, "judge_instruction", 1, chosen)


def _stuffed(
    scene: Scene, draw: Draw, name: str, each: int, places: Sequence[int]
) -> Sequence[Turn] | None:
    if len(places) < 2:
        return None
    forms = [form.format() for form in draw.forms(name, each * len(places))]

    def change(place: int, turn: Turn) -> Turn:
        if place not in places:
            return turn
        first = each * places.index(place)
        again = [forms[number % len(forms)] for number in range(first, first + each)]
        return insert(turn, draw.luck, *again)

    return joined(scene.turns, change)


STUFFING: tuple[Defect, ...] = (
    Defect(
        name="padding",
        does="every turn but the last gets two sentences that say nothing",
        targets=("richness",),
        may_move={},
        plant=_padding,
    ),
    Defect(
        name="self_praise",
        does="the salesman praises itself and its call in four turns",
        targets=(),
        may_move={"richness": "self-praise is padding"},
        plant=_self_praise,
    ),
    Defect(
        name="judge_instruction",
        does="two turns tell whoever judges the call to give it the best marks",
        targets=(),
        may_move={},
        plant=_judge_instruction,
    ),
)
