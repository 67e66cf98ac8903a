"""Hand-written customer sentences by act and style, as data: `templates/customer/<act>.yaml`.

act: ask_price
forms: {plain: [...], chatty: [...], terse: [...], formal: [...]}
again: [...]          # optional: said when the act comes a second time
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Self

from pydantic import model_validator

from ai_salesman.conversation.facts import Strict
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.slots import SLOT_FORMS, slots_in
from ai_salesman.conversation.taxonomy import CustomerAct, Style

__all__ = ["CustomerTemplates", "load_customer_templates"]


class CustomerTemplates(Strict):
    """The sentences of one act."""

    act: CustomerAct
    forms: dict[Style, tuple[str, ...]]
    again: tuple[str, ...] = ()
    """Sentences for coming back to the same thing."""
    spare: tuple[str, ...] = ()
    """Sentences for when all others were said."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        for text in (*self.again, *(text for forms in self.forms.values() for text in forms)):
            unknown = set(slots_in(text)) - set(SLOT_FORMS)
            if unknown:
                raise ValueError(f"unknown slot {{{min(unknown)}}} in {text!r}")
        return self

    def of_style(self, style: Style) -> tuple[str, ...]:
        """The sentences of `style`; plain ones where the file has none."""
        return self.forms.get(style) or self.forms.get(Style.PLAIN, ())


@lru_cache(maxsize=4)
def load_customer_templates(folder: Path | None = None) -> dict[CustomerAct, CustomerTemplates]:
    """Act -> its sentences, from `folder` or the built-in ones.

    Raises:
        InputError: a file does not fit the format.
    """
    root = folder or Path(str(resources.files("ai_salesman.corpus"))) / "templates" / "customer"
    loaded = (load_yaml_model(path, CustomerTemplates) for path in sorted(root.glob("*.yaml")))
    return {templates.act: templates for templates in loaded}
