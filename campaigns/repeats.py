"""pass^k: does an agent sell to the same kind of customer every time, or only now and then?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from ai_salesman.campaigns.pairing import PlayedRun
from ai_salesman.campaigns.summary import Estimate
from ai_salesman.evaluation.statistics import pass_power

__all__ = ["Reliability", "reliabilities"]

POWERS = (1, 2, 4)
_DRAWN = re.compile(r"-\d{4,}$")
"""What a population adds to the id of a persona that it draws: `bakery-01-0017`."""


class Reliability(BaseModel):
    """pass^k of one agent: the chance that k calls to one persona all sell."""

    model_config = ConfigDict(frozen=True)

    agent: str
    runs: tuple[str, ...]
    """Runs pooled here: the same parts and offer, other seeds."""
    personas: int
    """Called more than once."""
    pass_power: dict[int, Estimate]
    """k -> mean over the personas called at least k times."""


def reliabilities(runs: Sequence[PlayedRun]) -> list[Reliability]:
    """pass^k of each agent whose runs hold repeated customers."""
    groups: dict[tuple[str, ...], list[PlayedRun]] = defaultdict(list)
    for run in runs:
        groups[_same_agent(run)].append(run)
    found = [_reliability(group) for group in groups.values()]
    return [reliability for reliability in found if reliability.personas]


def _same_agent(run: PlayedRun) -> tuple[str, ...]:
    campaign = run.info.campaign
    return (*run.agent, campaign.customer, campaign.sheet.model_dump_json())


def _reliability(runs: Sequence[PlayedRun]) -> Reliability:
    calls: dict[str, list[bool]] = defaultdict(list)
    for run in {run.info.id: run for run in runs}.values():
        for call in run.calls:
            calls[_DRAWN.sub("", call.persona)].append(call.converted)
    return Reliability(
        agent=runs[0].label,
        runs=tuple(run.info.id for run in runs),
        personas=sum(len(sold) > 1 for sold in calls.values()),
        pass_power={
            k: Estimate.of_values(
                [pass_power(sum(sold), len(sold), k) for sold in calls.values() if len(sold) >= k]
            )
            for k in POWERS
        },
    )
