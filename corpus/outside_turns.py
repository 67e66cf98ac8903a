"""Who said what in a dialogue that others wrote down: role and content in many spellings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.corpus.outside_roles import Roles, Said, tidy

__all__ = [
    "NotADialogueError",
    "OutsideDialogue",
    "field_of",
    "named_by_key",
    "said_in",
    "text_of",
]

_ROLE_KEYS = ("role", "speaker", "from", "author", "sender", "participant", "角色", "说话人")
_TEXT_KEYS = (
    *("content", "text", "value", "utterance", "message", "sentence", "transcript"),
    *("内容", "文本", "话语"),
)


class NotADialogueError(ValueError):
    """A dialogue cannot be read. Never leaves the importer: it becomes a line of the report."""

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(reason)
        self.reason = reason
        """The same words for the same trouble, so that it can be counted."""
        self.detail = detail
        """Where in the dialogue, and what was found."""


@dataclass
class OutsideDialogue:
    """A dialogue as a reader found it."""

    said: list[Said]
    id: str | None = None
    outcome: StopReason | None = None
    language: str | None = None
    source: str | None = None
    about: str | None = None
    """What is sold, where that is told: dialogues about the same go to the same split."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Reason -> turns that are no spoken words."""


def field_of(record: Mapping[str, object], *names: str) -> object:
    """The first of these keys that the record has, in any case of letters; None: it has none."""
    known = {key.strip().casefold(): value for key, value in reversed(list(record.items()))}
    return next((known[name] for name in names if known.get(name) is not None), None)


def text_of(value: object) -> str | None:
    """Words, also where they are given in parts; None: these are none."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, list) and value:
        parts = [part.get("text") if isinstance(part, dict) else part for part in value]
        if all(isinstance(part, str) for part in parts):
            return tidy(" ".join(map(str, parts)))
    return None


def said_in(turn: object, number: int, roles: Roles) -> list[Said] | str:
    """What a turn says, mostly one thing; or, as text, why it is left out.

    Args:
        turn: {"role": ..., "content": ...}, {"customer": ...}, [role, text] or "role: text".
        number: of the turn, from 1, for the report.
        roles: who is who.

    Raises:
        NotADialogueError: nobody can tell who says what.
    """
    role, text = _parts(turn, number, roles)
    if isinstance(role, list):
        return [said for said in role if said.text] or "no words"
    if roles.silent(role):
        return "a message of the system"
    speaker = roles.speaker(role)
    if speaker is None:
        raise NotADialogueError("unknown role", f"turn {number}: {_shown(role)}")
    if not text:
        return "no words"
    return [Said(speaker, text)]


def _parts(turn: object, number: int, roles: Roles) -> tuple[str | list[Said], str]:
    if isinstance(turn, dict):
        return _parts_of_mapping(turn, number, roles)
    if isinstance(turn, list) and len(turn) == 2 and all(isinstance(part, str) for part in turn):
        return turn[0], tidy(turn[1])
    if isinstance(turn, str):
        if said := roles.prefixed(turn):
            return [said], ""
        raise NotADialogueError("no role before the words", f"turn {number}: {_shown(turn)}")
    raise NotADialogueError("not a turn", f"turn {number} is {_kind(turn)}")


def _parts_of_mapping(
    turn: Mapping[str, object], number: int, roles: Roles
) -> tuple[str | list[Said], str]:
    role = field_of(turn, *_ROLE_KEYS)
    if isinstance(role, dict):  # such as {"author": {"role": "user"}}
        role = field_of(role, "role", "name")
    if not isinstance(role, str):
        if named := named_by_key(turn, roles):
            return named, ""
        keys = ", ".join(list(turn)[:5]) or "none"
        raise NotADialogueError("no role key", f"turn {number}: its keys are {_shown(keys)}")
    content = field_of(turn, *_TEXT_KEYS)
    text = text_of(content)
    if text is None and content not in (None, [], ""):
        raise NotADialogueError("content is no text", f"turn {number} holds {_kind(content)}")
    if text is None and not {key.strip().casefold() for key in turn} & set(_TEXT_KEYS):
        keys = ", ".join(list(turn)[:5])
        raise NotADialogueError("no content key", f"turn {number}: its keys are {_shown(keys)}")
    return role, text or ""


def named_by_key(turn: Mapping[str, object], roles: Roles) -> list[Said]:
    """What a turn says whose keys are roles, such as {"customer": "hello"}."""
    said = []
    for key, value in turn.items():
        speaker = roles.speaker(key)
        if speaker is not None and isinstance(value, str):
            said.append(Said(speaker, tidy(value)))
    return said


def _shown(text: str) -> str:
    text = tidy(text)
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    return names.get(type(value), "nothing" if value is None else "a number")
