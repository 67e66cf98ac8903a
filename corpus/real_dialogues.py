"""Read dialogues of real people with their outcomes, in the one form of several research corpora.

One object a line: {"id", "source", "language", "turns": [{"role": "salesperson" | "customer",
"text", "labels"}], "outcome", "persona"}. Bargains over a listing tell an action for each turn;
offers, acceptances and refusals by button are no words, and would give the outcome away.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.corpus.outside_roles import Roles, tidy
from ai_salesman.corpus.outside_turns import NotADialogueError, OutsideDialogue
from ai_salesman.corpus.telesales import name_of, read_turns

__all__ = ["is_real_dialogue", "own_dialogue", "read_real_dialogue"]

_BY_BUTTON = "an act by button, no words"
_ENDINGS = {
    ("customer", "reject"): StopReason.REFUSED,
    ("customer", "quit"): StopReason.HUNG_UP,
    ("salesperson", "reject"): StopReason.SALESMAN_ENDED,
    ("salesperson", "quit"): StopReason.SALESMAN_ENDED,
}


def own_dialogue(value: object) -> CorpusDialogue | None:
    """A dialogue that is in this project's form already; None: it is not."""
    if not isinstance(value, dict) or not {"split", "turns"} <= set(value):
        return None
    try:
        dialogue = CorpusDialogue.model_validate(value)
    except ValidationError:
        return None
    return dialogue if dialogue.turns else None


def is_real_dialogue(value: object) -> bool:
    """Whether this is a dialogue in the form above."""
    if not isinstance(value, dict) or not isinstance(value.get("turns"), list):
        return False
    return isinstance(value.get("outcome"), dict) or isinstance(value.get("persona"), dict)


def read_real_dialogue(value: object, roles: Roles) -> OutsideDialogue:
    """What was said, and how it ended.

    Raises:
        NotADialogueError: it is not in that form, or a turn does not tell who says what.
    """
    if not is_real_dialogue(value) or not isinstance(value, dict):
        raise NotADialogueError("not in the form of the dialogues", "no turns with an outcome")
    turns = [turn for turn in value["turns"] if _action(turn) == "message"]
    dialogue = read_turns(turns, roles)
    if silent := len(value["turns"]) - len(turns):
        dialogue.left_out[_BY_BUTTON] += silent
    dialogue.id, dialogue.outcome = name_of(value), _outcome(value)
    dialogue.language, dialogue.source = _words(value, "language"), _words(value, "source")
    dialogue.about = _listing(value)
    return dialogue


def _action(turn: object) -> object:
    labels = turn.get("labels") if isinstance(turn, dict) else None
    return labels.get("action", "message") if isinstance(labels, dict) else "message"


def _words(record: Mapping[str, object], key: str) -> str | None:
    value = record.get(key)
    return tidy(value)[:100] or None if isinstance(value, str) else None


def _outcome(record: Mapping[str, object]) -> StopReason | None:
    """A bargain that nobody accepted or refused was broken off: its outcome is unknown."""
    outcome = record.get("outcome")
    if not isinstance(outcome, dict) or not isinstance(outcome.get("success"), bool):
        return None
    if outcome["success"]:
        return StopReason.AGREED
    return _ending(record) if "final_action" in outcome else StopReason.REFUSED


def _ending(record: Mapping[str, object]) -> StopReason | None:
    turns = record["turns"]
    last = turns[-1] if isinstance(turns, list) and turns else None
    role = last.get("role") if isinstance(last, dict) else None
    return _ENDINGS.get((str(role), str(_action(last))))


def _listing(record: Mapping[str, object]) -> str | None:
    """What the bargain is about."""
    persona = record.get("persona")
    item = persona.get("item") if isinstance(persona, dict) else None
    title = item.get("title") if isinstance(item, dict) else None
    return tidy(title) if isinstance(title, str) else None
