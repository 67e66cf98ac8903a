"""Words of a call as they are: no markup is obeyed, and what cannot be seen is made visible."""

from __future__ import annotations

import unicodedata

from ai_salesman.conversation.turn import Turn

__all__ = ["one_line", "spoken", "visible"]

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories that a terminal obeys or hides: controls, formats, line separators."""

_KEPT = frozenset("\n\u200c\u200d")
"""Line ends, and the joiners that emoji and several scripts are made of."""


def visible(text: str) -> str:
    """`text` with every control character replaced by a sign for it.

    Escape becomes ␛, other controls their control picture, invisible and text-reversing
    characters their code point in angle brackets. Line ends stay.
    """
    text = text.replace("\r\n", "\n")
    if text.isprintable():
        return text
    return "".join(_sign(character) for character in text)


def one_line(text: str) -> str:
    """`visible` text on one line, for tables and titles: line ends become ⏎."""
    return visible(text).replace("\n", "⏎")


def spoken(turn: Turn) -> str:
    """What is shown of a turn: its messages, each on a line of its own, as `visible` text."""
    return visible("\n".join(turn.messages) if len(turn.messages) > 1 else turn.text)


def _sign(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _UNSEEN:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"
