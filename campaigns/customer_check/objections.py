"""Do objections go away only when they are answered? One call, two next turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ai_salesman.campaigns.customer_check.probes import IRRELEVANT, remedy_line
from ai_salesman.campaigns.customer_check.replays import Line
from ai_salesman.campaigns.customer_check.results import CheckResult, Figure
from ai_salesman.campaigns.customer_check.trials import (
    Tick,
    Trial,
    side_by_side,
    spoken_words,
)
from ai_salesman.conversation.episode import Episode, transcript_of
from ai_salesman.conversation.errors import ModelError
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, StopReason
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.evaluation.reader import CallReader

__all__ = ["NAME", "check_objections"]

NAME = "objections need an answer"
_FOLLOW_UP = "So how does that sound to you now?"
_SURE = 0.45
_NO = {StopReason.REFUSED, StopReason.HUNG_UP, StopReason.DO_NOT_CALL}


@dataclass(frozen=True)
class _Case:
    """One open objection and whether it was gone after each kind of turn."""

    act: CustomerAct
    answered: bool
    passed_over: bool


async def check_objections(trials: Sequence[Trial], reader: CallReader, tick: Tick) -> CheckResult:
    """Go on from the same open objection with its remedy, and with something beside the point."""
    cases = [case for trial in trials for case in await _cases(trial, reader, tick)]
    answered = Figure.rate("gone after its remedy", [c.answered for c in cases])
    passed_over = Figure.rate("gone after an irrelevant turn", [c.passed_over for c in cases])
    gain = Figure.difference(
        "objections gone thanks to the remedy",
        [float(c.answered) for c in cases],
        [float(c.passed_over) for c in cases],
    )
    return CheckResult(
        id="objections",
        name=NAME,
        question="Does a doubt go away when it is answered, and stay when it is passed over?",
        criterion="More objections are gone after the remedy than without it (paired interval).",
        passed=gain.above_zero if cases else None,
        figures=(answered, passed_over, gain),
        note=_note(cases),
    )


def _note(cases: Sequence[_Case]) -> str:
    if not cases:
        return "No objection was raised in any call, so there was nothing to answer."
    kinds = sorted({c.act.value.removeprefix("objection_") for c in cases})
    return (
        f"Objections met: {', '.join(kinds)}. Gone means: no longer open in the customer's mind "
        "where it shows one; otherwise not said again in its next two turns."
    )


async def _cases(trial: Trial, reader: CallReader, tick: Tick) -> list[_Case]:
    async def made(episode: Episode) -> _Case | None:
        case = await _case(trial, episode, reader)
        tick(NAME)
        return case

    found = await side_by_side([partial(made, episode) for episode in trial.episodes])
    return [case for case in found if case is not None]


async def _case(trial: Trial, episode: Episode, reader: CallReader) -> _Case | None:
    place, act = await _first_objection(trial, episode, reader)
    if act is None:
        return None
    line = Line.ring(trial.customer, trial.scene(episode))
    try:
        for text in spoken_words(episode)[: place + 1]:
            line = await line.say(text)
            if line.ended is not None:
                return None
        remedy = remedy_line(trial.sheet, episode.persona, act)
        return _Case(
            act,
            await _is_gone(await line.say(remedy), act, trial, reader),
            await _is_gone(await line.say(IRRELEVANT), act, trial, reader),
        )
    except ModelError:
        return None


async def _first_objection(
    trial: Trial, episode: Episode, reader: CallReader
) -> tuple[int, CustomerAct | None]:
    """Which customer turn first objects, and how; by its own mind, or else by the judge's ear."""
    mine = [turn for turn in episode.turns if turn.speaker is Speaker.CUSTOMER]
    if any(turn.trace is not None for turn in mine):
        heard = [[turn.trace.act] if turn.trace is not None else [] for turn in mine]
    else:
        transcript = transcript_of(episode.turns)
        call = JudgedCall(transcript, trial.sheet, episode.persona.lead)
        heard = await _objections_heard(call, reader)
    for place, acts in enumerate(heard[:-1] if _ended(episode) else heard):
        for act in acts:
            if act.value.startswith("objection_"):
                return place, act
    return 0, None


def _ended(episode: Episode) -> bool:
    return episode.stop in _NO | {StopReason.AGREED, StopReason.CALLBACK}


async def _objections_heard(call: JudgedCall, reader: CallReader) -> list[list[CustomerAct]]:
    read = await reader.read(call)
    return [
        [
            sentence.act
            for sentence in turn.sentences
            if isinstance(sentence.act, CustomerAct) and sentence.chance(sentence.act) >= _SURE
        ]
        for turn in read.customer
    ]


async def _is_gone(line: Line, act: CustomerAct, trial: Trial, reader: CallReader) -> bool:
    """Whether the objection is no longer there after the last turn on `line`."""
    if line.ended in _NO:
        return False
    trace = line.replies[-1].trace
    if trace is not None:
        return act not in trace.open_objections
    if line.ended is None:
        line = await line.say(_FOLLOW_UP)
    lead = line.replies[-1].state.scene.persona.lead
    heard = await _objections_heard(JudgedCall(line.turns, trial.sheet, lead), reader)
    return line.ended not in _NO and all(act not in acts for acts in heard[-2:])
