"""Where does the library have nothing good to say? Held-out calls against its scripts.

Two similarities, both cosines of the best script that the turn's strategy allows. `asked`: of the
customer's words, as a planner asks the library. `said`: of what the salesman said, in won calls
only; it tells whether the library could have said something like it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, Stage, Strategy
from ai_salesman.corpus.dialogue import CorpusDialogue
from ai_salesman.scripts_library.call_shares import Share, share_of_turns
from ai_salesman.scripts_library.delexicalise import delexicalised
from ai_salesman.scripts_library.index import document_of
from ai_salesman.scripts_library.script import Script
from ai_salesman.scripts_library.sightings import won
from ai_salesman.scripts_library.templates import Encode

__all__ = ["NEAR", "CellCoverage", "Coverage", "CoverageGain", "coverage_gain", "measure_coverage"]

NEAR = 0.6
"""Cosine from which two delexicalised turns say much the same: about half of the pairs at this
cosine in the built corpus stem from one template."""


class CellCoverage(BaseModel):
    """One customer act at one stage."""

    model_config = ConfigDict(frozen=True)

    intent: CustomerAct
    stage: Stage
    turns: int
    scripts: int
    """Written for this act and stage."""
    asked: float
    """Mean cosine of the customer's words, put as a query, with the best script."""
    won_turns: int
    """Turns of won calls."""
    said: float | None
    """Mean cosine of what was said in won calls with the best script; None: in no won call."""
    far: float | None
    """Share of the won calls' turns whose best script is farther than the threshold."""


class Coverage(BaseModel):
    """How well a library covers a corpus."""

    model_config = ConfigDict(frozen=True)

    threshold: float
    calls: int
    turns: int
    scripts: int
    asked: float
    """Mean cosine of the customer's words with the best script, over all turns."""
    near_said: Share | None
    """Turns of won calls with a script at least this near to what was said; None: no won call."""
    cells: tuple[CellCoverage, ...]
    """Worst covered first; cells without a won call last."""

    @property
    def unanswered(self) -> tuple[CustomerAct, ...]:
        """Acts for which most turns of won calls find no near script."""
        far: defaultdict[CustomerAct, float] = defaultdict(float)
        turns: defaultdict[CustomerAct, int] = defaultdict(int)
        for cell in self.cells:
            far[cell.intent] += (cell.far or 0.0) * cell.won_turns
            turns[cell.intent] += cell.won_turns
        return tuple(act for act in CustomerAct if turns[act] and far[act] > turns[act] / 2)


class CoverageGain(BaseModel):
    """What some more scripts add to a library, on the same calls."""

    model_config = ConfigDict(frozen=True)

    before: Coverage
    after: Coverage
    near_said: Share | None
    """After minus before; the interval is of the difference, over calls."""


@dataclass(frozen=True)
class _Moment:
    call: str
    stage: Stage
    intent: CustomerAct
    strategy: Strategy
    query: str
    said: str | None
    """In won calls."""


@dataclass(frozen=True)
class _Reached:
    """How near the library comes to each moment."""

    moments: list[_Moment]
    asked: NDArray[np.float64]
    said: NDArray[np.float64]
    """NaN where the call was not won."""


def measure_coverage(
    dialogues: Iterable[CorpusDialogue],
    scripts: Sequence[Script],
    encode: Encode,
    threshold: float = NEAR,
) -> Coverage:
    """Coverage of the labelled turns of `dialogues`; turns without labels are left out.

    Args:
        dialogues: calls that no script was made from.
        scripts: the library.
        encode: a sentence encoder.
        threshold: cosine from which a script is near.

    Raises:
        InputError: no turn is labelled.
    """
    return _coverage(_reach(_moments(dialogues), scripts, encode), scripts, threshold)


def coverage_gain(
    dialogues: Iterable[CorpusDialogue],
    library: Sequence[Script],
    more: Sequence[Script],
    encode: Encode,
    threshold: float = NEAR,
) -> CoverageGain:
    """Coverage of `library` alone and with `more` beside it, on the same turns.

    Raises:
        InputError: no turn is labelled.
    """
    moments, both = _moments(dialogues), [*library, *more]
    before, after = _reach(moments, library, encode), _reach(moments, both, encode)
    old, new = _near(before, threshold), _near(after, threshold)
    return CoverageGain(
        before=_coverage(before, library, threshold),
        after=_coverage(after, both, threshold),
        near_said=share_of_turns(
            [(call, b - a) for (call, a), (_, b) in zip(old, new, strict=True)]
        ),
    )


