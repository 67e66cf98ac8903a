"""The tokenizer and the prompts of the embedded salesman: context first, then the plan.

    <customer>context<plan>plan | reply<end>

Planned by a planner, the plan stands in the prompt; otherwise the model completes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ai_salesman.corpus.plan_prompt import SEPARATOR
from ai_salesman.training.own_tokenizer import PLAN, SELLS, train_tokenizer

__all__ = ["open_prompt", "plan_tokenizer", "planned_prompt"]

_CHAT_TEMPLATE = (
    "{% for m in messages %}"
    "{% if m['role'] == 'user' %}<customer>{{ m['content'] }}"
    "{% elif m['role'] == 'assistant' %}<plan>{{ m['content'] }}<end>{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}<plan>{% endif %}"
)
"""An instruction (the system's message) is left out: the model was trained without."""


def open_prompt(context: str) -> str:
    """The prompt of a model that is to plan for itself."""
    return f"{SELLS.heard}{context}{PLAN}"


def planned_prompt(context: str, plan: str) -> str:
    """The prompt of a model that is told its plan; the reply follows after a space."""
    return f"{open_prompt(context)}{plan}{SEPARATOR}"


def plan_tokenizer(texts: Iterable[str], vocabulary: int) -> Any:
    """A `PreTrainedTokenizerFast` of at most `vocabulary` tokens, trained on `texts`.

    Its chat template makes the prompts above from the messages of `corpus.plan_prompt`.
    """
    tokenizer = train_tokenizer(texts, vocabulary, SELLS)
    tokenizer.chat_template = _CHAT_TEMPLATE
    return tokenizer
