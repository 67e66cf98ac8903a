"""All checks of one customer, in order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.customer_check import demand, patience, reaction
from ai_salesman.campaigns.customer_check.diversity import check_diversity
from ai_salesman.campaigns.customer_check.hearing import check_hearing
from ai_salesman.campaigns.customer_check.leaks import check_leaks
from ai_salesman.campaigns.customer_check.objections import check_objections
from ai_salesman.campaigns.customer_check.results import CheckResult, CustomerCheck
from ai_salesman.campaigns.customer_check.sickness import check_sickness
from ai_salesman.campaigns.customer_check.tiers import check_tiers
from ai_salesman.campaigns.customer_check.trials import (
    OpenCalls,
    Tick,
    Trial,
    play_campaign,
    trial_campaign,
)
from ai_salesman.evaluation.reader import call_reader
from ai_salesman.models.encoder import embedded_encoder
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.role_guard import RoleGuard

__all__ = ["CALLS_PER_EPISODE", "check_customer"]

CALLS_PER_EPISODE = len(demand.SCALES) + reaction.REPLAYS + patience.PROBES + 1
"""Calls with each customer, all checks together: how often `tick` is called per episode."""


async def check_customer(
    customer: str,
    campaigns: Sequence[Campaign],
    open_calls: OpenCalls,
    *,
    salesman: str = "script",
    episodes: int = 60,
    seed: int = 1,
    tick: Tick = lambda _: None,
) -> CustomerCheck:
    """Check the customer called `customer` in each of `campaigns`.

    Args:
        customer: as in a campaign file: agenda, llm:<model uri>, python:<file.py>:<name>.
        campaigns: what is sold; more than one trade shows more.
        open_calls: makes a campaign's parts work (`wiring.open_runner`).
        salesman: who calls in the recorded calls.
        episodes: customers per campaign; each of them is called in every check.
        seed: fixes customers, luck and resampling.
        tick: told whenever one more call has been made.

    Raises:
        InputError: a part of the campaign cannot be made.
        ModelReplyError: no call could be played at all.
    """
    trials = []
    async with AsyncExitStack() as stack:
        for campaign in campaigns:
            tried = trial_campaign(campaign, customer, salesman, episodes, seed)
            runner = await stack.enter_async_context(open_calls(tried))
            trials.append(await play_campaign(runner, tried.sheet.price, tick, "ordinary calls"))
        checks = await _checks(trials, open_calls, tick)
    return CustomerCheck(
        customer=customer,
        salesman=salesman,
        campaigns=tuple(campaign.name for campaign in campaigns),
        episodes=episodes,
        seed=seed,
        failed_calls=sum(trial.failed for trial in trials),
        checks=checks,
    )


async def _checks(
    trials: Sequence[Trial], open_calls: OpenCalls, tick: Tick
) -> tuple[CheckResult, ...]:
    encoder = embedded_encoder()
    return (
        await reaction.check_reaction(trials, tick),
        await demand.check_demand(trials, open_calls, tick),
        check_tiers(trials),
        check_leaks(trials),
        await patience.check_patience(trials, tick),
        await check_objections(trials, call_reader(encoder), tick),
        await check_sickness(trials, RoleGuard(encoder, embedded_head())),
        check_diversity(trials, encoder),
        check_hearing(trials, encoder),
    )
