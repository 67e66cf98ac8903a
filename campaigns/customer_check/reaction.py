"""Does the customer react to what is said? The same customers hear other words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ai_salesman.campaigns.customer_check.replays import Replay, replay
from ai_salesman.campaigns.customer_check.results import CheckResult, Figure
from ai_salesman.campaigns.customer_check.trials import (
    Tick,
    Trial,
    side_by_side,
    spoken_words,
)
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import Speaker, StopReason

__all__ = ["NAME", "REPLAYS", "check_reaction"]

NAME = "reacts to text"
REPLAYS = 3
"""Replays of each call: as it was, swapped, shuffled."""
_REPRODUCES = 0.95
_CHANGES = 0.05
_ASK = "So, would you like to go ahead with it?"
"""Said to those still on the line after a shuffled call, so that they can decide too."""


@dataclass(frozen=True)
class _Case:
    """One customer under the three conditions."""

    recorded: Episode
    control: Replay
    swapped: Replay
    shuffled: Replay


async def check_reaction(trials: Sequence[Trial], tick: Tick) -> CheckResult:
    """Replay recorded calls as they were, with another call's words, and out of order."""
    cases = [case for trial in trials for case in await _cases(trial, tick)]
    same = Figure.rate(
        "outcome reproduced by the same words",
        [c.control.stop == _end(c.recorded) for c in cases],
    )
    words = Figure.rate("customer's words reproduced", [_same_words(c) for c in cases])
    swap = Figure.rate(
        "outcome changed by another call's words",
        [c.swapped.stop != c.control.stop for c in cases],
    )
    shuffle = Figure.rate(
        "outcome changed by the order of turns",
        [c.shuffled.stop != c.control.stop for c in cases],
    )
    lost = Figure.difference(
        "conversion lost by shuffling",
        [float(c.control.converted) for c in cases],
        [float(c.shuffled.converted) for c in cases],
    )
    utility = _utility_lost(cases)
    passed = (
        (same.value or 0.0) >= _REPRODUCES
        and swap.ci95 is not None
        and swap.ci95[0] > _CHANGES
        and (lost.above_zero or utility.above_zero)
    )
    return CheckResult(
        id="reaction",
        name=NAME,
        question="Do other words, or the same words in another order, lead to another end?",
        criterion=(
            "The same words give the same outcome in at least 95 % of calls; another call's words "
            "change it in more than 5 % (interval); shuffling lowers conversion or utility "
            "(paired interval above 0)."
        ),
        passed=passed,
        figures=(same, words, swap, shuffle, lost, utility),
        note="A model that samples its answers on a server may not reproduce its own calls.",
    )


async def _cases(trial: Trial, tick: Tick) -> list[_Case]:
    spoken = [spoken_words(episode) for episode in trial.episodes]
    found = await side_by_side(
        [
            partial(_case, trial, episode, place, spoken, tick)
            for place, episode in enumerate(trial.episodes)
        ]
    )
    return [case for case in found if case is not None]


async def _case(
    trial: Trial, episode: Episode, place: int, spoken: Sequence[tuple[str, ...]], tick: Tick
) -> _Case | None:
    orders = (
        spoken[place],
        _others_words(spoken, place, trial.campaign.max_turns),
        (*_shuffled(spoken[place], episode.seed), _ASK),
    )
    heard = []
    for lines in orders:
        heard.append(await replay(trial.customer, trial.scene(episode), lines))
        tick(NAME)
    control, swapped, shuffled = heard
    if control is None or swapped is None or shuffled is None:
        return None
    return _Case(episode, control, swapped, shuffled)


def _others_words(spoken: Sequence[tuple[str, ...]], place: int, most: int) -> tuple[str, ...]:
    """The words of other calls, one after the other, so that they never run short."""
    start = place + max(1, len(spoken) // 2)
    others = [spoken[(start + step) % len(spoken)] for step in range(len(spoken) - 1)]
    return tuple(text for words in others for text in words)[:most]


def _shuffled(lines: tuple[str, ...], seed: int) -> tuple[str, ...]:
    order = list(lines)
    random.Random(seed).shuffle(order)
    return tuple(order)


def _end(episode: Episode) -> StopReason | None:
    """What the customer decided in the recorded call; None when somebody else ended it."""
    ends = {StopReason.MAX_TURNS}
    last = episode.turns[-1] if episode.turns else None
    by_salesman = (
        episode.stop is StopReason.SALESMAN_ENDED
        and last is not None
        and last.speaker is Speaker.SALESMAN
    )
    return None if episode.stop in ends or by_salesman else episode.stop


def _same_words(case: _Case) -> bool:
    said = tuple(t.text for t in case.recorded.turns if t.speaker is Speaker.CUSTOMER)
    return case.control.words == said


def _utility_lost(cases: Sequence[_Case]) -> Figure:
    pairs = [
        (c.control.trace.utility, c.shuffled.trace.utility)
        for c in cases
        if c.control.trace is not None and c.shuffled.trace is not None
    ]
    return Figure.difference(
        "utility lost by shuffling", [a for a, _ in pairs], [b for _, b in pairs]
    )
