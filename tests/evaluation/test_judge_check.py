"""What counts as seen, missed and leaked; and the embedded judges on one call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_salesman.conversation.taxonomy import BuyingIntent, Metric
from ai_salesman.conversation.verdict import ComplianceIssue, JudgeFailure, ScoreCell, Verdict
from ai_salesman.evaluation.cells import Cell, cells_of, failures_in
from ai_salesman.evaluation.defects.base import Defect
from ai_salesman.evaluation.judge_check import DefectFinding, JudgeCheck, Planted, find
from ai_salesman.evaluation.judge_check_page import page_of, write_page
from ai_salesman.evaluation.separation import paired_separation, separation

SAFETY, RICHNESS = Cell("conduct", "safety"), Cell("conduct", "richness")
scores = st.lists(st.floats(0, 10), min_size=5, max_size=12)


def threat(*targets: str, **may_move: str) -> Defect:
    return Defect("threat", "threatens", targets, may_move, lambda *_: None)


def calls(safety: list[float], richness: list[float] | None = None) -> list[Planted]:
    """Calls that were perfect before, with these scores after."""
    after = richness or [10.0] * len(safety)
    return [
        Planted(str(n), {SAFETY: 10.0, RICHNESS: 10.0}, {SAFETY: one, RICHNESS: other})
        for n, (one, other) in enumerate(zip(safety, after, strict=True))
    ]


def test_a_cell_that_always_falls_sees_the_defect() -> None:
    found = find(threat("safety"), calls([4.0] * 10))
    assert found.verdict == "seen"
    (target,) = found.targets
    assert (target.auc, target.movement, target.fell) == (1.0, -6.0, 1.0)
    assert target.auc_ci95 is not None
    assert target.auc_ci95[0] < 1.0, "ten calls prove no certainty"


def test_a_cell_that_mostly_stays_misses_it() -> None:
    found = find(threat("safety"), calls([10.0] * 8 + [4.0] * 2))
    assert found.verdict == "missed"
    assert found.missed == ("conduct: safety",)
    assert "missed by" in found.words


def test_a_bystander_that_falls_is_a_leak_unless_it_may() -> None:
    planted = calls([4.0] * 10, [9.0] * 10)
    assert find(threat("safety"), planted).leaks == ("conduct: richness",)
    assert find(threat("safety", richness="may"), planted).verdict == "seen"


def test_nothing_may_rise_by_a_defect() -> None:
    planted = [Planted(p.call, p.spoilt, p.clean) for p in calls([10.0] * 8, [9.0] * 8)]
    assert find(threat(richness="may"), planted).leaks == ("conduct: richness",)


def test_a_defect_that_should_move_nothing() -> None:
    assert find(threat(), calls([10.0] * 8)).verdict == "unmoved"
    assert find(threat(), []).verdict == "no occasion"


def test_cells_of_verdicts() -> None:
    verdict = Verdict(
        judge="all",
        intent=BuyingIntent.B,
        metrics={Metric.SAFETY: ScoreCell(score=None)},
        claims=(),
        compliance=(ComplianceIssue(rule="pressure", turn=3),),
    )
    failed = JudgeFailure(judge="gone", error="no answer", cause="timeout")
    cells = cells_of((verdict, failed))
    assert cells[Cell("all", "intent")] == 8.0
    assert cells[Cell("all", "safety")] is None
    assert cells[Cell("all", "claims.contradicted")] == 10.0
    assert cells[Cell("all", "compliance.pressure")] == 0.0
    assert failures_in((verdict, failed)) == [failed]


@given(scores)
def test_a_score_does_not_tell_a_group_from_itself(values: list[float]) -> None:
    assert paired_separation(values, values).auc == pytest.approx(0.5)


@given(scores, scores)
def test_the_area_is_a_chance_and_turns_round(first: list[float], second: list[float]) -> None:
    one, other = separation(first, second), separation(second, first)
    assert one.auc + other.auc == pytest.approx(1.0)
    assert 0 <= one.low <= one.auc + 1e-9
    assert one.auc - 1e-9 <= one.high <= 1


def test_separation_needs_cases() -> None:
    with pytest.raises(ValueError, match="at least one"):
        separation([], [1.0])
    with pytest.raises(ValueError, match="same"):
        paired_separation([1.0], [1.0, 2.0])


def checked(*defects: DefectFinding) -> JudgeCheck:
    return JudgeCheck(
        judges=("conduct",),
        campaigns=("shop",),
        salesmen={"script (doga)": 10},
        split="published",
        seed=1,
        played=12,
        sound=10,
        left_out={"no plan to respect a no": 2},
        false_alarms={"compliance.pressure": 0.1, "claims.forbidden": 0.0},
        failures={},
        defects=defects,
    )


def test_the_page_says_what_was_found() -> None:
    good = find(threat("safety"), calls([4.0] * 10))
    bad = find(threat("richness"), calls([4.0] * 10))
    text = "\n".join(page_of(checked(good, bad), "ai-salesman judge-check"))
    assert "2 were left out as not sound (no plan to respect a no 2)" in text
    assert "flagged all the same: compliance.pressure 10%." in text
    assert "**missed by conduct: richness; leaks into conduct: safety**" in text
    assert checked(good, bad).flawed == (bad,)


def test_the_same_check_draws_the_same_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    check = checked(find(threat("safety"), calls([4.0] * 10)))
    folders = [tmp_path_factory.mktemp("page") for _ in range(2)]
    pages = [write_page(check, folder, "ai-salesman judge-check") for folder in folders]
    assert pages[0].read_bytes() == pages[1].read_bytes()
    pictures = [(folder / "judges.svg").read_bytes() for folder in folders]
    assert pictures[0] == pictures[1]
    assert b"1.00" in pictures[0]
