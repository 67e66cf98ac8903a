"""A campaign file that changes during a run, and a run that gets longer, as a user meets them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from places import CAMPAIGNS

from ai_salesman.campaigns.campaign import load_campaign
from ai_salesman.campaigns.export import export_line
from ai_salesman.campaigns.resume import start_of
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.simulators.population import builtin_personas

FEW = {"cohort": 2, "max_turns": 2, "judges": [], "episodes": 4}


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """The demo campaign with four short calls in cohorts of two."""
    path = tmp_path / "ads.yaml"
    write(path)
    return path


def write(path: Path, **sheet: Any) -> None:
    """The campaign file, with changes of its fact sheet."""
    content = yaml.safe_load((CAMPAIGNS / "merchant_ads.yaml").read_text(encoding="utf-8"))
    content |= FEW
    content["sheet"] |= sheet
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


def run(campaign: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """`ai-salesman run` in the folder of the campaign."""
    command = ("run", campaign.name, "--salesman", "script", "--planner", "static", "--json")
    return subprocess.run(
        [sys.executable, "-m", "ai_salesman", *command, *options],
        cwd=campaign.parent,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def store_of(campaign: Path) -> RunStore:
    """Its store."""
    return RunStore(f"sqlite:///{campaign.parent}/runs/ai-salesman.db")


def leave_unfinished(campaign: Path) -> str:
    """As if the command had been stopped after its first cohort."""
    options = {"salesman": "script", "planner": "static"}
    loaded = load_campaign(campaign).model_copy(update=options)
    store = store_of(campaign)
    name = start_of(store, loaded, options, source=campaign).run
    store.begin(name, loaded, options)
    persona = next(iter(builtin_personas().values()))
    calls = [
        Episode(run=name, index=i, seed=i, persona=persona, turns=(), stop=StopReason.REFUSED)
        for i in range(2)
    ]
    store.save(name, calls)
    return name


def words(store: RunStore, name: str) -> list[str]:
    """What was said in a run."""
    return [export_line(episode, words_only=True) for episode in store.episodes(name)]


def test_a_changed_file_is_refused_with_the_difference(campaign: Path) -> None:
    name = leave_unfinished(campaign)
    write(campaign, company="Another Company")
    refused = run(campaign)
    assert (refused.returncode, refused.stdout) == (2, "")
    said = " ".join(refused.stderr.split())
    assert f"ads.yaml: has changed since run {name} was begun" in said
    assert "2 of 4 calls are stored (sheet.company: Wrenfield Listings -> Another Company)" in said
    assert "--fork" in said
    assert [info.id for info in store_of(campaign).runs()] == [name]


@pytest.mark.slow
def test_fork_plays_the_changed_file_beside_the_old_run(campaign: Path) -> None:
    name = leave_unfinished(campaign)
    before = words(store_of(campaign), name)
    write(campaign, company="Another Company")
    forked = run(campaign, "--fork")
    assert forked.returncode == 0, forked.stderr
    store = store_of(campaign)
    new = json.loads(forked.stdout)["run"]
    assert {info.id: info.completed for info in store.runs()} == {name: 2, new: 4}
    assert words(store, name) == before
    assert store.info(new).campaign.sheet.company == "Another Company"


@pytest.mark.slow
def test_more_episodes_play_only_what_is_missing(campaign: Path) -> None:
    first = run(campaign)
    assert first.returncode == 0, first.stderr
    longer = run(campaign, "--episodes", "6")
    assert longer.returncode == 0, longer.stderr
    short, long = (json.loads(done.stdout)["run"] for done in (first, longer))
    assert f"the whole cohorts of run {short} are taken over" in longer.stderr
    store = store_of(campaign)
    assert store.info(long).completed == 6
    taken, played = list(store.episodes(short)), list(store.episodes(long))
    assert [e.finished for e in played[:4]] == [e.finished for e in taken], "they are copies"
    assert words(store, long)[:4] == words(store, short)
