"""Margin and compliance of calls made by hand, so that every figure can be checked on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from ai_salesman.campaigns.breaches import Compliance, compliance_of
from ai_salesman.campaigns.call_figures import figures_of
from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.estimates import Ratio
from ai_salesman.campaigns.margin import Margin, call_margin, lowest_price, margin_of, never_buys
from ai_salesman.campaigns.store import RunInfo
from ai_salesman.campaigns.summary import summarise
from ai_salesman.conversation.episode import AgreedOffer, Episode, EpisodeScore
from ai_salesman.conversation.facts import DiscountStep, Fact, FactSheet, Need
from ai_salesman.conversation.persona import Objection, Persona
from ai_salesman.conversation.taxonomy import CustomerAct, FactKind, Speaker, StopReason
from ai_salesman.conversation.turn import TokenUse, Turn
from ai_salesman.conversation.verdict import Claim, ComplianceIssue, Verdict

SHEET = FactSheet(
    company="Cityline",
    agent="Dana",
    product="the plan",
    price=100,
    cost=40,
    facts={
        "price": Fact(kind=FactKind.PRICE, wording="100 dollars a month"),
        "search": Fact(kind=FactKind.FEATURE, wording="you come up in search"),
    },
    needs={"walk_ins": Need(phrase="more customers", problem="quiet afternoons")},
    discounts=(
        DiscountStep(percent=10, wording="10 percent off"),
        DiscountStep(percent=20, wording="20 percent off"),
    ),
)
CAMPAIGN = Campaign(name="test", sheet=SHEET, episodes=4)


def persona(reserve: float, **changes: object) -> Persona:
    """A baker who would pay `reserve` times the list price."""
    known = Persona(id="baker", name="Ms. Rivera", needs={"walk_ins": 1.0}, reserve=reserve)
    return known.model_copy(update=changes)


def call(
    index: int,
    who: Persona,
    words: int,
    price: float | None = None,
    honest: bool = True,
    verdicts: tuple[Verdict, ...] = (),
    usd: float = 0.0,
) -> Episode:
    """A call of two turns with `words` words in each, sold at `price`."""
    text = " ".join(["word"] * words)
    turns = (
        Turn(index=0, speaker=Speaker.SALESMAN, text=text),
        Turn(index=1, speaker=Speaker.CUSTOMER, text=text),
    )
    sold = price is not None
    offer = None
    if price is not None:
        offer = AgreedOffer(price=price, list_price=100, discount_percent=100 - price)
    return Episode(
        run="test",
        index=index,
        seed=index,
        persona=who,
        turns=turns,
        stop=StopReason.AGREED if sold else StopReason.REFUSED,
        offer=offer,
        score=EpisodeScore(
            outcome=None,
            process=None,
            total=None,
            intent=None,
            converted=sold,
            honest=sold and honest,
        ),
        verdicts=verdicts,
        use=TokenUse(usd=usd),
    )


CALLS = (
    call(0, persona(1.6), words=75, price=100),  # half of 40..160
    call(1, persona(0.9), words=75, price=90, honest=False),  # all of 40..90
    call(2, persona(0.7), words=150),  # below the lowest price, 80
    call(3, persona(0.4), words=300, price=90, usd=1.0),  # above its reserve; no range at all
)


def margin_from(campaign: Campaign, calls: Sequence[Episode]) -> Margin:
    """The margin of whole calls."""
    return margin_of(campaign, [call_margin(call, campaign.sheet) for call in calls])


def compliance_from(calls: Sequence[Episode]) -> Compliance:
    """The breaches of whole calls."""
    figures = [figures_of(call, SHEET) for call in calls]
    return compliance_of([(found.breaches, found.salesman_turns) for found in figures])


def test_who_never_buys() -> None:
    assert lowest_price(SHEET) == 80
    assert never_buys(persona(0.79), SHEET)
    assert not never_buys(persona(0.81), SHEET)
    assert never_buys(persona(79, reserve_unit="absolute"), SHEET)
    authority = Objection(act=CustomerAct.OBJECTION_AUTHORITY, resolved_by=("callback",))
    assert never_buys(persona(2, authority="must_ask", objections=(authority,)), SHEET)
    for eased in (("callback", "process"), ()):
        other = authority.model_copy(update={"resolved_by": eased})
        assert not never_buys(persona(2, authority="must_ask", objections=(other,)), SHEET)
    assert not never_buys(persona(2, authority="must_ask"), SHEET)


def test_the_margin_of_four_calls() -> None:
    margin = margin_from(CAMPAIGN, CALLS)
    assert (margin.revenue, margin.discount_given, margin.profit) == (280, 20, 160)
    assert margin.profit_per_call.mean == (60 + 50 + 0 + 50) / 4
    assert margin.discount_percent.mean == pytest.approx(20 / 3)
    assert margin.surplus_share.mean == pytest.approx((0.5 + 1.0) / 2)
    assert (margin.surplus_share.of, margin.sold_above_reserve) == (2, 1)
    assert margin.minutes_per_call.mean == (1 + 1 + 2 + 4) / 4
    assert margin.minutes_per_sale == pytest.approx(8 / 3, abs=0.05)
    assert margin.minutes_per_honest_sale.ratio == 4
    assert (margin.never_buys_calls, margin.never_buys_sales) == (2, 1)
    assert (margin.never_buys_minutes, margin.never_buys_share.ratio) == (6, 0.75)


def test_the_cost_of_an_honest_sale_needs_a_rate() -> None:
    assert margin_from(CAMPAIGN, CALLS).cost_per_honest_sale.ratio is None
    rated = CAMPAIGN.model_copy(update={"minute_cost": 0.5})
    assert margin_from(rated, CALLS).cost_per_honest_sale.ratio == (1.0 + 0.5 * 8) / 2
    assert rated.digest() != CAMPAIGN.digest()
    assert CAMPAIGN.model_copy(update={"minute_cost": None}).digest() == CAMPAIGN.digest()


def test_without_a_cost_the_lowest_price_is_the_floor() -> None:
    free = CAMPAIGN.model_copy(update={"sheet": SHEET.model_copy(update={"cost": 0.0})})
    assert margin_from(free, CALLS[:1]).surplus_share.mean == pytest.approx(20 / 80)


def test_without_sales_there_is_no_ratio() -> None:
    margin = margin_from(CAMPAIGN, CALLS[2:3])
    assert (margin.minutes_per_sale, margin.minutes_per_honest_sale.ratio) == (None, None)
    assert (margin.surplus_share.mean, margin.profit_per_call.mean) == (None, 0)
    assert margin_from(CAMPAIGN, ()).never_buys_share.ratio is None


def test_a_ratio_has_an_interval_around_it() -> None:
    sold = Ratio.of_pairs([(2.0, 1.0), (4.0, 1.0)] * 20)
    assert sold.ratio == 3
    assert sold.ci95 is not None
    low, high = sold.ci95
    assert high is not None
    assert 2 < low < 3 < high < 4
    rare = Ratio.of_pairs([(2.0, 1.0), *([(2.0, 0.0)] * 19)])
    assert rare.ratio == 40
    assert rare.ci95 is not None
    assert rare.ci95[1] is None, "one sale in twenty calls bounds nothing from above"


def test_breaches_are_counted_per_hundred_turns_of_judged_calls() -> None:
    issues = ComplianceIssue(rule="pressure", turn=0), ComplianceIssue(rule="pressure", turn=0)
    claim = Claim(turn=0, quote="", kind="price", status="contradicted")
    pushed = Verdict(judge="compliance", compliance=issues)
    clean = Verdict(judge="compliance", compliance=())
    lied = Verdict(judge="claims", claims=(claim,))
    calls = [
        call(0, persona(1), 3, verdicts=(pushed, lied)),
        call(1, persona(1), 3, verdicts=(clean,)),
        call(2, persona(1), 3),
    ]
    found = compliance_from(calls)
    assert (found.pressure, found.contradicted_claims, found.forbidden_claims) == (2, 1, 0)
    assert found.breaches == {"pressure": 2}
    assert found.per_100_turns["pressure"].ratio == 100, "two in two turns: one was not judged"
    assert found.per_100_turns["contradicted_claims"].ratio == 100
    none = found.per_100_turns["missing_disclosure"]
    assert none.ratio == 0
    assert none.ci95 == (0, pytest.approx(184.45)), "none in two turns proves little"
    assert compliance_from(calls[2:]).per_100_turns["pressure"].ratio is None


def test_both_stand_in_the_summary() -> None:
    info = RunInfo(
        id="test",
        campaign=CAMPAIGN,
        started=datetime.now(UTC),
        wall_seconds=1.0,
        completed=4,
        failed=0,
    )
    summary = summarise(info, CALLS).model_dump(mode="json")
    assert summary["margin"]["profit"] == 160
    assert summary["compliance"]["pressure"] == 0
    assert set(summary["compliance"]["per_100_turns"]) > {"pressure", "forbidden_claims"}
