"""How often does a simulated customer sell, and how often does the learned one find its own words?

    python benchmarks/role_inversion.py --calls 500 --customer agenda --customer learned

Plays the same seeded customers with the `script` salesman, by planner DOGA and without a judge, and
counts two ways: calls with a turn that sells by the health signal (words alone), and turns in which
the role guard hears a salesman (the customer's ear). Beside them: turns that fell back on a
template, decisions that are not the agenda's, distinct words, conversion. Calls already in the
store are not played again.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from ai_salesman.campaigns.campaign import Campaign, load_campaign
from ai_salesman.campaigns.runner import run_id
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, StopReason
from ai_salesman.conversation.turn import Turn
from ai_salesman.evaluation.statistics import wilson_interval
from ai_salesman.models.encoder import embedded_encoder
from ai_salesman.simulators.act_reader import embedded_head
from ai_salesman.simulators.learned import (
    GIVEN_WORDS,
    LIKE_AGENDA,
    NO_DECISION,
    OWN_WORDS,
    UNLIKE_AGENDA,
)
from ai_salesman.simulators.role_guard import RoleGuard
from ai_salesman.training.base_metrics import distinct
from ai_salesman.wiring import open_runner

ROOT = Path(__file__).parent.parent
_TEXTS = 400
"""Customer turns that distinct words are counted in: the figure falls with their number."""


async def play(campaign: Campaign, store: RunStore) -> list[Episode]:
    """The campaign's calls, played as far as they are not stored."""
    name = run_id(campaign)
    if not (name in store.find(campaign.digest()) and store.info(name).finished):
        async with open_runner(campaign, store, campaign.cohort) as runner:
            await runner.run(name, campaign.cohort)
    return list(store.episodes(name))


async def selling_turns(turns: Sequence[Turn]) -> list[str]:
    """The turns in which the role guard hears a salesman."""
    guard = RoleGuard(embedded_encoder(), embedded_head())
    return [turn.text for turn in turns if await guard.is_selling(turn.text)]


def rate(count: int, of: int) -> str:
    """A share with its interval."""
    low, high = wilson_interval(count, of)
    return f"{count}/{of} = {count / max(of, 1):.1%} ({low:.1%}-{high:.1%})"


def report_decisions(turns: Sequence[Turn]) -> None:
    """How often a head decided otherwise than the agenda, over all turns and over grave acts."""
    pairs = [
        (turn.trace.act, event)
        for turn in turns
        if turn.trace
        for event in turn.trace.events
        if event.startswith((LIKE_AGENDA, UNLIKE_AGENDA, NO_DECISION))
    ]
    if not pairs:
        return
    unlike = [(act, event) for act, event in pairs if event.startswith(UNLIKE_AGENDA)]
    print(f"  turns decided otherwise than the agenda: {rate(len(unlike), len(pairs))}")
    print(f"  turns without a likely act: {sum(e == NO_DECISION for _, e in pairs)}")
    mine = sum(act is CustomerAct.AGREE for act, _ in unlike)
    its = sum(event == f"{UNLIKE_AGENDA} ({CustomerAct.AGREE.value})" for _, event in unlike)
    both = sum(act is CustomerAct.AGREE for act, e in pairs if e == LIKE_AGENDA)
    print(f"  a yes of both {both}, of the head alone {mine}, of the agenda alone {its}")


def report_outcomes(played: dict[str, list[Episode]]) -> None:
    """Which of the same customers bought from one kind of customer and not from the other."""
    sold = {
        name: {e.index for e in episodes if e.stop is StopReason.AGREED}
        for name, episodes in played.items()
    }
    for one, other in combinations(sold, 2):
        both, first, second = (
            sold[one] & sold[other],
            sold[one] - sold[other],
            sold[other] - sold[one],
        )
        print(
            f"\nbought as {one} and as {other}: {len(both)}; only as {one}: {len(first)}; "
            f"only as {other}: {len(second)}"
        )


def report(customer: str, episodes: Sequence[Episode]) -> None:
    """Print the figures of one kind of customer."""
    done = [e for e in episodes if e.stop is not StopReason.INFRASTRUCTURE_ERROR]
    turns = [t for e in done for t in e.turns if t.speaker is Speaker.CUSTOMER]
    inverted = sum(e.health.get("role_inversion", 0.0) > 0 for e in done)
    guarded = asyncio.run(selling_turns(turns))
    events = [event for turn in turns if turn.trace for event in turn.trace.events]
    own, given = events.count(OWN_WORDS), [e for e in events if e.startswith(GIVEN_WORDS)]
    texts = [turn.text for turn in turns][:_TEXTS]
    print(f"\n{customer}: {len(done)} calls, {len(turns)} customer turns")
    print(f"  calls with a turn that sells (health): {rate(inverted, len(done))}")
    print(f"  turns that sell (role guard): {rate(len(guarded), len(turns))}")
    for text in guarded[:5]:
        print(f"    {text}")
    if own or given:
        print(f"  turns in words from a template: {rate(len(given), own + len(given))}")
        print(f"    {Counter(given).most_common(6)}")
    report_decisions(turns)
    print(f"  distinct-1 {distinct(texts, 1):.3f}, distinct-2 {distinct(texts, 2):.3f}", end="")
    print(f" (first {len(texts)} turns); different turns {len({t.text for t in turns})}")
    sold = sum(episode.stop is StopReason.AGREED for episode in done)
    print(f"  conversion: {rate(sold, len(done))}")
    print(f"  endings: {Counter(episode.stop.value for episode in done).most_common()}")


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--customer", action="append", help="repeatable; default: all three")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--campaign", type=Path, default=ROOT / "examples/campaigns/merchant_ads.yaml"
    )
    parser.add_argument("--store", default="sqlite:///runs/role_inversion.db")
    given = parser.parse_args()
    store = RunStore(given.store)
    base = load_campaign(given.campaign).model_copy(
        update={"salesman": "script", "episodes": given.calls, "seed": given.seed, "judges": ()}
    )
    found = {}
    for customer in given.customer or ("agenda", "learned", "learned:decides"):
        campaign = base.model_copy(update={"customer": customer})
        found[customer] = asyncio.run(play(campaign, store))
        report(customer, found[customer])
    report_outcomes(found)


if __name__ == "__main__":
    main()
