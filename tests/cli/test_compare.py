"""`ai-salesman compare` on two small runs of the script salesman."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from places import CAMPAIGNS
from rich.console import Console
from typer.testing import CliRunner

from ai_salesman.campaigns.comparison import Comparison, compare
from ai_salesman.cli.app import app
from ai_salesman.cli.compare_view import show_comparison
from ai_salesman.conversation.errors import InputError, UnknownNameError

CAMPAIGN = str(CAMPAIGNS / "merchant_ads.yaml")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store of two runs that differ in the planner."""
    url = f"sqlite:///{tmp_path_factory.mktemp('compare')}/runs.db"
    for planner in ("none", "doga"):
        options = ["--salesman", "script", "--planner", planner, "--episodes", "8", "--json"]
        done = CliRunner().invoke(app, ["run", CAMPAIGN, *options, "--store", url])
        assert done.exit_code == 0, done.output
    return url


@pytest.fixture(scope="module")
def runs(store: str) -> list[str]:
    """Ids of the two runs, the one without a planner first."""
    listed = json.loads(CliRunner().invoke(app, ["runs", "--json", "--store", store]).stdout)
    return [run["id"] for run in reversed(listed)]


def test_two_runs_are_compared_customer_by_customer(store: str, runs: list[str]) -> None:
    done = CliRunner().invoke(app, ["compare", *runs, "--json", "--store", store])
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    assert printed == json.loads(compare(runs, store=store).model_dump_json())
    contest = printed["contests"][0]
    assert contest["pairing"] == {
        "paired": True,
        "reason": "",
        "calls": [8, 8],
        "dropped": 0,
        "unmatched": 0,
    }
    assert set(contest["differences"]) == {"conversion", "honest", "score", "revenue", "turns"}
    assert sum(contest["record"].values()) == 8
    assert [run["label"] for run in printed["runs"]] == ["planner none", "planner doga"]
    for difference in contest["differences"].values():
        assert difference["p"] <= difference["p_holm"] <= 1
        assert difference["ci95"][0] <= difference["difference"] <= difference["ci95"][1]


def test_people_read_the_sentence_first(store: str, runs: list[str]) -> None:
    done = CliRunner().invoke(
        app, ["compare", *runs, "--metric", "score", "--store", store], env={"COLUMNS": "160"}
    )
    assert done.exit_code == 0, done.output
    assert "in short" in done.stdout.splitlines()[0]
    for words in ("the same 8 customers", "honest conversion", "by tier", "calls that differ most"):
        assert words in done.stdout


def test_names_that_look_like_markup_are_shown_as_they_are(store: str, runs: list[str]) -> None:
    found = compare(runs, store=store)
    odd = found.runs[0].model_copy(update={"label": "python:[red]x[/red].py:speak\x1b[31m"})
    shown = Comparison.model_validate(found.model_copy(update={"runs": (odd, found.runs[1])}))
    written = StringIO()
    show_comparison(shown, Console(width=160, file=written))
    assert "python:[red]x[/red].py:speak␛[31m" in written.getvalue()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([0], "at least two runs"),
        ([0, "nothing"], "unknown run 'nothing'"),
        ([0, 1, "--view", "--json"], "exclude each other"),
        ([0, 0, "--view"], "no call came out differently"),
    ],
)
def test_bad_input_is_one_error(
    arguments: list[str | int], says: str, store: str, runs: list[str]
) -> None:
    given = [runs[item] if isinstance(item, int) else item for item in arguments]
    done = CliRunner().invoke(app, ["compare", *given, "--store", store])
    assert isinstance(done.exception, InputError | UnknownNameError)
    assert says in str(done.exception)
