"""`customer-check` as its users meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from places import CAMPAIGNS, ROOT

CAMPAIGN = str(CAMPAIGNS / "merchant_ads.yaml")
REFUSER = f"python:{ROOT / 'examples' / 'plugins' / 'my_customer.py'}:PoliteRefuser"


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `ai-salesman customer-check` in `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "ai_salesman", "customer-check", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def test_a_customer_that_refuses_everybody_fails_and_the_page_says_so(tmp_path: Path) -> None:
    done = check(
        tmp_path, REFUSER, "--campaign", CAMPAIGN, "--episodes", "4", "--out", "checked", "--json"
    )
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    passed = {result["id"]: result["passed"] for result in found["checks"]}
    assert passed["reaction"] is False
    assert passed["demand"] is False
    assert passed["hearing"] is None
    page = next((tmp_path / "checked").glob("customer-*.md")).read_text()
    assert "PoliteRefuser" in page and "--episodes 4" in page


def test_wrong_names_are_one_sentence(tmp_path: Path) -> None:
    nobody = check(tmp_path, "agendo", "--campaign", CAMPAIGN)
    assert nobody.returncode == 2
    assert "unknown customer 'agendo'" in nobody.stderr
    nowhere = check(tmp_path, "agenda", "--campaign", "nowhere.yaml")
    assert nowhere.returncode == 2
    assert "nowhere.yaml" in nowhere.stderr
