"""What a corpus is made of: dialogues of a salesman and a customer, with their hidden labels."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.taxonomy import (
    CustomerAct,
    Speaker,
    Stage,
    StopReason,
    Strategy,
    Style,
    Tier,
)

__all__ = ["CorpusDialogue", "CorpusTurn", "Habit", "Skill", "Split"]


class Split(StrEnum):
    """What a dialogue may be used for. No two splits share a template."""

    TRAIN = "train"
    """To learn from."""
    VALID = "valid"
    """To choose settings with."""
    TEST = "test"
    """To report figures on."""


class Skill(StrEnum):
    """How good a salesman of the corpus is."""

    NOVICE = "novice"
    """Often picks the wrong strategy, often falls into bad habits."""
    AVERAGE = "average"
    """Mostly right."""
    EXPERT = "expert"
    """Nearly always right."""


class Habit(StrEnum):
    """What is bad about a salesman turn."""

    PRESSURE = "pressure"
    """Pushes: false urgency, guilt, refusal to take a no."""
    GENERIC = "generic"
    """A stock phrase that could be said to anyone."""
    IGNORE = "ignore"
    """Passes over what the customer said."""
    MISQUOTE = "misquote"
    """Says something untrue about the offer or the customer's words."""
    RUDE = "rude"
    """Is impolite."""


class CorpusTurn(BaseModel):
    """One turn. Salesman text is delexicalised, customer text holds plain words."""

    model_config = ConfigDict(frozen=True)

    speaker: Speaker
    text: str
    stage: Stage | None = None
    """Salesman turns."""
    strategy: Strategy | None = None
    """Salesman turns."""
    fitting: bool = True
    """Salesman turns: the strategy is one that answers the customer's last act."""
    habit: Habit | None = None
    """Salesman turns: None is a good turn."""
    act: CustomerAct | None = None
    """Customer turns."""
    slots: tuple[str, ...] = ()
    """Slots that the turn speaks with, filled or not."""
    templates: tuple[str, ...] = ()
    """Ids of the templates that the turn was made from."""
    confidence: float | None = None
    """The strategy or act was read by a classifier, with this probability. None: not read."""


class CorpusDialogue(BaseModel):
    """One call. What was not built here may lack everything but its id, split and turns."""

    model_config = ConfigDict(frozen=True)

    id: str
    split: Split
    trade: str | None = None
    """What kind of offer it is about; see fillers.yaml."""
    tier: Tier | None = None
    style: Style | None = None
    skill: Skill | None = None
    outcome: StopReason | None = None
    """None: nobody knows how the call ended."""
    outcome_confidence: float | None = None
    """The outcome was read by a classifier, with this probability. None: not read."""
    values: dict[str, str] = {}
    """Slot -> words of this call: fills the salesman's turns for a reader."""
    turns: tuple[CorpusTurn, ...]
    source: str | None = None
    """Imported: what it was read from."""
    language: str | None = None
    """Imported: as its source calls it. None: English, or unknown."""
