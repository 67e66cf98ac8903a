"""Write a pack as a YAML file for people to review, and for the pack reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import CustomerAct, Stage
from ai_salesman.scripts_library.script import Pack, Script

__all__ = ["write_pack"]

_FIELDS = ("id", "stage", "intent", "strategy", "text", "segment")
_COUNTED = ("wins", "losses", "alpha", "beta")
_WIDTH = 100


def write_pack(path: Path, pack: Pack, comment: str = "") -> None:
    """Write `pack`, its scripts in the order of a call; makes the folder.

    Args:
        path: YAML file to write.
        pack: what to write; its scripts share its source.
        comment: lines for the head of the file.

    Raises:
        InputError: the file cannot be written.
    """
    head = {"pack": pack.pack, "version": pack.version, "source": pack.source}
    if pack.alone:
        head["alone"] = True
    scripts = [_plain(script) for script in sorted(pack.scripts, key=_place)]
    text = "".join(f"# {line}\n" for line in comment.splitlines())
    for part in (head, {"scripts": scripts}):
        text += yaml.safe_dump(part, sort_keys=False, allow_unicode=True, width=_WIDTH)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=path) from error


def _place(script: Script) -> tuple[int, int, str]:
    return list(Stage).index(script.stage), list(CustomerAct).index(script.intent), script.id


def _plain(script: Script) -> dict[str, Any]:
    """The script's fields as YAML knows them; counts only where something was counted."""
    fields = _FIELDS + (_COUNTED if script.alpha is not None or script.wins + script.losses else ())
    content = script.model_dump(mode="json", include=set(fields), exclude_none=True)
    return {field: content[field] for field in fields if field in content}
