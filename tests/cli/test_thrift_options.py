"""Caps, cache and prices on the command line, and an endpoint that is gone."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ai_salesman.cli.thrift import with_higher_caps

ROOT = Path(__file__).parents[2]
CAMPAIGN = ROOT / "examples" / "campaigns" / "merchant_ads.yaml"
PRICES = "small: {input: 100, output: 1000}\n"


class Seller(BaseHTTPRequestHandler):
    """Sells, and closes its shop for good after so many answers."""

    protocol_version = "HTTP/1.1"
    left = 10**9

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if type(self).left <= 0:
            self.close_connection = True
            return
        type(self).left -= 1
        answer = {
            "choices": [{"message": {"content": "How do people find your shop today?"}}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 10},
        }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def shop(answers: int = 10**9) -> Iterator[tuple[str, type[Seller]]]:
    """A server in a thread, and its counter."""
    seller = type("Seller", (Seller,), {"left": answers})
    server = ThreadingHTTPServer(("127.0.0.1", 0), seller)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"openai:small@http://127.0.0.1:{server.server_address[1]}/v1", seller
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign of two cohorts of one call, without scripts, and a price list."""
    text = CAMPAIGN.read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(f"{text}\nretrieval: none\ncohort: 1\n", encoding="utf-8")
    (tmp_path / "prices.yaml").write_text(PRICES)
    return tmp_path


def run(folder: Path, uri: str, *more: str) -> subprocess.CompletedProcess[str]:
    """`ai-salesman run` of two calls of an endpoint salesman, one after the other."""
    arguments = ["run", "mine.yaml", "--salesman", uri, "--planner", "none", "--episodes", "2"]
    arguments += ["--concurrency", "1", "--judge", "outcome", *more]
    return subprocess.run(
        [sys.executable, "-m", "ai_salesman", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def test_a_cap_on_money_needs_a_price(folder: Path) -> None:
    with shop() as (uri, seller):
        seller.left = 0
        done = run(folder, uri, "--max-cost", "1")
    assert done.returncode == 2
    assert "the price of openai:small@" in done.stderr and "--prices" in done.stderr
    assert done.stderr.count("ai-salesman: ") == 1


def test_a_reached_cap_names_what_was_spent_and_the_command_to_go_on(folder: Path) -> None:
    with shop() as (uri, _):
        done = run(folder, uri, "--max-cost", "0.45", "--prices", "prices.yaml")
        assert done.returncode == 130, done.stderr
        sentence = done.stderr.strip().splitlines()[-1]
        assert "of 0.45 USD are spent" in sentence
        assert "go on with: ai-salesman run mine.yaml" in sentence and "--max-cost 0.9 " in sentence
        assert "Traceback" not in done.stderr
        whole = run(folder, uri, "--max-cost=100", "--prices", "prices.yaml", "--json")
    assert whole.returncode == 0, whole.stderr
    summary = json.loads(whole.stdout)
    assert summary["episodes"] == {"requested": 2, "completed": 2, "failed": 0}
    assert summary["cost"]["usd"] == pytest.approx(summary["cost"]["tokens_in"] / 100 * 0.02)


def test_an_endpoint_that_goes_down_ends_the_run_in_one_sentence(folder: Path) -> None:
    with shop(answers=4) as (uri, seller):
        done = run(folder, uri)
        assert done.returncode == 130, done.stderr
        assert done.stderr.count("ai-salesman: ") == 1
        assert "nor does it answer the shortest question" in done.stderr
        assert "Traceback" not in done.stderr
        seller.left = 10**9
        again = run(folder, uri, "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["episodes"] == {"requested": 2, "completed": 2, "failed": 0}


def test_caps_are_not_dropped_in_silence_where_they_mean_nothing(folder: Path) -> None:
    done = run(folder, "openai:small@http://127.0.0.1:9/v1", "--protocol", "salesllm",
               "--max-cost", "1")  # fmt: skip
    assert done.returncode == 2
    assert "--max-cost: cannot be given with --protocol" in done.stderr


def test_caps_are_doubled_wherever_they_stand() -> None:
    given = ["run", "a.yaml", "--max-cost", "2.5", "--seed", "3", "--max-tokens-total=1000"]
    assert with_higher_caps(given) == [
        *["run", "a.yaml", "--max-cost", "5", "--seed", "3", "--max-tokens-total=2000"]
    ]
