"""Count what a corpus holds, and what it was made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.errors import MissingPartError
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.corpus.connectives import embedded_connectives
from ai_salesman.corpus.customer_lines import customer_lines
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.corpus.salesman_templates import salesman_templates

__all__ = ["FEWEST_TEMPLATES", "CorpusStats", "TemplateCounts", "corpus_stats", "count_templates"]

FEWEST_TEMPLATES = 1200
"""A package with fewer is damaged."""


class TemplateCounts(BaseModel):
    """How many hand-written pieces there are."""

    model_config = ConfigDict(frozen=True)

    customer: int
    salesman_good: int
    salesman_bad: int
    connectives: int

    @property
    def total(self) -> int:
        """All pieces."""
        return self.customer + self.salesman_good + self.salesman_bad + self.connectives


class CorpusStats(BaseModel):
    """What a corpus holds."""

    model_config = ConfigDict(frozen=True)

    dialogues: int
    salesman_turns: int
    customer_turns: int
    bad_habit_turns: int
    distinct_salesman_texts: int
    splits: dict[str, int]
    outcomes: dict[str, int]
    strategies: dict[str, int]
    acts: dict[str, int]


def count_templates() -> TemplateCounts:
    """Count the pieces that ship with the package.

    Raises:
        MissingPartError: there are fewer than `FEWEST_TEMPLATES`.
    """
    salesman, pieces = salesman_templates(), embedded_connectives()
    bad = sum(template.habit is not None for template in salesman)
    pools = [*pieces.acknowledgements.values(), *pieces.additions.values()]
    counts = TemplateCounts(
        customer=len(customer_lines()),
        salesman_good=len(salesman) - bad,
        salesman_bad=bad,
        connectives=sum(len(pool) for pool in pools),
    )
    if counts.total < FEWEST_TEMPLATES:
        raise MissingPartError(
            f"only {counts.total} of {FEWEST_TEMPLATES} or more templates found; reinstall"
        )
    return counts


def corpus_stats(dialogues: Iterable[CorpusDialogue]) -> CorpusStats:
    """Count dialogues, turns, outcomes, strategies and acts."""
    known = list(dialogues)
    turns = [turn for dialogue in known for turn in dialogue.turns]
    sold = [turn for turn in turns if turn.speaker is Speaker.SALESMAN]
    return CorpusStats(
        dialogues=len(known),
        salesman_turns=len(sold),
        customer_turns=len(turns) - len(sold),
        bad_habit_turns=sum(turn.habit is not None for turn in sold),
        distinct_salesman_texts=len({turn.text for turn in sold}),
        splits=_count(dialogue.split for dialogue in known),
        outcomes=_count(dialogue.outcome for dialogue in known if dialogue.outcome),
        strategies=_count(turn.strategy for turn in sold if turn.strategy),
        acts=_count(turn.act for turn in turns if turn.act),
    )


def _count(names: Iterable[str]) -> dict[str, int]:
    return {str(name): count for name, count in Counter(names).most_common()}
