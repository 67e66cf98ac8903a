"""Which run a command means: a stored one, a longer one, or a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stored import judged_calls

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.changes import changes_between
from ai_salesman.campaigns.resume import Start, start_of
from ai_salesman.campaigns.runner import run_id
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.taxonomy import StopReason

FILE = Path("ads.yaml")


@pytest.fixture
def store(store_url: str) -> RunStore:
    """An empty store."""
    return RunStore(store_url)


def sound(indices: range, run: str) -> list[Any]:
    """Calls that did not fail."""
    return [
        call.model_copy(update={"stop": StopReason.REFUSED}) for call in judged_calls(indices, run)
    ]


def with_(campaign: Campaign, **changes: Any) -> Campaign:
    """The campaign with changes."""
    return campaign.model_copy(update=changes)


def start(store: RunStore, campaign: Campaign, stored: int, **options: Any) -> str:
    """A run of the campaign with `stored` calls."""
    found = start_of(store, campaign, options, source=FILE)
    store.begin(found.run, campaign, options, found.extends.id if found.extends else None)
    store.save(found.run, sound(range(stored), found.run), seconds=2.0 * stored)
    return found.run


def price(campaign: Campaign, price: float) -> Campaign:
    """The campaign with another price."""
    return with_(campaign, sheet=campaign.sheet.model_copy(update={"price": price}))


def test_the_same_command_goes_on(store: RunStore, merchant_ads: Campaign) -> None:
    assert start_of(store, merchant_ads, {}, source=FILE) == Start(run_id(merchant_ads), None)
    run = start(store, merchant_ads, 3)
    again = start_of(store, merchant_ads, {}, source=FILE)
    assert (again.run, again.known) == (run, store.info(run))
    assert again.notes() == []


def test_fresh_begins_another_run_of_the_same(store: RunStore, merchant_ads: Campaign) -> None:
    run = start(store, merchant_ads, 3)
    assert start_of(store, merchant_ads, {}, source=FILE, fresh=True) == Start(f"{run}-2", None)


def test_a_changed_file_is_refused_while_its_run_is_unfinished(
    store: RunStore, merchant_ads: Campaign
) -> None:
    run = start(store, merchant_ads, 3)
    with pytest.raises(InputError) as caught:
        start_of(store, price(merchant_ads, 249), {}, source=FILE)
    assert str(caught.value) == (
        f"ads.yaml: has changed since run {run} was begun, of which 3 of 24 calls are stored "
        "(sheet.price: 199.0 -> 249.0); change it back to go on with that run, or give --fork to "
        "begin a new one beside it"
    )


def test_fork_begins_a_new_run_and_leaves_the_old_one(
    store: RunStore, merchant_ads: Campaign
) -> None:
    run = start(store, merchant_ads, 3)
    changed = price(merchant_ads, 249)
    forked = start_of(store, changed, {}, source=FILE, fork=True)
    assert forked == Start(run_id(changed), None)
    store.begin(forked.run, changed, {})
    assert store.info(run).completed == 3
    assert start_of(store, merchant_ads, {}, source=FILE).run == run, "changed back, it goes on"


@pytest.mark.parametrize("stored", [0, 24])
def test_a_changed_file_is_a_new_run_when_nothing_would_be_left_behind(
    store: RunStore, merchant_ads: Campaign, stored: int
) -> None:
    start(store, merchant_ads, stored)
    changed = price(merchant_ads, 249)
    assert start_of(store, changed, {}, source=FILE) == Start(run_id(changed), None)


def test_another_command_is_no_changed_file(store: RunStore, merchant_ads: Campaign) -> None:
    start(store, merchant_ads, 3, planner="doga")
    other = with_(merchant_ads, planner="none")
    found = start_of(store, other, {"planner": "none"}, source=FILE)
    assert found == Start(run_id(other), None)


def test_more_calls_begin_with_the_whole_cohorts_of_the_shorter_run(
    store: RunStore, merchant_ads: Campaign
) -> None:
    short = with_(merchant_ads, episodes=6, cohort=4)
    run = start(store, short, 6)
    longer = with_(short, episodes=12)
    found = start_of(store, longer, {"episodes": 12}, source=FILE)
    assert found.extends == store.info(run)
    assert found.notes() == [f"the whole cohorts of run {run} are taken over"]
    info = store.begin(found.run, longer, {"episodes": 12}, run)
    # The second cohort has four calls now, not two: it is played anew.
    assert store.done(found.run) == {0, 1, 2, 3}
    assert info.wall_seconds == pytest.approx(8)
    taken = [call.model_copy(update={"run": run}) for call in store.episodes(found.run)]
    assert taken == sound(range(4), run)
    assert store.info(run).completed == 6


def test_a_longer_run_whose_short_one_is_unfinished_is_no_changed_file(
    store: RunStore, merchant_ads: Campaign
) -> None:
    short = with_(merchant_ads, episodes=8, cohort=4)
    run = start(store, short, 4)
    found = start_of(store, with_(short, episodes=12), {"episodes": 12}, source=FILE)
    assert found.extends == store.info(run)


def test_a_run_of_another_version_goes_on_with_a_note(
    store: RunStore, merchant_ads: Campaign
) -> None:
    run = start(store, merchant_ads, 3)
    info = store.info(run)
    older = info.model_copy(update={"versions": info.versions | {"torch": "1.0"}})
    (note,) = Start(run, older).notes()
    assert note.startswith(f"run {run} was begun with another version (torch 1.0 -> ")


def test_changes_are_told_by_field_and_long_ones_are_cut(merchant_ads: Campaign) -> None:
    sheet = merchant_ads.sheet.model_copy(update={"product": "the plan " * 20})
    changes = changes_between(merchant_ads, with_(merchant_ads, sheet=sheet, seed=2))
    assert "seed: 1 -> 2" in changes
    assert all(len(change) < 140 for change in changes)
    assert changes_between(merchant_ads, merchant_ads) == []


def test_a_changed_persona_is_told_by_digest(merchant_ads: Campaign) -> None:
    from ai_salesman.simulators.population import builtin_personas

    one, other = list(builtin_personas().values())[:2]
    before, after = (
        with_(
            merchant_ads,
            population=merchant_ads.population.model_copy(update={"personas": (persona,)}),
        )
        for persona in (one, other)
    )
    (change,) = changes_between(before, after)
    assert change.startswith("population.personas[0]: ")
    assert len(change) < 60
