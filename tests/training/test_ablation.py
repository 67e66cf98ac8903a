"""The ablation: which models it trains, and what its table says of hand-made calls."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from played import call
from typer.testing import CliRunner

from ai_salesman.cli.ablation import cells_of
from ai_salesman.cli.train import app
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.conversation.verdict import ComplianceIssue, ComplianceRule, Verdict
from ai_salesman.training.ablation import AblationSettings, Recipe, Trained, models_of
from ai_salesman.training.ablation_page import ablation_page
from ai_salesman.training.ablation_plans import HeldOutPlans
from ai_salesman.training.ablation_table import AblationTable, Cell, Gain, ablation_table
from ai_salesman.training.plan_metrics import PlanMetrics
from ai_salesman.training.worker_minutes import minutes_of, timed

CUSTOMER = "agenda"


def _calls(sold: Sequence[bool], scores: Sequence[float]) -> tuple[str, list[Episode]]:
    made = [call(i, won, score) for i, (won, score) in enumerate(zip(sold, scores, strict=True))]
    return "run", made


def _gain(table: AblationTable, what: str, measure: str) -> Gain:
    (found,) = (gain for gain in table.gains if (gain.what, gain.measure) == (what, measure))
    return found


def test_every_model_comes_after_the_one_it_starts_from() -> None:
    models = models_of(AblationSettings(noise=(0.2, 0.4)))
    for place, model in enumerate(models):
        assert model.start is None or model.start in models[:place]


def test_base_and_grpo_are_trained_with_every_seed_the_others_once() -> None:
    names = [model.name for model in models_of(AblationSettings(seeds=(1, 2, 3)))]
    assert [name for name in names if name.startswith("base")] == ["base-s1", "base-s2", "base-s3"]
    assert [name for name in names if name.startswith("grpo-s")] == [
        "grpo-s1",
        "grpo-s2",
        "grpo-s3",
    ]
    assert [name for name in names if name.startswith("sft")] == ["sft-s1", "sft-grpo-s1"]


def test_a_recipe_brings_the_models_that_it_starts_from() -> None:
    found = models_of(AblationSettings(seeds=(1, 2), noise=(0.2,)), [Recipe.SFT_GRPO])
    assert [model.name for model in found] == ["base-s1", "sft-s1", "sft-grpo-s1"]
    found = models_of(AblationSettings(seeds=(1,), noise=(0.2,)), [Recipe.GRPO])
    assert [model.name for model in found] == ["base-s1", "grpo-s1", "grpo-s1-noise20"]


def test_the_first_seed_plays_with_each_planner_the_others_with_their_own_plans() -> None:
    models = models_of(AblationSettings(seeds=(1, 2), noise=(0.4,)), [Recipe.BASE, Recipe.GRPO])
    found = {(cell.model.name, cell.planner) for cell in cells_of(models, [CUSTOMER])}
    assert ("grpo-s1", "doga") in found
    assert {name for name, planner in found if planner == "none"} == {m.name for m in models}
    assert not {("grpo-s2", "doga"), ("grpo-s1-noise40", "doga")} & found


def test_models_of_a_noisy_corpus_start_from_the_sound_base() -> None:
    noisy = Trained(Recipe.GRPO, 1, 0.4)
    assert noisy.name == "grpo-s1-noise40"
    assert noisy.start == Trained(Recipe.BASE, 1)


def test_gains_are_taken_customer_by_customer() -> None:
    base = Cell(Trained(Recipe.BASE, 1), "none", CUSTOMER)
    grpo = base._replace(model=Trained(Recipe.GRPO, 1))
    played = {
        base: _calls([False] * 8, [4.0 + 0.1 * i for i in range(8)]),
        grpo: _calls([True] * 4 + [False] * 4, [5.0 + 0.1 * i for i in range(8)]),
    }
    table = ablation_table(played, {})
    gain = _gain(table, "grpo over base, planner none", "score")
    assert gain.difference == pytest.approx(1.0)
    assert gain.ci95 == (pytest.approx(1.0), pytest.approx(1.0))
    assert gain.percent is not None
    assert gain.percent[0] == pytest.approx(100 / 4.35)
    sales = _gain(table, "grpo over base, planner none", "honest conversion")
    assert (sales.baseline, sales.difference, sales.percent) == (0.0, 0.5, None)


def test_a_customer_of_several_seeds_counts_once() -> None:
    played = {}
    for seed, points in ((1, 1.0), (2, 3.0)):
        base = Cell(Trained(Recipe.BASE, seed), "none", CUSTOMER)
        played[base] = _calls([False] * 6, [4.0] * 6)
        played[base._replace(model=Trained(Recipe.GRPO, seed))] = _calls(
            [False] * 6, [4.0 + points + 0.1 * i for i in range(6)]
        )
    gain = _gain(ablation_table(played, {}), "grpo over base, planner none", "score")
    assert gain.pairs == 6
    assert gain.difference == pytest.approx(2.25)


def test_doga_is_compared_with_the_models_own_plans() -> None:
    own = Cell(Trained(Recipe.SFT, 1), "none", CUSTOMER)
    played = {
        own: _calls([False] * 6, [4.0 + 0.1 * i for i in range(6)]),
        own._replace(planner="doga"): _calls([False] * 6, [5.0 - 0.1 * i for i in range(6)]),
    }
    gain = _gain(ablation_table(played, {}), "DOGA over sft's own plans", "score")
    assert gain.difference == pytest.approx(0.5)


def test_the_page_shows_every_run_and_every_difference() -> None:
    base = Cell(Trained(Recipe.BASE, 1), "none", CUSTOMER)
    grpo = base._replace(model=Trained(Recipe.GRPO, 1))
    played = {
        base: _calls([False] * 8, [4.0 + 0.1 * i for i in range(8)]),
        grpo: _calls([True] * 8, [5.0 + 0.2 * i for i in range(8)]),
    }
    plans = {
        "base-s1": HeldOutPlans(
            won=PlanMetrics(
                examples=400, readable=1.0, strategy=0.25, intent=0.5, evidence_gain=-0.05
            ),
            every=PlanMetrics(
                examples=400, readable=1.0, strategy=0.2, intent=0.5, evidence_gain=-0.05
            ),
        )
    }
    page = ablation_page(
        ablation_table(played, {}), plans, {"training base-s1": 12.0}, "a command", None
    )
    for text in (
        "| base-s1 | none | 8 |",
        "| grpo-s1 | none | 8 |",
        "grpo over base",
        "12.0",
        "| base-s1 | 25% (21% to 29%) | 20%",
    ):
        assert text in page


@pytest.mark.soak
def test_the_command_trains_plays_and_writes_its_page_and_goes_on(tmp_path: Path) -> None:
    command = ["ablation", "--folder", str(tmp_path / "runs"), "--episodes", "4", "--seeds", "1"]
    command += ["--dialogues", "80", "--base-steps", "3", "--sft-steps", "2", "--grpo-steps", "2"]
    command += ["--recipe", "sft", "--recipe", "grpo", "--customer", "agenda:held-out"]
    command += ["--workers", "2", "--out", str(tmp_path / "page.md")]
    for _ in range(2):
        done = CliRunner().invoke(app, command, catch_exceptions=False)
        assert done.exit_code == 0
    page = (tmp_path / "page.md").read_text()
    for text in ("| base-s1 | none | 4 |", "| grpo-s1 | doga | 4 |", "page.svg", "training sft-s1"):
        assert text in page
    assert (tmp_path / "page.svg").read_text().startswith("<?xml")


def test_sales_that_nobody_agreed_to_are_counted_where_a_judge_asked() -> None:
    def heard(episode: Episode, *rules: ComplianceRule) -> Episode:
        issues = tuple(ComplianceIssue(rule=rule, turn=0) for rule in rules)
        verdict = Verdict(judge="compliance", version="3", compliance=issues)
        return episode.model_copy(update={"verdicts": (*episode.verdicts, verdict)})

    run, calls = _calls([False] * 4, [5.0] * 4)
    made_up = [heard(calls[0], "invented_consent"), heard(calls[1], "pressure"), *calls[2:]]
    cell = Cell(Trained(Recipe.GRPO, 1), "none", CUSTOMER)
    (row,) = ablation_table({cell: (run, made_up)}, {}).rows
    assert (row.invented.successes, row.invented.of) == (1, 2)


def test_an_unknown_customer_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    command = ["ablation", "--folder", str(folder), "--customer", "agenda", "--customer", "nobody"]
    done = CliRunner().invoke(app, command)
    assert isinstance(done.exception, UnknownNameError)
    assert "nobody" in str(done.exception)
    assert not folder.exists()


@pytest.mark.parametrize("share", ["0", "1", "2", "-0.2", "nan"])
def test_noise_that_is_no_share_is_one_sentence(share: str, tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    done = CliRunner().invoke(app, ["ablation", "--folder", str(folder), "--noise", share])
    assert isinstance(done.exception, InputError)
    assert str(done.exception).startswith("--noise: ")
    assert not folder.exists()


def test_what_each_step_cost_is_added_up_over_all_workers_and_sittings(tmp_path: Path) -> None:
    for kind in ("plans", "pairs", "plans"):
        with timed(tmp_path, kind):
            time.sleep(0.01)
    with pytest.raises(RuntimeError), timed(tmp_path, "pairs"):
        raise RuntimeError("a step that failed is not noted")
    found = minutes_of(tmp_path)
    assert list(found) == ["plans (2)", "pairs (1)"]
    assert found["plans (2)"] >= 0.02 / 60