def _moments(dialogues: Iterable[CorpusDialogue]) -> list[_Moment]:
    moments = [moment for dialogue in dialogues for moment in _moments_of(dialogue)]
    if not moments:
        raise InputError(
            "no salesman turn has labels (stage, strategy, the customer's act before it); "
            "label the corpus first"
        )
    return moments


def _moments_of(dialogue: CorpusDialogue) -> Iterator[_Moment]:
    act: CustomerAct | None = CustomerAct.GREET
    words = ""
    for turn in dialogue.turns:
        if turn.speaker is Speaker.CUSTOMER:
            act, words = turn.act, turn.text
        elif turn.stage is not None and turn.strategy is not None and act is not None:
            yield _Moment(
                call=dialogue.id,
                stage=turn.stage,
                intent=act,
                strategy=turn.strategy,
                query=_query(act, turn.strategy, words),
                said=delexicalised(turn.text, dialogue.values) if won(dialogue) else None,
            )


def _query(intent: CustomerAct, strategy: Strategy, words: str) -> str:
    """As the planner asks (`agents.planner.query_of`), in the form in which scripts are indexed."""
    act, move = (name.value.replace("_", " ") for name in (intent, strategy))
    return f"customer: {act}. {move}: {words}"


def _reach(moments: list[_Moment], scripts: Sequence[Script], encode: Encode) -> _Reached:
    said = np.full(len(moments), np.nan)
    in_won = [number for number, moment in enumerate(moments) if moment.said is not None]
    theirs = [moments[number] for number in in_won]
    said[in_won] = _best(theirs, [m.said or "" for m in theirs], scripts, lambda s: s.text, encode)
    asked = _best(moments, [m.query for m in moments], scripts, document_of, encode)
    return _Reached(moments, asked, said)


def _best(
    moments: Sequence[_Moment],
    texts: Sequence[str],
    scripts: Sequence[Script],
    shown: Callable[[Script], str],
    encode: Encode,
) -> NDArray[np.float64]:
    """Cosine of each text with the best script of the moment's strategy; 0 where it has none."""
    best, vectors = np.zeros(len(moments)), encode(texts)
    own: defaultdict[Strategy, list[int]] = defaultdict(list)
    for number, moment in enumerate(moments):
        own[moment.strategy].append(number)
    for strategy, numbers in own.items():
        known = [shown(script) for script in scripts if script.strategy is strategy]
        if known:
            best[numbers] = (vectors[numbers] @ encode(known).T).max(axis=1)
    return best


def _near(reached: _Reached, threshold: float) -> list[tuple[str, float]]:
    """(call, 1 where a script is near to what was said, else 0), in won calls."""
    pairs = zip(reached.moments, reached.said, strict=True)
    return [(m.call, float(cosine >= threshold)) for m, cosine in pairs if m.said is not None]


def _coverage(reached: _Reached, scripts: Sequence[Script], threshold: float) -> Coverage:
    return Coverage(
        threshold=threshold,
        calls=len({moment.call for moment in reached.moments}),
        turns=len(reached.moments),
        scripts=len(scripts),
        asked=float(reached.asked.mean()),
        near_said=share_of_turns(_near(reached, threshold)),
        cells=tuple(_cells(reached, scripts, threshold)),
    )


def _cells(reached: _Reached, scripts: Sequence[Script], threshold: float) -> list[CellCoverage]:
    groups: defaultdict[tuple[CustomerAct, Stage], list[int]] = defaultdict(list)
    for number, moment in enumerate(reached.moments):
        groups[moment.intent, moment.stage].append(number)
    cells = []
    for (intent, stage), numbers in groups.items():
        said = reached.said[numbers]
        said = said[~np.isnan(said)]
        cells.append(
            CellCoverage(
                intent=intent,
                stage=stage,
                turns=len(numbers),
                scripts=sum(s.intent is intent and s.stage is stage for s in scripts),
                asked=float(reached.asked[numbers].mean()),
                won_turns=len(said),
                said=float(said.mean()) if len(said) else None,
                far=float((said < threshold).mean()) if len(said) else None,
            )
        )
    return sorted(cells, key=_worst_first)


def _worst_first(cell: CellCoverage) -> tuple[float, float, int, str, str]:
    far, said = (-1.0, 0.0) if cell.far is None or cell.said is None else (cell.far, cell.said)
    return -far, said, -cell.turns, cell.intent.value, cell.stage.value
