"""Real dialogues for comparison, where `REAL_DIALOGUES` names their folder.

Without them the published figures of the same corpora serve as anchors.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from ai_salesman.conversation.files import read_lines

__all__ = ["ANCHORS", "RESISTING", "Anchor", "Talk", "real_talks"]

_ROLES = {"salesperson": "salesman", "customer": "customer"}


@dataclass(frozen=True)
class Anchor:
    """Lengths of the dialogues of one corpus."""

    source: str
    words_per_customer_turn: float
    turns_per_dialogue: float


ANCHORS = (
    Anchor("PersuasionForGood (Wang et al. 2019)", 13.5, 20.6),
    Anchor("CraigslistBargain (He et al. 2018)", 10.6, 9.0),
)
RESISTING = 0.14
"""Share of the customer's labelled sentences that resist, PersuasionForGood (Wang et al. 2019)."""


@dataclass(frozen=True)
class Talk:
    """One dialogue as (role, text) turns; role is 'salesman' or 'customer'."""

    turns: tuple[tuple[str, str], ...]

    @property
    def customer(self) -> tuple[str, ...]:
        """What the customer said."""
        return tuple(text for role, text in self.turns if role == "customer")


def real_talks() -> dict[str, list[Talk]]:
    """Corpus -> dialogues; empty without `REAL_DIALOGUES`."""
    folder = os.environ.get("REAL_DIALOGUES")
    if not folder:
        return {}
    files = {
        "PersuasionForGood": Path(folder) / "persuasionforgood" / "dialogues.jsonl",
        "CraigslistBargain": Path(folder) / "craigslistbargain" / "dialogues.jsonl",
    }
    return {
        name: [_talk(json.loads(line)) for line in read_lines(path) if line.strip()]
        for name, path in files.items()
        if path.is_file()
    }


def _talk(record: dict[str, list[dict[str, object]]]) -> Talk:
    """Spoken turns only: offers and acceptances made by button are no words."""
    spoken = []
    for turn in record["turns"]:
        labels = turn.get("labels")
        action = labels.get("action", "message") if isinstance(labels, dict) else "message"
        text = str(turn["text"]).strip()
        if action == "message" and text:
            spoken.append((_ROLES[str(turn["role"])], text))
    return Talk(tuple(spoken))
