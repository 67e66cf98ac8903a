"""Customer templates as labelled lines: what the corpus and the training of heads draw from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ai_salesman.conversation.taxonomy import CustomerAct, Style
from ai_salesman.corpus.customer_templates import CustomerTemplates, load_customer_templates
from ai_salesman.corpus.salesman_templates import template_id

__all__ = ["CustomerLine", "customer_lines"]


class CustomerLine(NamedTuple):
    """One customer template."""

    id: str
    act: CustomerAct
    style: Style | None
    """None: said by anyone who comes back to the same thing."""
    text: str


def customer_lines(
    templates: Iterable[CustomerTemplates] | None = None,
) -> tuple[CustomerLine, ...]:
    """All lines of `templates`, each text of an act once; None takes those of the package."""
    known = load_customer_templates().values() if templates is None else templates
    lines = [
        CustomerLine(template_id(file.act, text), file.act, style, text.strip())
        for file in known
        for style, text in _styled(file)
    ]
    return tuple({line.id: line for line in lines}.values())


def _styled(file: CustomerTemplates) -> list[tuple[Style | None, str]]:
    styled: list[tuple[Style | None, str]] = [
        (style, text) for style, texts in file.forms.items() for text in texts
    ]
    return [*styled, *((None, text) for text in file.again)]
