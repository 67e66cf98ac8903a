"""Whole commands that are killed, or share a store (long form: benchmarks/kill_soak.py)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from places import CAMPAIGNS, ROOT

from ai_salesman.campaigns.store import RunStore

pytestmark = pytest.mark.slow
SHORT = ("--kills", "1", "--episodes", "12", "--max-turns", "2")


@pytest.mark.soak
def test_a_killed_run_ends_as_an_undisturbed_one(store_url: str, tmp_path: Path) -> None:
    soak = [sys.executable, str(ROOT / "benchmarks" / "kill_soak.py"), *SHORT]
    done = subprocess.run(
        [*soak, "--store", store_url, "--folder", str(tmp_path / "soak")],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert (report["kills"], report["stored"], report["different"]) == (1, 12, [])
    assert report["each_once"]


def test_two_commands_share_a_store_and_a_new_script_library(
    store_url: str, tmp_path: Path
) -> None:
    content = yaml.safe_load((CAMPAIGNS / "merchant_ads.yaml").read_text(encoding="utf-8"))
    content |= {"episodes": 6, "cohort": 2, "max_turns": 2, "judges": ["claims"]}
    (tmp_path / "ads.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    command = ["-m", "ai_salesman", "run", "ads.yaml", "--salesman", "script", "--json"]
    players = [
        subprocess.Popen(
            [sys.executable, *command, "--store", store_url],
            cwd=tmp_path,
            env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    ended = [(player.communicate(timeout=280), player.returncode) for player in players]
    assert [status for _, status in ended] == [0, 0], ended
    first, second = (json.loads(out) for (out, _), _ in ended)
    assert first["run"] == second["run"]
    assert first["episodes"] == second["episodes"]
    store = RunStore(store_url)
    assert [info.completed for info in store.runs()] == [6]
    assert [call.index for call in store.calls(store.info("last").id)] == list(range(6))
