"""Scripts and conversations of the SalesLLM benchmark: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.files import read_lines
from ai_salesman.conversation.taxonomy import BuyingIntent

__all__ = [
    "SalesScore",
    "SalesScript",
    "SalesTalk",
    "append_talk",
    "read_scripts",
    "read_talks",
    "write_talks",
]

Kind = TypeVar("Kind", bound=BaseModel)

_CHINESE = ("zh", "chinese", "zh-cn", "中文")


class SalesScript(BaseModel):
    """One role-play; keys beyond these are passed through to the output."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str = Field(min_length=1)
    language: str = Field(min_length=1)
    user_system_prompt: str = Field(min_length=1)
    """Of the customer."""
    assistant_system_prompt: str = Field(min_length=1)
    """Of the salesperson."""
    trigger_sentence_en: str
    trigger_sentence_zh: str

    @field_validator("id", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @property
    def trigger(self) -> str:
        """The customer's opening line, in the language of the script."""
        return getattr(self, self.trigger_key).strip()  # type: ignore[no-any-return]

    @property
    def trigger_key(self) -> str:
        """The key of the opening line."""
        chinese = self.language.strip().lower() in _CHINESE
        return "trigger_sentence_zh" if chinese else "trigger_sentence_en"

    def same_as(self, other: SalesScript) -> bool:
        """Whether the other one plays the same roles from the same opening line."""
        keys = ("user_system_prompt", "assistant_system_prompt", "trigger")
        return all(getattr(self, key) == getattr(other, key) for key in keys)


class SalesScore(BaseModel):
    """Half buying intent, half process."""

    model_config = ConfigDict(frozen=True)

    judge: str
    intent: BuyingIntent | None = None
    outcome: float | None = None
    """A, B, C, X, F as 10, 8, 6, 4, 2."""
    process: float | None = None
    """Mean of the judged cells, 0 to 10."""
    total: float | None = None
    error: str | None = None
    """Why there is no score."""


class SalesTalk(SalesScript):
    """A script with the conversation that was played from it."""

    messages: tuple[dict[str, str], ...]
    """role user: the customer; role assistant: the salesperson; the trigger comes first."""
    played_with: dict[str, str] = {}
    """salesman, customer, rounds, seed."""
    turn_count: int
    """Messages after the trigger."""
    status: Literal["completed", "error"]
    ended_by: str = ""
    """rounds, signal or repeat; empty with an error."""
    error: str | None = None
    score: SalesScore | None = None


def read_scripts(path: Path) -> list[SalesScript]:
    """The scripts of a file.

    Raises:
        InputError: names file, line and key of what is wrong.
    """
    scripts: dict[str, SalesScript] = {}
    for number, text in _lines(path):
        script = _parsed(text, SalesScript, path, number)
        if not script.trigger:
            raise _wrong(path, number, script.trigger_key, "holds no words; the customer opens")
        if script.id in scripts:
            raise _wrong(path, number, "id", f"{script.id!r} stands in an earlier line")
        scripts[script.id] = script
    if not scripts:
        raise InputError("holds no scripts", source=path)
    return list(scripts.values())


def read_talks(path: Path) -> dict[str, SalesTalk]:
    """The conversations of an output file by id; of several the last. A last line that was
    cut off while it was written does not count.

    Raises:
        InputError: another line is no conversation.
    """
    if not path.exists():
        return {}
    whole = path.read_bytes().endswith(b"\n")
    lines = list(_lines(path))
    talks = [
        _parsed(text, SalesTalk, path, number) for number, text in (lines if whole else lines[:-1])
    ]
    return {talk.id: talk for talk in talks}


def append_talk(path: Path, talk: SalesTalk) -> None:
    """Add one conversation at the end."""
    with path.open("a", encoding="utf-8") as file:
        file.write(_line(talk))


def write_talks(path: Path, talks: Iterable[SalesTalk]) -> None:
    """Replace the file by these conversations, in one step.

    Raises:
        InputError: the place cannot be written.
    """
    beside = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text("".join(map(_line, talks)), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=path) from error


def _line(talk: SalesTalk) -> str:
    content = talk.model_dump(mode="json")
    if talk.error is None:
        content.pop("error")
    return json.dumps(content, ensure_ascii=False) + "\n"


def _lines(path: Path) -> Sequence[tuple[int, str]]:
    return [(n, text) for n, text in enumerate(read_lines(path), 1) if text.strip()]


def _parsed(text: str, kind: type[Kind], path: Path, number: int) -> Kind:
    content: Any
    try:
        content = json.loads(text)
    except ValueError as error:
        message = f"is not JSON ({error}); write one object a line"
        raise InputError(message, source=f"{path}:{number}") from error
    if not isinstance(content, dict):
        raise InputError("is not a JSON object", source=f"{path}:{number}")
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        if first["type"] == "missing":
            raise _wrong(path, number, key, "is missing") from error
        found = f"{first['input']!r:.40}"
        raise _wrong(path, number, key, f"{first['msg'].lower()}, found {found}") from error


def _wrong(path: Path, number: int, key: str, what: str) -> InputError:
    return InputError(what, source=f"{path}:{number}", field=key)
