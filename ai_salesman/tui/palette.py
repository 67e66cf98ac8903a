"""The few colours of the reader, taken from the theme so that light and dark both read well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual.app import App
from textual.color import Color

from ai_salesman.conversation.taxonomy import StopReason

__all__ = ["FAINT", "MUTED", "Palette"]

MUTED = "$foreground 60%"
"""Of words that stand back, where a style may name a colour of the theme."""

FAINT = "$foreground 30%"
"""Of the empty part of a bar."""


@dataclass(frozen=True)
class Palette:
    """Colours as Rich styles."""

    good: str
    warn: str
    bad: str
    accent: str
    muted: str

    @classmethod
    def of(cls, app: App[Any]) -> Palette:
        """The colours of the theme that `app` shows now."""
        theme = app.theme_variables
        text = Color.parse(theme["foreground"])
        return cls(
            good=_readable(theme["success"], text),
            warn=_readable(theme["warning"], text),
            bad=_readable(theme["error"], text),
            accent=_readable(theme["primary"], text),
            muted=_muted(text, Color.parse(theme["surface"])),
        )

    def of_stop(self, stop: StopReason) -> str:
        """Green for a sale, red for what must not happen, grey for the rest."""
        if stop is StopReason.AGREED:
            return self.good
        if stop in (StopReason.DO_NOT_CALL, StopReason.INFRASTRUCTURE_ERROR):
            return self.bad
        return self.warn if stop is StopReason.CALLBACK else self.muted


def _readable(colour: str, text: Color) -> str:
    """`colour` drawn towards the text colour, for contrast against the background."""
    if colour.startswith("ansi_"):
        return colour.removeprefix("ansi_")
    return Color.parse(colour).blend(text, 0.3).hex6


def _muted(text: Color, surface: Color) -> str:
    """A terminal's own colours cannot be mixed; there, words that stand back are dim."""
    return "dim" if text.ansi is not None else text.blend(surface, 0.4).hex6
