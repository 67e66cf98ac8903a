"""Figures of a corpus that can be laid beside those of another one."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.customer_check.diversity import distinct, self_bleu
from ai_salesman.conversation.slots import fill_slots
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.corpus.importer import Importer, ImportSettings
from ai_salesman.corpus.outside_files import files_of

__all__ = ["CorpusFigures", "SpeakerFigures", "corpus_figures", "real_corpora"]

_CALLS = 400
"""What repeats depends on how much there is: repetition is counted in this many calls of each."""
_BLEU_TURNS = 80


class SpeakerFigures(BaseModel):
    """How one side talks."""

    model_config = ConfigDict(frozen=True)

    turns: int
    words: float
    """Mean words of a turn."""
    quartiles: tuple[float, float, float]
    """Words of a turn: a quarter, half, three quarters of the turns have no more."""
    distinct_1: float | None
    """Different words in 2,000 words of shuffled turns. None: there are fewer."""
    distinct_2: float | None
    again_in_call: float
    """Share of turns that repeat, word for word, an earlier one of this side in the same call."""
    in_other_calls: float
    """Share of turns that another call has, too, word for word; in 400 calls."""
    self_bleu: float | None
    """Mean BLEU of 80 turns against each other, 0 to 100."""


class CorpusFigures(BaseModel):
    """Figures of one corpus."""

    model_config = ConfigDict(frozen=True)

    name: str
    dialogues: int
    turns_per_dialogue: float
    salesman: SpeakerFigures
    customer: SpeakerFigures
    acts: dict[str, float]
    """Share of the labelled turns, greatest first."""
    strategies: dict[str, float]
    outcomes: dict[str, float]
    """Share of all dialogues."""


def corpus_figures(name: str, dialogues: Sequence[CorpusDialogue]) -> CorpusFigures:
    """Count and measure; slots are filled with the words of their call where these are known."""
    turns = [turn for dialogue in dialogues for turn in dialogue.turns]
    return CorpusFigures(
        name=name,
        dialogues=len(dialogues),
        turns_per_dialogue=len(turns) / max(len(dialogues), 1),
        salesman=_speaker_figures(dialogues, Speaker.SALESMAN),
        customer=_speaker_figures(dialogues, Speaker.CUSTOMER),
        acts=_shares(turn.act for turn in turns if turn.act),
        strategies=_shares(turn.strategy for turn in turns if turn.strategy),
        outcomes=_shares(dialogue.outcome or "unknown" for dialogue in dialogues),
    )


def real_corpora(folder: Path) -> dict[str, list[CorpusDialogue]]:
    """Source -> dialogues of a folder of real ones, read as an import reads them.

    Raises:
        InputError: there is no such folder, or no JSON file in it.
    """
    importer = Importer(ImportSettings())
    found: defaultdict[str, list[CorpusDialogue]] = defaultdict(list)
    for path, name in files_of([folder]):
        for dialogue in importer.read(path, name):
            found[(dialogue.source or path.stem).split("/")[0]].append(dialogue)
    return dict(sorted(found.items()))


def _speaker_figures(dialogues: Sequence[CorpusDialogue], speaker: Speaker) -> SpeakerFigures:
    calls = [_said_by(dialogue, speaker) for dialogue in dialogues]
    said = [text for call in calls for text in call]
    lengths = np.array([len(text.split()) for text in said] or [0])
    low, middle, high = np.quantile(lengths, (0.25, 0.5, 0.75)).tolist()
    shuffled = random.Random(0).sample(said, len(said))
    return SpeakerFigures(
        turns=len(said),
        words=float(lengths.mean()),
        quartiles=(low, middle, high),
        distinct_1=distinct(shuffled, 1),
        distinct_2=distinct(shuffled, 2),
        again_in_call=sum(len(call) - len(set(call)) for call in calls) / max(len(said), 1),
        in_other_calls=_in_other_calls(calls),
        self_bleu=self_bleu(shuffled[:_BLEU_TURNS]),
    )


def _said_by(dialogue: CorpusDialogue, speaker: Speaker) -> list[str]:
    return [
        fill_slots(turn.text, dialogue.values)[0].casefold()
        for turn in dialogue.turns
        if turn.speaker is speaker
    ]


def _in_other_calls(calls: Sequence[Sequence[str]]) -> float:
    some = random.Random(0).sample(list(calls), min(_CALLS, len(calls)))
    owners = Counter(text for call in some for text in set(call))
    said = [text for call in some for text in call]
    return sum(owners[text] > 1 for text in said) / max(len(said), 1)


def _shares(names: Iterable[str]) -> dict[str, float]:
    counts = Counter(str(name) for name in names)
    return {name: count / counts.total() for name, count in counts.most_common()}
