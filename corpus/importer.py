"""Turn what a file holds into dialogues of this project's form, and keep count of the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.slots import slots_in
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Split
from ai_salesman.corpus.import_report import ImportBook
from ai_salesman.corpus.outside_files import content_of
from ai_salesman.corpus.outside_roles import Roles, Said
from ai_salesman.corpus.outside_turns import NotADialogueError, OutsideDialogue
from ai_salesman.corpus.real_dialogues import is_real_dialogue, own_dialogue, read_real_dialogue
from ai_salesman.corpus.repeats import Repeats, words_of
from ai_salesman.corpus.salesllm_dialogues import is_salesllm, read_salesllm
from ai_salesman.corpus.telesales import Found, found_in, listed_in, read_telesales

__all__ = ["ImportKind", "ImportSettings", "Importer", "Listener"]

Reader = Callable[[object, Roles], OutsideDialogue]
Listener = Callable[[int, int], None]
"""Called with (done, of how many) now and then."""


class ImportKind(StrEnum):
    """In what form dialogues are written down."""

    AUTO = "auto"
    """Found out for each dialogue."""
    TELESALES = "telesales"
    """Any list of who said what."""
    SALESLLM = "salesllm"
    """Conversations of the SalesLLM benchmark."""
    DIALOGUES = "dialogues"
    """Dialogues with turns, outcome and persona, or this project's own corpus."""


class ImportSettings(BaseModel):
    """How to read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ImportKind = ImportKind.AUTO
    salesman_roles: tuple[str, ...] = ()
    """More names for the salesman."""
    customer_roles: tuple[str, ...] = ()
    """More names for the customer."""


_READERS: dict[ImportKind, Reader] = {
    ImportKind.TELESALES: read_telesales,
    ImportKind.SALESLLM: read_salesllm,
    ImportKind.DIALOGUES: read_real_dialogue,
}


class Importer:
    """Reads files one after the other. What it has read before it does not take again."""

    def __init__(self, settings: ImportSettings, on_progress: Listener | None = None):
        self.book = ImportBook()
        self._kind = settings.kind
        self._roles = Roles(settings.salesman_roles, settings.customer_roles)
        self._told: Listener = on_progress or (lambda _done, _of: None)
        self._repeats = Repeats()
        self._owned_before: dict[str, str] = {}
        self._names: set[str] = set()

    def read(self, path: Path, name: str) -> Iterator[CorpusDialogue]:
        """The dialogues of a file; what else it holds goes to the book.

        Args:
            path: of the file.
            name: of the file, for the book.
        """
        self.book.files += 1
        found = self._found(path, name)
        for number, one in enumerate(found, 1):
            try:
                yield self._dialogue(one, f"{path.stem}-{number:05d}")
            except NotADialogueError as error:
                self.book.drop(error.reason, one.place, error.detail)
            except RecursionError:
                self.book.drop("nested too deep", one.place)
            if number % 50 == 0 or number == len(found):
                self._told(number, len(found))

    def _found(self, path: Path, name: str) -> list[Found]:
        content = content_of(path, name)
        for broken in content.broken:
            self.book.drop(broken.reason, broken.place, broken.detail)
        try:
            if content.lines:
                return listed_in(content.records, self._roles)
            return [f for one in content.records for f in found_in(one.value, name, self._roles)]
        except RecursionError:
            self.book.drop("nested too deep", name)
            return []

    def _dialogue(self, found: Found, name: str) -> CorpusDialogue:
        own = own_dialogue(found.value) if self._kind in _OWN else None
        if own is not None:
            return self._owned(own, found.place)
        kind = self._kind if self._kind is not ImportKind.AUTO else _kind_of(found.value)
        outside = _READERS[kind](found.value, self._roles)
        turns, name = _joined(outside.said), outside.id or name
        if (earlier := self._repeats.earlier(turns)) is not None:
            raise NotADialogueError(_AGAIN, f"which is {earlier}")
        self._repeats.add(turns, found.place)
        dialogue = CorpusDialogue(
            id=self._free(name),
            split=_split(outside.about or words_of(turns)),
            outcome=outside.outcome,
            turns=turns,
            source=outside.source or kind.value,
            language=outside.language,
        )
        self.book.joined += len(outside.said) - len(turns)
        self.book.take(kind.value, dialogue, outside.left_out)
        return dialogue

    def _owned(self, dialogue: CorpusDialogue, place: str) -> CorpusDialogue:
        """It stays as it is, templates may say the same in many calls; only its id may change."""
        whole = dialogue.model_dump_json()
        if whole in self._owned_before:
            raise NotADialogueError(_AGAIN, f"which is {self._owned_before[whole]}")
        self._owned_before[whole] = place
        dialogue = dialogue.model_copy(update={"id": self._free(dialogue.id)})
        self.book.take("corpus", dialogue, {})
        return dialogue

    def _free(self, name: str) -> str:
        """The name, with a number where another dialogue has it."""
        free, number = name, 1
        while free in self._names:
            number += 1
            free = f"{name}-{number}"
        self._names.add(free)
        return free


_AGAIN = "the same call as an earlier one"
_OWN = (ImportKind.AUTO, ImportKind.DIALOGUES)


def _kind_of(value: object) -> ImportKind:
    if is_salesllm(value):
        return ImportKind.SALESLLM
    return ImportKind.DIALOGUES if is_real_dialogue(value) else ImportKind.TELESALES


def _joined(said: Sequence[Said]) -> tuple[CorpusTurn, ...]:
    """What one side says in a row is one turn.

    Raises:
        NotADialogueError: it takes two to talk.
    """
    turns: list[Said] = []
    for one in said:
        if turns and turns[-1].speaker is one.speaker:
            turns[-1] = Said(one.speaker, f"{turns[-1].text} {one.text}")
        else:
            turns.append(one)
    if not turns:
        raise NotADialogueError("nobody says a word")
    if len(turns) == 1:
        raise NotADialogueError(f"only the {turns[0].speaker.value} speaks")
    return tuple(
        CorpusTurn(speaker=one.speaker, text=one.text, slots=tuple(slots_in(one.text)))
        for one in turns
    )


def _split(about: str) -> Split:
    """The same at every import: 80, 10 and 10 percent."""
    share = int(hashlib.sha256(about.encode()).hexdigest()[:8], 16) / 2**32
    if share < 0.8:
        return Split.TRAIN
    return Split.VALID if share < 0.9 else Split.TEST
