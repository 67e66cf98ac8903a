"""Read real dialogues, one JSON object a line, from a folder that the machine may have.

Nothing of them is part of this package; they are read in place, for checks only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.conversation.turn import Turn

__all__ = ["RealDialogue", "RealTurn", "dialogues_folder", "read_dialogues", "turns_of"]

_VARIABLE = "REAL_DIALOGUES"
_SPEAKERS = {"salesperson": Speaker.SALESMAN, "customer": Speaker.CUSTOMER}


class RealTurn(BaseModel):
    """What somebody said, with what somebody else wrote about it."""

    model_config = ConfigDict(frozen=True)

    role: Literal["salesperson", "customer"]
    text: str
    labels: dict[str, Any] = {}


class RealDialogue(BaseModel):
    """One dialogue of real people."""

    model_config = ConfigDict(frozen=True)

    id: str
    language: str = "en"
    turns: tuple[RealTurn, ...]
    outcome: dict[str, Any] = {}
    persona: dict[str, dict[str, Any]] = {}


def dialogues_folder() -> Path:
    """The folder named by REAL_DIALOGUES.

    Raises:
        InputError: the variable is not set, or names no folder.
    """
    named = os.environ.get(_VARIABLE)
    if not named:
        raise InputError(
            f"{_VARIABLE} is not set: there are no real dialogues here; "
            "set it to a folder of them, or leave --real out"
        )
    if not Path(named).is_dir():
        raise InputError(f"{named}: no such folder; set {_VARIABLE} to one", source=_VARIABLE)
    return Path(named)


def read_dialogues(path: Path) -> Iterator[RealDialogue]:
    """The dialogues of one file.

    Raises:
        InputError: no such file, or a line of it is no dialogue.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file of real dialogues")
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield RealDialogue.model_validate_json(line)
            except ValidationError as error:
                reason = error.errors()[0]["msg"]
                raise InputError(f"not a dialogue: {reason}", source=f"{path}:{number}") from error


def turns_of(said: tuple[RealTurn, ...]) -> tuple[Turn, ...]:
    """Turns as judges hear them; what one side says in a row is one turn."""
    turns: list[Turn] = []
    for real in said:
        speaker = _SPEAKERS[real.role]
        if turns and turns[-1].speaker is speaker:
            turns[-1] = turns[-1].model_copy(update={"text": f"{turns[-1].text} {real.text}"})
        elif real.text.strip():
            turns.append(Turn(index=len(turns), speaker=speaker, text=real.text.strip()))
    return tuple(turns)
