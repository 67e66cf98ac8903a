"""Load the hand-written salesman templates."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.slots import SLOT_FORMS, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.corpus.dialogue import Habit

__all__ = [
    "SalesmanTemplate",
    "load_salesman_templates",
    "salesman_templates",
    "stage_of",
    "template_id",
]


class _Utterance(Strict):
    text: str
    strategy: Strategy
    answers: tuple[CustomerAct | Literal["silence"], ...] = ()
    habit: Habit | None = None


class _File(Strict):
    stage: Stage | Literal["bad_habits"]
    utterances: tuple[_Utterance, ...]


@dataclass(frozen=True)
class SalesmanTemplate:
    """One salesman utterance with slots."""

    id: str
    text: str
    strategy: Strategy
    answers: frozenset[CustomerAct | None]
    """Acts that it answers; None is the opening of a call, before the customer spoke."""
    habit: Habit | None
    """None: a good utterance."""
    stage: Stage | None
    """None: a bad habit, which has no stage of its own."""


def template_id(place: str, text: str) -> str:
    """A name that stays the same when templates are added or moved within their file."""
    return f"{place}:{hashlib.sha1(text.encode()).hexdigest()[:10]}"


@lru_cache(maxsize=1)
def salesman_templates() -> tuple[SalesmanTemplate, ...]:
    """The templates that ship with the package."""
    root = Path(str(resources.files("ai_salesman.corpus")))
    return load_salesman_templates(root / "templates" / "salesman")


def load_salesman_templates(folder: Path) -> tuple[SalesmanTemplate, ...]:
    """All templates of the YAML files in `folder`, each text once.

    Raises:
        InputError: no files there, or one does not fit.
    """
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise InputError("no template files (*.yaml) here; check the folder", source=folder)
    found = [template for path in paths for template in _read(path)]
    return tuple({template.id: template for template in found}.values())


def stage_of(templates: tuple[SalesmanTemplate, ...]) -> dict[Strategy, Stage]:
    """The stage in which each strategy is at home, by the files that hold it."""
    stages: dict[Strategy, Stage] = {}
    for template in templates:
        if template.stage is not None:
            stages.setdefault(template.strategy, template.stage)
    return stages


def _read(path: Path) -> list[SalesmanTemplate]:
    file = load_yaml_model(path, _File)
    stage = file.stage if isinstance(file.stage, Stage) else None
    return [
        SalesmanTemplate(
            id=template_id(path.stem, utterance.text),
            text=_checked(utterance.text, path),
            strategy=utterance.strategy,
            answers=_answered(utterance),
            habit=utterance.habit,
            stage=stage,
        )
        for utterance in file.utterances
    ]


def _answered(utterance: _Utterance) -> frozenset[CustomerAct | None]:
    acts = {act if isinstance(act, CustomerAct) else None for act in utterance.answers}
    # Nobody can open a call with an answer: only what fits a greeting fits silence too.
    if utterance.strategy is Strategy.INTRODUCE and acts <= {None, CustomerAct.GREET}:
        acts.add(None)
    return frozenset(acts)


def _checked(text: str, path: Path) -> str:
    for slot in slots_in(text):
        if slot not in SLOT_FORMS:
            raise UnknownNameError("slot", slot, SLOT_FORMS, source=path, field=text[:40])
    return text.strip()
