"""`ai-salesman judge` and `rate` on two small stored runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rated import A, B, two_runs
from typer.testing import CliRunner

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.pair_store import PairStore, Rating, RunPair
from ai_salesman.campaigns.store import RunStore
from ai_salesman.cli.app import app
from ai_salesman.conversation.errors import InputError
from ai_salesman.evaluation.agreement import LEAST_PAIRS

EPISODES = LEAST_PAIRS + 2
WIDE = {"COLUMNS": "160"}
EMBEDDED = ["--judge", "outcome", "--judge", "conduct"]
DUEL = ["judge", A, B, "--pairwise", "score"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, merchant_ads: Campaign) -> str:
    """A store of two runs: the second sells to everybody, the first to the last customer only."""
    folder = tmp_path_factory.mktemp("judge")
    return two_runs(f"sqlite:///{folder}/runs.db", merchant_ads, EPISODES).url


@pytest.fixture
def runs() -> list[str]:
    """Ids of the two runs."""
    return [A, B]


@pytest.fixture(scope="module")
def useless() -> Iterator[str]:
    """A model behind a server that talks and never judges."""

    class Chatter(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps({"choices": [{"message": {"content": "Lovely calls!"}}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Chatter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"openai:chatter@http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def judged(store: str) -> dict[str, dict[str, dict[str, int]]]:
    """What `judge` says that it did with both runs, before which they have no conduct verdict."""
    work = {}
    for run in (A, B):
        before = list(RunStore(store).episodes(run))
        done = CliRunner().invoke(app, ["judge", run, *EMBEDDED, "--store", store, "--json"])
        assert done.exit_code == 0, done.output
        work[run] = json.loads(done.stdout)["work"]
        assert [c.turns for c in RunStore(store).episodes(run)] == [c.turns for c in before]
    return work


def test_embedded_judges_judge_once_and_then_again_with_all(
    store: str, judged: dict[str, dict[str, dict[str, int]]]
) -> None:
    for work in judged.values():
        assert (work["outcome"]["skipped"], work["conduct"]["judged"]) == (EPISODES, EPISODES)
    calls = list(RunStore(store).episodes(B))
    assert all(call.score and call.score.process is not None for call in calls)
    again = ["judge", B, *EMBEDDED, "--store", store, "--all"]
    shown = CliRunner().invoke(app, again, env=WIDE)
    assert shown.exit_code == 0 and "of 10 on 12 of 12 calls" in shown.stdout
    assert [c.score for c in RunStore(store).episodes(B)] == [c.score for c in calls]


@pytest.fixture(scope="module")
def duels(store: str, judged: dict[str, Any]) -> Any:
    """The two judged runs against each other, as the pairwise judge of scores prints it."""
    assert set(judged) == {A, B}
    done = CliRunner().invoke(app, [*DUEL, "--store", store, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_embedded_pairwise_judge(store: str, runs: list[str], duels: Any) -> None:
    assert sum(duels["challenger"]["record"].values()) == duels["pairs"] == EPISODES
    low, high = duels["challenger"]["ci95"]
    assert low < duels["challenger"]["rate"] < high
    for duel in duels["duels"]:
        calls = [RunStore(store).episode(run, duel["index"]) for run in runs]
        points = [call.score.total for call in calls if call.score]
        lead = float(points[1] or 0) - float(points[0] or 0)
        expected = "tie" if abs(lead) < 0.5 else "b" if lead > 0 else "a"
        assert duel["winner"] == expected
    shown = CliRunner().invoke(app, [*DUEL, "--store", store], env=WIDE)
    assert "ties count half" in shown.stdout and "position bias: 0 of" in shown.stdout


@pytest.mark.usefixtures("judged")
def test_a_judge_that_fails_costs_status_1_and_no_score(
    store: str, runs: list[str], useless: str
) -> None:
    before = [call.score for call in RunStore(store).episodes(runs[1])]
    options = ["--pairwise", useless, "--limit", "1", "--store", store]
    done = CliRunner().invoke(app, ["judge", *runs, *options], env=WIDE)
    assert done.exit_code == 1
    assert "no verdict: 1 malformed" in done.stdout
    done = CliRunner().invoke(
        app, ["judge", runs[1], "--judge", f"llm:{useless}", "--store", store], env=WIDE
    )
    assert done.exit_code == 1
    assert f"{EPISODES} verdicts are missing" in done.stdout
    assert [call.score for call in RunStore(store).episodes(runs[1])] == before


@pytest.mark.usefixtures("duels")
def test_ratings_are_reported_from_ten_pairs_on(store: str, runs: list[str]) -> None:
    kept = PairStore(RunStore(store))
    scores = {
        index: [RunStore(store).episode(run, index).score for run in runs]
        for index in range(EPISODES)
    }
    arguments = ["rate", *runs, "--store", store]

    def rate(rater: str, indices: range) -> None:
        for index in indices:
            a, b = (float(score.total or 0) if score else 0.0 for score in scores[index])
            choice = "b" if b > a else "a"
            kept.keep_rating(
                RunPair(*runs),
                Rating.model_validate(
                    {"rater": rater, "index": index, "left": "a", "choice": choice}
                ),
            )

    rate("ana", range(LEAST_PAIRS - 1))
    shown = CliRunner().invoke(app, [*arguments, "--report"], env=WIDE)
    assert f"{LEAST_PAIRS - 1} pairs rated (ana {LEAST_PAIRS - 1})" in shown.stdout
    assert "too few" in shown.stdout and "alpha" not in shown.stdout

    rate("ana", range(EPISODES))
    rate("[red]ben", range(EPISODES))
    shown = CliRunner().invoke(app, [*arguments, "--report"], env=WIDE)
    assert "[red]ben 12" in shown.stdout
    assert "among raters: alpha" in shown.stdout and "whole score" in shown.stdout
    report = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert report["pairs"] == EPISODES
    judges = {judge["judge"]: judge for judge in report["judges"]}
    assert {"whole score", "outcome", "conduct", "score (pairwise)"} <= set(judges)
    assert judges["whole score"]["spearman"]["value"] > 0.5
    low, high = judges["whole score"]["pearson"]["ci95"]
    assert low <= judges["whole score"]["pearson"]["value"] <= high


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["judge", 0], "found 1 with neither"),
        (["judge", 0, 1, "--judge", "conduct"], "found 2 with --judge"),
        (["judge", 0, "--pairwise", "score"], "found 1 with --pairwise"),
        (["judge", 0, "--judge", "conduct", "--limit", "2"], "--limit is for --pairwise"),
        (["judge", 0, "--judge", "condukt"], "did you mean 'conduct'?"),
        (["judge", 0, 1, "--pairwise", "sore"], "unknown model kind 'sore'"),
        (["judge", 0, 0, "--pairwise", "score"], "both names mean run"),
        (["judge", 0, 1, "--pairwise", "embedded"], "only speaks on sales calls"),
        (["rate", 0], "found 1"),
        (["rate", 0, 1, "--rater", "new"], "needs a terminal"),
        (["rate", 0, 1, "--rater", " "], "needs a name"),
    ],
)
def test_bad_input_is_one_error(
    arguments: list[str | int], says: str, store: str, runs: list[str]
) -> None:
    given = [runs[item] if isinstance(item, int) else item for item in arguments]
    done = CliRunner().invoke(app, [*given, "--store", store])
    assert isinstance(done.exception, InputError), done.output
    assert says in str(done.exception)


def test_the_store_of_an_older_release_gets_the_tables(tmp_path: Path) -> None:
    store = RunStore(f"sqlite:///{tmp_path}/runs.db")
    assert PairStore(store).ratings(RunPair("x", "y")) == []
    assert PairStore(RunStore(store.url)).results(RunPair("x", "y")) == {}
