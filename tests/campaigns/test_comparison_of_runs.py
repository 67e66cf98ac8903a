"""Runs beside each other: which calls belong together, what is said, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from played import call, persona, run_of

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.comparison import compare_runs
from ai_salesman.campaigns.contest import differing_calls
from ai_salesman.campaigns.pairing import PlayedRun, load_runs, pair_calls
from ai_salesman.campaigns.store import RunStore
from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.conversation.taxonomy import StopReason
from ai_salesman.evaluation.comparison import Measure


def with_(campaign: Campaign, **changes: object) -> Campaign:
    """The campaign with other parts."""
    return campaign.model_copy(update=changes)


def sales(sold: int, of: int) -> list[bool]:
    """The first calls sold."""
    return [index < sold for index in range(of)]


OUTCOMES = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.integers(0, 10), st.integers(0, 10)),
    min_size=2,
    max_size=25,
)


@settings(max_examples=3, deadline=None)
@given(outcomes=OUTCOMES, seeds=st.sampled_from([(1, 1), (1, 2)]))
def test_a_against_b_is_b_against_a_with_the_sign_changed(
    outcomes: list[tuple[bool, bool, int, int]], seeds: tuple[int, int], merchant_ads: Campaign
) -> None:
    sold_a, sold_b, score_a, score_b = zip(*outcomes, strict=True)
    a = run_of(with_(merchant_ads, seed=seeds[0]), "a", sold_a, score_a)
    b = run_of(with_(merchant_ads, seed=seeds[1]), "b", sold_b, score_b)
    there, back = (compare_runs(runs).contests[0] for runs in ([a, b], [b, a]))
    assert there.pairing.paired is back.pairing.paired is (seeds == (1, 1))
    for measure in Measure:
        one, other = there.differences[measure], back.differences[measure]
        assert one.difference == pytest.approx(-other.difference)
        assert one.ci95 == pytest.approx((-other.ci95[1], -other.ci95[0]), abs=1e-9)
        assert (one.p, one.p_holm) == pytest.approx((other.p, other.p_holm))
        assert one.needed == other.needed
    if there.record and back.record:
        assert (there.record.wins, there.record.ties) == (back.record.losses, back.record.ties)


def test_a_run_cannot_be_told_from_itself(merchant_ads: Campaign) -> None:
    run = run_of(merchant_ads, "a", sales(12, 30), [5.0 + i % 3 for i in range(30)])
    found = compare_runs([run, run])
    contest = found.contests[0]
    for difference in (*contest.differences.values(), *contest.by_tier.values()):
        assert (difference.difference, difference.p, difference.p_holm) == (0.0, 1.0, 1.0)
    assert contest.calls == ()
    assert "the observed difference is zero" in found.conclusion


def test_a_clear_difference_is_told_in_one_sentence(merchant_ads: Campaign) -> None:
    weak = run_of(merchant_ads, "weak", sales(20, 100))
    strong = run_of(merchant_ads, "strong", sales(50, 100))
    assert compare_runs([weak, strong]).conclusion == (
        "strong sold 30 points more than weak (50% against 20%), between 22 and 39; the same "
        "100 customers; this is unlikely to be luck (p < 0.001, corrected for 3 tests)."
    )
    assert compare_runs([strong, weak]).conclusion.startswith("strong sold 30 points more than")


def test_an_open_difference_says_how_many_calls_would_settle_it(merchant_ads: Campaign) -> None:
    first = run_of(merchant_ads, "first", sales(10, 40))
    other = [index in (3, 20, 21, 22) or (index < 10 and index != 3) for index in range(40)]
    found = compare_runs([first, run_of(merchant_ads, "second", other)])
    assert (
        "second and first cannot be told apart: 32% against 25%, and the lead" in found.conclusion
    )
    needed = found.contests[0].differences[Measure.CONVERSION].needed
    assert needed is not None and needed > 40
    assert "calls each would settle it" in found.conclusion


def test_what_only_looks_good_alone_is_called_so(merchant_ads: Campaign) -> None:
    """Six sales more and none fewer: p is .03 alone, and .09 among three tests."""
    first = run_of(merchant_ads, "first", sales(4, 40))
    found = compare_runs([first, run_of(merchant_ads, "second", sales(10, 40))])
    assert "alone that would be unlikely to be luck (p = 0.031)" in found.conclusion
    assert "not among the 3 differences tested together (p = 0.09" in found.conclusion


def test_failed_and_missing_calls_are_left_out_and_counted(merchant_ads: Campaign) -> None:
    first = run_of(merchant_ads, "first", sales(5, 12), failed=[1, 2])
    second = run_of(merchant_ads, "second", sales(5, 10), failed=[2, 7])
    pairing = compare_runs([first, second]).contests[0].pairing
    assert pairing.paired and pairing.calls == (7, 7)
    assert (pairing.dropped, pairing.unmatched) == (3, 2)
    assert [a.index for a, _ in pair_calls(first, second)] == [0, 3, 4, 5, 6, 8, 9]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seed": 9}, "the seeds differ (1 and 9)"),
        ({"domain": "telecom"}, "the trades differ (merchant and telecom)"),
        ({"population": {"spread": 0.3}}, "the populations differ"),
    ],
)
def test_other_customers_are_not_paired_and_this_is_said(
    changes: dict[str, object], reason: str, merchant_ads: Campaign
) -> None:
    other = Campaign.model_validate(merchant_ads.model_dump() | changes)
    runs = [run_of(merchant_ads, "a", sales(4, 40)), run_of(other, "b", sales(30, 50))]
    found = compare_runs(runs)
    contest = found.contests[0]
    assert not contest.pairing.paired and contest.pairing.reason == reason
    assert contest.record is None and contest.calls == ()
    assert contest.differences[Measure.CONVERSION].test == "Fisher, exact"
    assert f"different customers, 50 and 40, because {reason}" in found.conclusion


def test_a_persona_that_changed_is_another_customer(merchant_ads: Campaign) -> None:
    run = run_of(merchant_ads, "a", sales(4, 10))
    changed = run.episodes[3].model_copy(
        update={"persona": persona(3).model_copy(update={"reserve": 2.0})}
    )
    episodes = (*run.episodes[:3], changed, *run.episodes[4:])
    pairing = (
        compare_runs([run, PlayedRun.of_episodes(run.info, "b", episodes)]).contests[0].pairing
    )
    assert pairing.reason == "customer 3 is not the same in both"


def test_another_offer_or_judge_is_noted(merchant_ads: Campaign) -> None:
    dearer = merchant_ads.sheet.model_copy(update={"price": 249.0, "cost": 120.0})
    other = with_(merchant_ads, sheet=dearer, judges=("outcome",), customer="llm:embedded")
    contest = compare_runs(
        [run_of(merchant_ads, "a", sales(4, 20)), run_of(other, "b", sales(4, 20))]
    ).contests[0]
    assert contest.pairing.paired
    notes = " / ".join(contest.notes)
    assert "the fact sheets differ (price, cost)" in notes
    assert "played by agenda and llm:embedded" in notes
    assert "judges" in notes


def test_calls_that_differ_most_begin_with_sales_won_or_lost(merchant_ads: Campaign) -> None:
    first = run_of(merchant_ads, "a", [False, True, False, False], [5.0, 8.0, 5.0, 5.0])
    second = run_of(merchant_ads, "b", [False, False, True, False], [9.0, 7.0, 8.0, 5.0])
    pairs = differing_calls(pair_calls(first, second))
    assert [one.index for one, _ in pairs] == [2, 1, 0]
    shown = compare_runs([first, second]).contests[0].calls[0]
    assert shown.stops == (StopReason.REFUSED, StopReason.AGREED)
    assert shown.scores == (5.0, 8.0)


def test_who_won_goes_by_score_or_by_the_sale_without_one(merchant_ads: Campaign) -> None:
    first = run_of(merchant_ads, "a", [True, False, False], [5.0, None, 6.0])
    second = run_of(merchant_ads, "b", [False, True, False], [7.0, 9.0, 6.0])
    record = compare_runs([first, second]).contests[0].record
    assert record is not None
    assert (record.wins, record.ties, record.losses) == (2, 1, 0)


def test_three_runs_have_a_ranking_and_one_correction(merchant_ads: Campaign) -> None:
    runs = [
        run_of(merchant_ads, name, sales(n, 60)) for name, n in (("a", 12), ("b", 40), ("c", 25))
    ]
    found = compare_runs(runs)
    assert [strength.agent for strength in found.rankings[0].strengths] == ["b", "c", "a"]
    assert found.rankings[0].customers == 60
    assert {c.differences[Measure.CONVERSION].tests for c in found.contests} == {6}
    assert found.conclusion.endswith("By customers won, best first: b, c, a.")
    other = run_of(with_(merchant_ads, seed=2), "d", sales(30, 60))
    assert compare_runs([*runs, other]).rankings == ()


def test_two_kinds_of_customer_may_rank_the_agents_alike(merchant_ads: Campaign) -> None:
    planners = {"none": 5, "static": 20, "doga": 35}
    runs = [
        run_of(
            with_(merchant_ads, planner=planner, customer=kind), f"{planner} {kind}", won, points
        )
        for kind, fewer in (("agenda", 0), ("llm:embedded", 3))
        for planner, n in planners.items()
        for won in [sales(n - fewer, 60)]
        for points in [[5.0 + 3.0 * sold + 0.01 * (i % 9) for i, sold in enumerate(won)]]
    ]
    found = compare_runs(runs)
    score, conversion = found.customer_kinds
    assert (score.measure, conversion.measure) == (Measure.SCORE, Measure.CONVERSION)
    assert score.customers == ("agenda", "llm:embedded")
    assert score.rho == pytest.approx(1.0) and len(score.agents) == 3
    assert [agent.ranks for agent in score.agents] == [(3, 3), (2, 2), (1, 1)]
    assert score.ci95 is not None and -1 <= score.ci95[0] <= score.ci95[1] <= 1
    assert [ranking.customer for ranking in found.rankings] == ["agenda", "llm:embedded"]


def test_pass_power_counts_calls_to_the_same_persona(merchant_ads: Campaign) -> None:
    """Seven personas take turns; only one of them always buys."""
    loyal = [index % 7 == 0 for index in range(28)]
    mixed = [index % 2 == 0 for index in range(28)]
    runs = [
        run_of(merchant_ads, "a", loyal),
        run_of(with_(merchant_ads, planner="none"), "b", mixed),
    ]
    first, second = compare_runs(runs).reliability
    assert first.personas == 7
    assert [first.pass_power[k].mean for k in (1, 2, 4)] == pytest.approx([1 / 7] * 3)
    assert [second.pass_power[k].mean for k in (1, 2, 4)] == pytest.approx([0.5, 1 / 6, 0.0])


def test_seeds_of_one_agent_are_pooled_for_pass_power(merchant_ads: Campaign) -> None:
    runs = [run_of(with_(merchant_ads, seed=seed), f"s{seed}", sales(3, 7)) for seed in (1, 2)]
    (pooled,) = compare_runs(runs).reliability
    assert pooled.runs == ("s1", "s2")
    assert pooled.pass_power[2].mean == pytest.approx(3 / 7)
    assert pooled.pass_power[4].of == 0


def test_bad_input_is_told(merchant_ads: Campaign) -> None:
    run = run_of(merchant_ads, "a", sales(2, 5))
    with pytest.raises(InputError, match="at least two runs"):
        compare_runs([run])
    with pytest.raises(UnknownNameError, match="unknown metric 'scores'; did you mean 'score'"):
        compare_runs([run, run], "scores")
    with pytest.raises(InputError, match="no call of run a was judged for score"):
        compare_runs([run, run], "score")


def test_runs_are_labelled_by_what_differs(tmp_path, merchant_ads: Campaign) -> None:  # type: ignore[no-untyped-def]
    store = RunStore(f"sqlite:///{tmp_path}/runs.db")
    for name, planner in (("x1", "none"), ("x2", "doga")):
        store.begin(name, with_(merchant_ads, planner=planner, salesman="script"))
        store.save(name, [call(0, sold=True)])
    assert [run.label for run in load_runs(store, ["x1", "x2"])] == ["planner none", "planner doga"]
    assert [run.label for run in load_runs(store, ["x1", "x1"])] == ["x1", "x1"]
    store.begin("empty", merchant_ads)
    with pytest.raises(InputError, match="run empty has no finished call"):
        load_runs(store, ["x1", "empty"])


@pytest.mark.soak
def test_equal_runs_are_seldom_told_apart(merchant_ads: Campaign) -> None:
    """Whole comparisons of runs with equal chances: the conclusion stays with what is true."""
    rng = np.random.default_rng(3)
    told = 0
    for number in range(40):
        seeds = (1, 1 + number % 2)
        runs = [
            run_of(
                with_(merchant_ads, seed=seed),
                name,
                (rng.random(60) < 0.3).tolist(),
                rng.normal(6, 1, 60).tolist(),
            )
            for name, seed in zip("ab", seeds, strict=True)
        ]
        told += compare_runs(runs).contests[0].differences[Measure.CONVERSION].found
    assert told <= 4
