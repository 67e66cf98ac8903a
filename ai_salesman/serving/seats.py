"""Open campaigns for serving: a salesman for each, and one for each planner."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from ai_salesman.agents.seats import PLANNERS, make_planner
from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.persona import Lead
from ai_salesman.graphs.parts import CallParts
from ai_salesman.models.encoder import embedded_encoder
from ai_salesman.models.uri import REMOTE_KINDS
from ai_salesman.serving.call import ServedSalesman, SpokenCall
from ai_salesman.wiring import open_runner

__all__ = ["far_away", "open_salesmen"]

_CONCURRENCY = 64
"""Requests in flight at an endpoint that a salesman or planner speaks with."""


@asynccontextmanager
async def open_salesmen(campaigns: Sequence[Campaign]) -> AsyncIterator[dict[str, ServedSalesman]]:
    """Salesmen by model name: `<campaign>` as it stands, and `<campaign>:<planner>`.

    Raises:
        InputError: two campaigns have one name, or a part is wrong; see `open_runner`.
        MissingPartError: weights or a library are missing.
    """
    salesmen: dict[str, ServedSalesman] = {}
    async with AsyncExitStack() as stack:
        for campaign in campaigns:
            if campaign.name in salesmen:
                raise InputError(
                    f"two campaigns are called {campaign.name!r}; give one another name"
                )
            # Nobody is simulated and nothing judged: the clients are the customers.
            seat = campaign.model_copy(update={"customer": "agenda", "judges": (), "episodes": 1})
            store = RunStore("sqlite://")
            runner = await stack.enter_async_context(open_runner(seat, store, _CONCURRENCY))
            salesmen |= await _variants(campaign, runner.parts)
        yield salesmen


async def _variants(campaign: Campaign, parts: CallParts) -> dict[str, ServedSalesman]:
    found = {campaign.name: ServedSalesman(parts)}
    if not far_away(campaign):
        # What loads with the first words is loaded before the first customer is kept waiting.
        await found[campaign.name].answer(SpokenCall((), Lead(name="", business=""), seed=0))
    for name in PLANNERS:
        planner = make_planner(name, campaign.sheet, embedded_encoder())
        found[f"{campaign.name}:{name}"] = ServedSalesman(replace(parts, planner=planner))
    return found


def far_away(campaign: Campaign) -> bool:
    """The salesman or the planner speaks with a model elsewhere."""
    uris = (campaign.salesman, campaign.planner.partition(":")[2])
    return any(uri.partition(":")[0] in (*REMOTE_KINDS, "python") for uri in uris)
