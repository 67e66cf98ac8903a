"""Write dialogues as a corpus file, complete or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ai_salesman.conversation.errors import InputError
from ai_salesman.corpus.dialogue import CorpusDialogue

__all__ = ["write_dialogues"]


def write_dialogues(out: Path, dialogues: Iterable[CorpusDialogue]) -> None:
    """One dialogue a line; the folder is made.

    Raises:
        InputError: the file cannot be written.
    """
    partial = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8") as file:
            for dialogue in dialogues:
                file.write(dialogue.model_dump_json(exclude_none=True) + "\n")
        partial.replace(out)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=out) from error
    finally:
        if out.parent.is_dir():
            partial.unlink(missing_ok=True)
