"""The prompt of a model trained by this project: the outline, then the customer's words.

Corpus, training and the salesman all use this one function, so that a trained model meets
at work exactly what it met in training.
"""

from __future__ import annotations

from collections.abc import Iterable

from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy

__all__ = ["NO_PLAN", "outline_prompt"]

NO_PLAN = "free"
"""Stands for the whole plan when there is none."""

_MOST_WORDS = 40
"""Of a long customer turn the last words are kept: the question stands at the end."""


def outline_prompt(
    stage: Stage | None,
    strategy: Strategy | None,
    intent: CustomerAct | None,
    slots: Iterable[str],
    words: str,
) -> tuple[str, str]:
    """(system, user) message of one salesman turn.

    Args:
        stage: planned stage, None for no plan.
        strategy: planned strategy, None for no plan.
        intent: recognised act of the customer.
        slots: fact slots that the turn should state.
        words: the customer's last words; empty at the opening.
    """
    if stage is None or strategy is None:
        plan = NO_PLAN
    else:
        act = intent.value if intent else "silence"
        facts = " ".join(f"{{{slot}}}" for slot in sorted(set(slots)))
        plan = f"{stage.value} {strategy.value} {act} {facts}".strip()
    kept = words.split()[-_MOST_WORDS:]
    return plan, " ".join(kept)
