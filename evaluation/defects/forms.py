"""The surface forms of planted words: a list of sentences for each kind of words."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ai_salesman.conversation.facts import Strict

__all__ = ["Forms"]

_FEWEST = 20


class Forms(Strict):
    """The file `forms.yaml`."""

    lists: dict[str, Annotated[tuple[str, ...], Field(min_length=_FEWEST)]]
    """Kind of words -> its surface forms."""
