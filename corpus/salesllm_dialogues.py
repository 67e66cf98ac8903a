"""Read the conversations of the SalesLLM benchmark: its scripts with the messages added.

The benchmark's customer is the user, its salesperson the assistant. How a conversation ended is
not in its files: the outcome stays unknown.
"""

from __future__ import annotations

import hashlib

from ai_salesman.corpus.outside_roles import Roles
from ai_salesman.corpus.outside_turns import NotADialogueError, OutsideDialogue
from ai_salesman.corpus.telesales import name_of, read_turns

__all__ = ["is_salesllm", "read_salesllm"]

_SCRIPT_KEYS = {
    *("user_system_prompt", "assistant_system_prompt"),
    *("trigger_sentence_en", "trigger_sentence_zh"),
}


def is_salesllm(value: object) -> bool:
    """Whether this is a record of the benchmark, played or not."""
    return isinstance(value, dict) and len(_SCRIPT_KEYS & set(value)) >= 2


def read_salesllm(value: object, roles: Roles) -> OutsideDialogue:
    """A conversation.

    Raises:
        NotADialogueError: a script that nobody has played, a conversation that failed, or no
            record of the benchmark at all.
    """
    if not is_salesllm(value) or not isinstance(value, dict):
        raise NotADialogueError("no SalesLLM record", "it has no system prompts and triggers")
    messages = value.get("messages")
    if messages is None:
        raise NotADialogueError("a script without a conversation")
    if value.get("status") in ("error", "failed"):
        raise NotADialogueError("the conversation failed")
    if not isinstance(messages, list):
        raise NotADialogueError("messages is no list")
    dialogue = read_turns(messages, roles)
    dialogue.id = name_of(value)
    language, product = value.get("language"), value.get("assistant_system_prompt")
    dialogue.language = language[:40] if isinstance(language, str) else None
    if isinstance(product, str):
        dialogue.about = hashlib.sha256(product.encode("utf-8", "replace")).hexdigest()
    return dialogue
