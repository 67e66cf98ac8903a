"""Whether a campaign offers what a persona of the caller's own wants."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.conversation.persona import Persona

__all__ = ["check_needs"]


def check_needs(
    persona: Persona,
    offered: Collection[str],
    elsewhere: Collection[str] = (),
    source: Path | None = None,
    field: str = "needs",
) -> None:
    """Refuse a need that is no campaign's, and a persona that this campaign has nothing for.

    Args:
        persona: read from a file.
        offered: needs of the campaign's sheet.
        elsewhere: needs of other trades; a persona for several campaigns may have them too.
        source: the file that holds the persona, for messages.
        field: where its needs stand in `source`.

    Raises:
        UnknownNameError: a need that nobody knows, likely a slip; offers the nearest.
        InputError: none of the needs is the campaign's.
    """
    for need in persona.needs:
        if need not in offered and need not in elsewhere:
            raise UnknownNameError("need", need, offered, source=source, field=field)
    if not any(need in offered for need in persona.needs):
        raise InputError(
            f"none of {', '.join(persona.needs)} is a need of this campaign; "
            f"weigh at least one of {', '.join(sorted(offered))}",
            source=source,
            field=field,
        )
