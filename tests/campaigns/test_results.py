"""The table of baselines from stored calls made by hand, and from the command itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.results import REFERENCE, Contender, Key, Played, results_of, seated
from ai_salesman.campaigns.results_table import results_markdown
from ai_salesman.conversation.episode import AgreedOffer, Episode, EpisodeScore
from ai_salesman.conversation.taxonomy import Speaker, StopReason
from ai_salesman.conversation.turn import Turn
from ai_salesman.conversation.verdict import Claim, ClaimStatus, Verdict
from ai_salesman.simulators.population import builtin_personas

OTHER = Contender(salesman="openai:mine@http://here|there", planner="none")


def call(index: int, sold: bool, score: float, claim: ClaimStatus = "supported") -> Episode:
    """A call of one salesman turn of 150 words with one claim, sold at 199 or not."""
    ledger = (Claim(turn=0, quote="", kind="price", status=claim),)
    return Episode(
        run="test",
        index=index,
        seed=index,
        persona=next(iter(builtin_personas().values())),
        turns=(Turn(index=0, speaker=Speaker.SALESMAN, text=" ".join(["word"] * 150)),),
        stop=StopReason.AGREED if sold else StopReason.REFUSED,
        offer=AgreedOffer(price=199, list_price=199) if sold else None,
        score=EpisodeScore(
            outcome=None,
            process=None,
            total=score,
            intent=None,
            converted=sold,
            honest=sold and claim == "supported",
        ),
        verdicts=(Verdict(judge="claims", claims=ledger),),
        health={"role_inversion": float(index == 0)},
    )


@pytest.fixture
def played(merchant_ads: Campaign) -> dict[Key, list[Played]]:
    """Two contenders under two customers; the second customer ranks them the other way."""
    good = [call(0, True, 8), call(1, True, 7), call(2, False, 6), call(3, True, 9, "forbidden")]
    poor = [call(0, False, 4), call(1, True, 5), call(2, False, 2), call(3, False, 3)]
    lost = poor[3].model_copy(update={"stop": StopReason.INFRASTRUCTURE_ERROR, "score": None})

    def run(name: str, episodes: list[Episode]) -> list[Played]:
        return [Played(campaign=merchant_ads, run=name, episodes=episodes)]

    return {
        (REFERENCE, "agenda"): run("a", good),
        (OTHER, "agenda"): run("b", [*poor[:3], lost]),
        (REFERENCE, "llm:x"): run("c", poor),
        (OTHER, "llm:x"): run("d", good),
    }


def test_each_row_and_each_difference(
    played: dict[Key, list[Played]], merchant_ads: Campaign
) -> None:
    found = results_of(played, [merchant_ads], 4)
    first, second = found.rows[:2]
    assert (first.conversion.successes, first.conversion.of) == (3, 4)
    assert first.honest_conversion.successes == 2
    assert first.score.mean == 7.5
    assert first.healthy.rate == 0.75
    assert (first.supported.ratio, first.false_claims.ratio) == (0.75, 25)
    assert first.profit_per_call.mean == (199 - merchant_ads.sheet.cost) * 3 / 4
    assert first.minutes_per_sale.ratio == pytest.approx(4 / 3)
    assert (second.calls, second.failed, second.conversion.of) == (3, 1, 3)

    gaps = {(gap.customer, gap.measure): gap for gap in found.gaps}
    assert gaps["agenda", "conversion"].pairs == 3, "a failed call has no pair"
    assert gaps["agenda", "conversion"].difference == pytest.approx(-1 / 3)
    assert gaps["agenda", "score"].difference == pytest.approx((-4 - 2 - 4) / 3)
    assert gaps["llm:x", "score"].difference == 4
    assert found.agreement["agenda / llm:x: score"] == pytest.approx(-1)

    text = results_markdown(found, "ai-salesman results")
    assert text.count("## Customer") == 2
    assert "| 75.0% (30.1% to 95.4%) |" in text
    assert "here\\|there" in text, "a bar in a name breaks no table"
    assert "3 (1 failed)" in text
    assert "| agenda / llm:x: score | -1.00 |" in text


def test_a_cell_is_the_campaign_with_other_parts(merchant_ads: Campaign) -> None:
    cell = seated(merchant_ads, OTHER, "llm:x", 7)
    assert (cell.salesman, cell.planner, cell.customer) == (OTHER.salesman, "none", "llm:x")
    assert (cell.episodes, cell.seed, cell.sheet) == (7, merchant_ads.seed, merchant_ads.sheet)


@pytest.mark.slow
def test_the_command_plays_what_is_missing(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "campaigns" / "merchant_ads.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(f"{text}\nmax_turns: 2\njudges: [claims]\n")
    (tmp_path / "me.py").write_text("def speak(messages):\n    return 'Good morning.'\n")
    arguments = ["results", "--campaign", "mine.yaml", "--episodes", "2", "--no-baselines"]
    arguments += ["--salesman", "python:me.py:speak", "--planner", "static", "--out", "out/t.md"]

    def command() -> dict[str, object]:
        done = subprocess.run(
            [sys.executable, "-m", "ai_salesman", *arguments, "--json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, object] = json.loads(done.stdout)
        return found

    first = command()
    assert "`python:me.py:speak` + static | 2 |" in (tmp_path / "out" / "t.md").read_text()
    (tmp_path / "me.py").write_text(
        "def speak(messages):\n    raise RuntimeError('played again')\n"
    )
    assert command() == first
