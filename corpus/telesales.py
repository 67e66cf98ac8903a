"""Read dialogues of any shape that lists who said what, such as those of TeleSalesCorpus.

A list of turns may stand by itself, under some key of an object, or deeper; a transcript may be
one text of 'role: words' lines; rows of turns may name the dialogue they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.corpus.outside_roles import Roles, tidy
from ai_salesman.corpus.outside_turns import (
    NotADialogueError,
    OutsideDialogue,
    field_of,
    named_by_key,
    said_in,
)

__all__ = ["Found", "found_in", "listed_in", "name_of", "read_telesales", "read_turns", "turns_in"]

_TURN_KEYS = (
    *("messages", "conversations", "conversation", "dialogue", "dialog", "dialogues", "turns"),
    *("utterances", "history", "transcript", "log", "content", "text", "对话", "对话内容"),
)
_ID_KEYS = ("id", "dialogue_id", "dialog_id", "conversation_id", "conv_id", "call_id", "session_id")
_TURN_FIELDS = ("role", "speaker", "from", "author", "sender", "participant", "角色", "说话人")
_WORD_FIELDS = ("content", "text", "value", "utterance", "message", "sentence", "内容", "文本")
_DEEPEST = 6
_LOOKED_AT = 20
"""Elements by which a list is known to be one of turns."""


class Found(NamedTuple):
    """A dialogue somewhere in a piece of JSON, or something where one should be."""

    place: str
    value: object
    is_dialogue: bool


def found_in(value: object, place: str, roles: Roles) -> list[Found]:
    """The dialogues of a piece of JSON, in order; what else stands in its lists, too."""
    if isinstance(value, list):
        return listed_in(
            [(f"{place}: dialogue {n}", item) for n, item in enumerate(value, 1)], roles
        )
    return _searched(value, place, roles, 0)


def listed_in(items: Sequence[tuple[str, object]], roles: Roles) -> list[Found]:
    """The same for the items of a list, each with its place."""
    values = [value for _, value in items]
    if (rows := _rows_by_dialogue(values, roles)) is not None:
        where = items[0][0].rpartition(":")[0]
        return [Found(f"{where}: dialogue {tidy(name)[:40]!r}", rows[name], True) for name in rows]
    if _is_turn_list(values, roles):
        return [Found(items[0][0].rpartition(":")[0], values, True)]
    return [found for place, value in items for found in _searched(value, place, roles, 1)]


def _searched(value: object, place: str, roles: Roles, depth: int) -> list[Found]:
    if turns_in(value, roles) is not None:
        return [Found(place, value, True)]
    inner: list[Found] = []
    if depth < _DEEPEST:
        for name, child in _children(value):
            found = _searched_all(child, f"{place}, {name}", roles, depth + 1)
            if any(one.is_dialogue for one in found):
                inner += found
    return inner or [Found(place, value, False)]


def _searched_all(value: object, place: str, roles: Roles, depth: int) -> list[Found]:
    """Everything in a list counts, so that nothing in it is lost unseen."""
    if not isinstance(value, list) or turns_in(value, roles) is not None:
        return _searched(value, place, roles, depth)
    return [
        found
        for number, item in enumerate(value, 1)
        for found in _searched(item, f"{place} {number}", roles, depth + 1)
    ]


def _children(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        children: Iterator[tuple[str, object]] = ((tidy(k)[:30], v) for k, v in value.items())
    elif isinstance(value, list):
        children = ((f"item {number}", item) for number, item in enumerate(value, 1))
    else:
        return
    yield from ((name, child) for name, child in children if isinstance(child, dict | list))


def turns_in(value: object, roles: Roles) -> Sequence[object] | None:
    """The turns of what is a dialogue; None: it is none."""
    if isinstance(value, list):
        return value if _is_turn_list(value, roles) else None
    if not isinstance(value, dict):
        return None
    named = [field_of(value, key) for key in _TURN_KEYS]
    for child in (*named, *value.values()):
        if isinstance(child, list) and _is_turn_list(child, roles):
            return child
        if isinstance(child, str) and (lines := _transcript(child, roles)):
            return lines
    return None


def _transcript(text: str, roles: Roles) -> list[str] | None:
    """The lines of a text in which both sides speak."""
    lines = [line for line in text.splitlines() if line.strip()]
    said = [roles.prefixed(line) for line in lines]
    return lines if len({one.speaker for one in said if one}) == 2 else None


def _is_turn_list(items: Sequence[object], roles: Roles) -> bool:
    looked_at = items[:_LOOKED_AT]
    return bool(items) and 2 * sum(_is_turn(item, roles) for item in looked_at) >= len(looked_at)


def _is_turn(item: object, roles: Roles) -> bool:
    if isinstance(item, str):
        return roles.prefixed(item) is not None
    if isinstance(item, list):
        two_texts = len(item) == 2 and all(isinstance(part, str) for part in item)
        return two_texts and roles.speaker(item[0]) is not None
    if not isinstance(item, dict) or turns_in(item, roles) is not None:
        return False
    has_role = isinstance(field_of(item, *_TURN_FIELDS), str | dict)
    has_words = isinstance(field_of(item, *_WORD_FIELDS), str | list)
    return has_role or has_words or bool(named_by_key(item, roles))


def _rows_by_dialogue(items: Sequence[object], roles: Roles) -> dict[str, list[object]] | None:
    """Dialogue -> its turns, where every item is a turn that names its dialogue."""
    if not _is_turn_list(items, roles):
        return None
    rows: dict[str, list[object]] = {}
    for item in items:
        name = field_of(item, *_ID_KEYS[1:]) if isinstance(item, dict) else None
        if not isinstance(name, str | int):
            return None
        rows.setdefault(str(name), []).append(item)
    return rows


def read_telesales(value: object, roles: Roles) -> OutsideDialogue:
    """A dialogue as it was found.

    Raises:
        NotADialogueError: says what is missing, and where.
    """
    turns = turns_in(value, roles)
    if turns is None:
        raise NotADialogueError("no list of turns")
    dialogue = read_turns(turns, roles)
    if isinstance(value, dict):
        dialogue.id = name_of(value)
        dialogue.outcome = _outcome(value)
        language = field_of(value, "language", "lang")
        dialogue.language = tidy(language)[:40] if isinstance(language, str) else None
    return dialogue


def read_turns(turns: Sequence[object], roles: Roles) -> OutsideDialogue:
    """What the turns say.

    Raises:
        NotADialogueError: a turn does not tell who says what.
    """
    dialogue = OutsideDialogue(said=[])
    for number, turn in enumerate(turns, 1):
        said = said_in(turn, number, roles)
        if isinstance(said, str):
            dialogue.left_out[said] += 1
        else:
            dialogue.said += said
    return dialogue


def name_of(record: Mapping[str, object]) -> str | None:
    """The id that the record gives itself."""
    name = field_of(record, *_ID_KEYS)
    if isinstance(name, bool) or not isinstance(name, str | int):
        return None
    return tidy(str(name))[:100] or None


def _outcome(record: Mapping[str, object]) -> StopReason | None:
    """How the call ended, where that is told in this project's own words."""
    told = field_of(record, "outcome", "stop", "stop_reason")
    known = {reason.value for reason in StopReason}
    return StopReason(told) if isinstance(told, str) and told in known else None
