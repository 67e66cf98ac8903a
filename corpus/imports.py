"""Import dialogues that others wrote down, as a corpus with a report of what could not be read.

Imported dialogues have words and speakers, sometimes an outcome; what a turn does is unlabelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ai_salesman.conversation.errors import InputError
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.corpus.import_report import ImportReport
from ai_salesman.corpus.importer import Importer, ImportSettings, Listener
from ai_salesman.corpus.outside_files import files_of

__all__ = ["import_dialogues"]


def import_dialogues(
    sources: Sequence[Path],
    out: Path,
    settings: ImportSettings | None = None,
    on_progress: Listener | None = None,
) -> ImportReport:
    """Write what can be read as a corpus, and tell what cannot.

    Args:
        sources: files of JSON or JSON lines, or folders of them.
        out: corpus file to write, complete or not at all; its folder is made.
        settings: how to read.
        on_progress: called with (files and dialogues done, known so far).

    Raises:
        InputError: a source does not exist, `out` is one of them or cannot be written, or no
            dialogue at all could be read.
    """
    files = files_of(sources)
    if any(out.exists() and out.samefile(path) for path, _ in files):
        raise InputError("is a source; choose another file to write", source=out)
    importer = Importer(settings or ImportSettings(), on_progress)
    dialogues = [dialogue for path, name in files for dialogue in importer.read(path, name)]
    report = importer.book.report(str(out))
    if not dialogues:
        raise InputError(
            f"no dialogue could be read, {report.dropped} dropped; mostly: {report.main_reason}",
            source=sources[0] if len(sources) == 1 else None,
        )
    _write(out, dialogues)
    return report


def _write(out: Path, dialogues: Sequence[CorpusDialogue]) -> None:
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
