"""The customer's wording of one split, in the form in which the agenda customer takes it."""

from __future__ import annotations

from functools import lru_cache

from ai_salesman.conversation.taxonomy import Style
from ai_salesman.corpus.customer_split import templates_of
from ai_salesman.corpus.dialogue import Split
from ai_salesman.corpus.salesman_templates import template_id
from ai_salesman.corpus.splits import split_templates
from ai_salesman.simulators.wording import Answers, load_answers

__all__ = ["answers_of", "texts_of"]


@lru_cache(maxsize=3)
def answers_of(split: Split) -> Answers:
    """The short answers of `split`; a style that has none there takes those of another."""
    known = load_answers().root
    pairs = [
        (template_id(name, text), name)
        for name, forms in known.items()
        for texts in forms.values()
        for text in texts
    ]
    splits = split_templates(pairs)
    found: dict[str, dict[Style, tuple[str, ...]]] = {}
    for name, forms in known.items():
        own = {
            style: tuple(t for t in texts if splits[template_id(name, t)] is split)
            for style, texts in forms.items()
        }
        everything = tuple(text for texts in own.values() for text in texts)
        found[name] = {style: texts or everything for style, texts in own.items()}
    return Answers(found)


def texts_of(split: Split) -> set[str]:
    """Every template and short answer of `split`."""
    lines = {
        text
        for file in templates_of(split).values()
        for texts in (*file.forms.values(), file.again)
        for text in texts
    }
    answers = {
        text
        for forms in answers_of(split).root.values()
        for texts in forms.values()
        for text in texts
    }
    return lines | answers
