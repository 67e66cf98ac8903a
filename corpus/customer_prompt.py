"""The prompt of a customer model trained by this project, and how its reply is read.

One model serves two ways of speaking; the first word of the plan chooses. `say` names what to
do, and the model finds the words. `decide` names how the customer feels, and the model answers
with an act and the words for it. Training and the customer at work both use these functions,
so that the model meets at work what it met in training.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ai_salesman.conversation.taxonomy import CustomerAct, Style

__all__ = ["MindBands", "Wanted", "decide_prompt", "decided", "decision", "say_prompt"]

_MOST_WORDS = 20
"""Of a long salesman turn the last words are kept: the question stands at the end."""
_UNKNOWN = "unknown"


class Wanted(NamedTuple):
    """What a customer turn is to do and to mention."""

    style: Style
    acts: tuple[CustomerAct, ...] = ()
    """One or two acts, in order; empty when a short answer is all."""
    answer: str = ""
    """Name of the short answer that comes first."""
    again: bool = False
    """The last act comes back to something that was said before."""
    slots: tuple[str, ...] = ()
    """What the words mention."""


class MindBands(NamedTuple):
    """A customer's state in bands: coarse, so that a model may come to another decision."""

    interest: int
    """0 none to 3 keen."""
    trust: int
    """0 none to 3 firm."""
    patience: int
    """0 spent to 3 ample."""
    price: str
    """unheard, bargain, fair, dear or absurd beside the reserve price."""
    doubts: tuple[CustomerAct, ...]
    """Open objections."""
    asked: int
    """How often a decision was asked for, up to 3."""
    asked_now: bool
    """The salesman's last turn asks for a decision."""
    refused: bool
    last: CustomerAct | None
    """The customer's own last act."""


def say_prompt(wanted: Wanted, words: str) -> tuple[str, str]:
    """(plan, words) when the act is chosen.

    Args:
        wanted: what the turn is to do.
        words: the salesman's last words.
    """
    acts = [act.value for act in wanted.acts]
    slots = [f"{{{slot}}}" for slot in sorted(set(wanted.slots))]
    again = ["again"] if wanted.again else []
    answer = [wanted.answer] if wanted.answer else []
    plan = ["say", wanted.style.value, *answer, *acts, *again, *slots]
    return " ".join(plan), _last(words)


def decide_prompt(style: Style, mind: MindBands | None, words: str) -> tuple[str, str]:
    """(plan, words) when the model names the act.

    Args:
        style: how the customer talks.
        mind: how it feels; None where that is not known.
        words: the salesman's last words.
    """
    return " ".join(["decide", style.value, *_bands(mind)]), _last(words)


def decision(act: CustomerAct, line: str) -> str:
    """The reply that names its act."""
    return f"{act.value}: {line}"


def decided(reply: str) -> tuple[CustomerAct | None, str]:
    """The act that a reply names and its words; None and the reply when it names none."""
    name, colon, line = reply.partition(":")
    if colon and name.strip() in set(CustomerAct):
        return CustomerAct(name.strip()), line.strip()
    return None, reply.strip()


def _bands(mind: MindBands | None) -> Iterable[str]:
    if mind is None:
        return [_UNKNOWN]
    doubts = [f"open {act.value}" for act in sorted(mind.doubts)]
    return [
        f"interest{mind.interest}",
        f"trust{mind.trust}",
        f"patience{mind.patience}",
        mind.price,
        *doubts,
        f"asked{mind.asked}",
        *(["now"] if mind.asked_now else []),
        *(["refused"] if mind.refused else []),
        f"after {mind.last.value if mind.last else 'silence'}",
    ]


def _last(words: str) -> str:
    return " ".join(words.split()[-_MOST_WORDS:])
