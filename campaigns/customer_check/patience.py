"""Does patience fall when a salesman repeats himself or pushes? Probe calls in pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ai_salesman.campaigns.customer_check.probes import CALM, PUSHING, fresh_lines, opening_lines
from ai_salesman.campaigns.customer_check.replays import Replay, replay
from ai_salesman.campaigns.customer_check.results import CheckResult, Figure
from ai_salesman.campaigns.customer_check.trials import Tick, Trial, side_by_side
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import StopReason

__all__ = ["NAME", "PROBES", "check_patience"]

NAME = "patience falls"
PROBES = 4
"""Probe calls with each customer."""
_LEFT = {StopReason.HUNG_UP, StopReason.REFUSED, StopReason.DO_NOT_CALL}


@dataclass(frozen=True)
class _Case:
    """One customer in four calls."""

    fresh: Replay
    repeated: Replay
    calm: Replay
    pushed: Replay

    @property
    def calls(self) -> tuple[Replay, ...]:
        """All four."""
        return (self.fresh, self.repeated, self.calm, self.pushed)


async def check_patience(trials: Sequence[Trial], tick: Tick) -> CheckResult:
    """The same benefit over and over against a new one each time; a push against a kind word."""
    cases = [case for trial in trials for case in await _cases(trial, tick)]
    traced = [c for c in cases if all(call.trace is not None for call in c.calls)]
    shows_mind = bool(traced) and len(traced) == len(cases)
    measure = "patience" if shows_mind else "turns stayed"
    repeated = Figure.difference(
        f"{measure} lost by repetition",
        [_left(c.fresh, shows_mind) for c in cases],
        [_left(c.repeated, shows_mind) for c in cases],
    )
    pushed = Figure.difference(
        f"{measure} lost by pressure",
        [_left(c.calm, shows_mind) for c in cases],
        [_left(c.pushed, shows_mind) for c in cases],
    )
    return CheckResult(
        id="patience",
        name=NAME,
        question="Does it mind being told the same thing again, and being pushed?",
        criterion=(
            "Both differences to the control call lie above 0 (paired intervals): in patience "
            "where the customer shows its mind, otherwise in turns stayed on the line."
        ),
        passed=repeated.above_zero and pushed.above_zero,
        figures=(
            repeated,
            pushed,
            *(
                Figure.rate(f"left: {name}", [getattr(c, field).stop in _LEFT for c in cases])
                for field, name in (
                    ("fresh", "a new benefit each turn"),
                    ("repeated", "the same benefit each turn"),
                    ("calm", "a benefit and a kind word"),
                    ("pushed", "a benefit and a push"),
                )
            ),
        ),
    )


async def _cases(trial: Trial, tick: Tick) -> list[_Case]:
    found = await side_by_side([partial(_case, trial, e, tick) for e in trial.episodes])
    return [case for case in found if case is not None]


async def _case(trial: Trial, episode: Episode, tick: Tick) -> _Case | None:
    heard = []
    for lines in _probes(trial, episode):
        heard.append(await replay(trial.customer, trial.scene(episode), lines))
        tick(NAME)
    played = [call for call in heard if call is not None]
    return _Case(*played) if len(played) == PROBES else None


def _probes(trial: Trial, episode: Episode) -> tuple[tuple[str, ...], ...]:
    """Lines of the four calls: each pair differs in the thing that is probed and in nothing
    else."""
    start = opening_lines(trial.sheet, episode.persona.lead)
    fresh = fresh_lines(trial.sheet)
    return (
        (*start, *fresh),
        (*start, *[fresh[0]] * len(fresh)),
        (*start, *(f"{line} {kind}" for line, kind in zip(fresh, CALM, strict=False))),
        (*start, *(f"{line} {push}" for line, push in zip(fresh, PUSHING, strict=False))),
    )


def _left(call: Replay, shows_mind: bool) -> float:
    """What is left of the customer's patience, by its mind or by how long it stayed."""
    if shows_mind and call.trace is not None:
        return call.trace.patience
    return float(len(call.replies) - (call.stop in _LEFT))
