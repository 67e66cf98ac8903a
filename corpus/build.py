"""Build a corpus of noisy sales calls from hand-written templates, offline.

Salesmen of varied skill talk with customers of varied difficulty. What they say comes from
templates, joined and filled; how the call ends follows from how well the salesman answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.files import read_lines
from ai_salesman.conversation.taxonomy import (
    CustomerAct,
    Speaker,
    Stage,
    StopReason,
    Strategy,
    Style,
    Tier,
)
from ai_salesman.corpus.buyer import Buyer
from ai_salesman.corpus.connectives import embedded_connectives
from ai_salesman.corpus.corruption import corrupted
from ai_salesman.corpus.customer_lines import customer_lines
from ai_salesman.corpus.customer_words import CustomerPhrases
from ai_salesman.corpus.dialogue import CorpusDialogue, CorpusTurn, Habit, Skill, Split
from ai_salesman.corpus.fillers import embedded_fillers
from ai_salesman.corpus.phrasing import SalesmanPhrases
from ai_salesman.corpus.salesman_templates import salesman_templates, stage_of
from ai_salesman.corpus.seller import Move, Seller

__all__ = ["CorpusSettings", "build_corpus", "read_corpus", "split_phrases", "write_corpus"]

Option = TypeVar("Option")

_SHARE = {Split.TRAIN: 0.8, Split.VALID: 0.1, Split.TEST: 0.1}


class CorpusSettings(BaseModel):
    """What corpus to build."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dialogues: Annotated[int, Field(gt=0)] = 7200
    seed: Annotated[int, Field(ge=0)] = 1
    max_turns: Annotated[int, Field(gt=1, le=40)] = 14
    """Most salesman turns of a call."""
    corrupt: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of the training calls to corrupt; see `corpus.corruption`."""


def build_corpus(settings: CorpusSettings) -> Iterator[CorpusDialogue]:
    """The dialogues, one by one; dialogue i depends on the seed and i alone."""
    speakers = {split: _Speakers(split) for split in Split}
    for index in range(settings.dialogues):
        rng = np.random.default_rng([settings.seed, index])
        split = _draw(list(Split), rng, list(_SHARE.values()))
        dialogue = _Call(f"d{index:05d}", speakers[split], rng).play(settings.max_turns)
        noise = np.random.default_rng([settings.seed, index, 1])
        if split is Split.TRAIN and noise.random() < settings.corrupt:
            speaking = speakers[split]
            dialogue = corrupted(dialogue, speaking.salesman, speaking.stages, noise)
        yield dialogue


def write_corpus(path: Path, settings: CorpusSettings, progress: bool = True) -> int:
    """Write a corpus as JSON lines, one dialogue each; returns how many.

    Args:
        path: file to write; its folder is made.
        settings: what to build.
        progress: show a bar on standard error.
    """
    from rich.console import Console
    from rich.progress import track

    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for dialogue in track(
            build_corpus(settings),
            description="building dialogues",
            total=settings.dialogues,
            console=Console(stderr=True),
            disable=not progress,
        ):
            file.write(dialogue.model_dump_json(exclude_none=True) + "\n")
            count += 1
    return count


def read_corpus(path: Path) -> list[CorpusDialogue]:
    """The dialogues of a JSON-lines file.

    Raises:
        InputError: no such file, or a line of it is no dialogue.
    """
    if not path.exists():
        raise InputError("no such file; run: ai-salesman corpus build", source=path)
    dialogues = []
    for number, line in enumerate(read_lines(path), start=1):
        if not line:
            continue
        try:
            dialogues.append(CorpusDialogue.model_validate_json(line))
        except ValidationError as error:
            found = error.errors(include_url=False)[0]["msg"]
            raise InputError(f"not a dialogue ({found})", source=f"{path}:{number}") from error
    return dialogues


class _Speakers:
    """Everything words are made from, in one split."""

    def __init__(self, split: Split):
        self.split = split
        self.salesman = split_phrases(split)
        self.customer = CustomerPhrases(customer_lines(), split)
        self.stages = stage_of(salesman_templates())


def split_phrases(split: Split) -> SalesmanPhrases:
    """The salesman's words in `split`."""
    return SalesmanPhrases(salesman_templates(), embedded_connectives(), split)


class _Call:
    """One call while it is played. Single-use."""

    def __init__(self, name: str, speakers: _Speakers, rng: np.random.Generator):
        fillers = embedded_fillers()
        self._name, self._speakers, self._rng = name, speakers, rng
        self._trade = _draw(fillers.trade_names(), rng)
        self._values = fillers.sample(self._trade, rng)
        self._tier = _draw(list(Tier), rng)
        self._style = _draw(list(Style), rng)
        self._skill = _draw(list(Skill), rng)
        self._turns: list[CorpusTurn] = []

    def play(self, max_turns: int) -> CorpusDialogue:
        seller, buyer = Seller(self._skill, self._rng), Buyer(self._tier, self._rng)
        act: CustomerAct | None = None
        stop: StopReason | None = None
        for _ in range(max_turns):
            move = seller.move(act)
            habit = self._sell(move, act)
            if move.strategy is Strategy.RESPECT_NO and habit is None:
                stop = StopReason.SALESMAN_ENDED
                break
            act, stop = buyer.respond(move, habit)
            self._answer(act)
            if stop:
                self._sell(_farewell(stop), act)
                break
        return self._dialogue(stop or StopReason.MAX_TURNS)

    def _sell(self, move: Move, act: CustomerAct | None) -> Habit | None:
        words, habit, strategy = self._speakers.salesman, None, move.strategy
        phrase = None if move.bad_habit else words.good(strategy, act, self._rng)
        if phrase is None:
            bad = words.bad(act, self._rng)
            phrase, habit, strategy = words.plain(bad), bad.habit, bad.strategy
        self._turns.append(
            CorpusTurn(
                speaker=Speaker.SALESMAN,
                text=phrase.text,
                stage=self._speakers.stages.get(strategy, Stage.PRESENTATION),
                strategy=strategy,
                fitting=move.fitting and habit is None,
                habit=habit,
                slots=phrase.slots,
                templates=phrase.templates,
            )
        )
        return habit

    def _answer(self, act: CustomerAct) -> None:
        again = any(turn.act is act for turn in self._turns)
        spoken = self._speakers.customer.say(act, self._style, self._values, self._rng, again)
        self._turns.append(
            CorpusTurn(
                speaker=Speaker.CUSTOMER,
                text=spoken.text,
                act=act,
                slots=spoken.slots,
                templates=spoken.templates,
            )
        )

    def _dialogue(self, outcome: StopReason) -> CorpusDialogue:
        return CorpusDialogue(
            id=self._name,
            split=self._speakers.split,
            trade=self._trade,
            tier=self._tier,
            style=self._style,
            skill=self._skill,
            outcome=outcome,
            values=self._values,
            turns=tuple(self._turns),
        )


def _farewell(stop: StopReason) -> Move:
    """The salesman's last words after the customer ended the call."""
    strategy = {
        StopReason.AGREED: Strategy.CONFIRM_AGREEMENT,
        StopReason.CALLBACK: Strategy.SCHEDULE_CALLBACK,
    }.get(stop, Strategy.RESPECT_NO)
    return Move(strategy, fitting=True, bad_habit=False)


def _draw(
    options: Sequence[Option], rng: np.random.Generator, p: Sequence[float] | None = None
) -> Option:
    return options[int(rng.choice(len(options), p=p))]
