"""What a sales manager is told of a run, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from played import call

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.estimates import Rate
from ai_salesman.campaigns.in_words import OUTCOME_WORDS, RULE_WORDS, in_words, odds
from ai_salesman.campaigns.store import RunInfo
from ai_salesman.campaigns.summary import RunSummary, summarise
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import CustomerAct, Speaker, StopReason
from ai_salesman.conversation.turn import CustomerTrace, Turn
from ai_salesman.conversation.verdict import Claim, ComplianceIssue, JudgeFailure, Verdict


def summary_of(campaign: Campaign, episodes: Iterable[Episode], failed: int = 0) -> RunSummary:
    """The summary of calls made by hand."""
    calls = list(episodes)
    info = RunInfo(
        id="r",
        campaign=campaign,
        started=datetime(2026, 11, 1, tzinfo=UTC),
        wall_seconds=1.0,
        completed=len(calls),
        failed=failed,
    )
    return summarise(info, iter(calls))


def told(campaign: Campaign, *episodes: Episode, failed: int = 0) -> dict[str, str]:
    """Heading -> sentences."""
    remarks = in_words(summary_of(campaign, episodes, failed))
    return {remark.heading: remark.text for remark in remarks}


def test_sales_are_told_with_their_uncertainty(merchant_ads: Campaign) -> None:
    episodes = [call(i, sold=i % 3 == 0, score=6.0) for i in range(12)]
    said = told(merchant_ads, *episodes)
    assert said["Sold"].startswith("4 of 12 customers bought the Local Spotlight plan (199 USD a")
    assert "With 12 calls, anything between 14% and 61% would fit what was seen" in said["Sold"]
    assert said["Sold"].endswith("Every one of these sales was honest.")
    assert "48 calls instead of 12 would halve the uncertainty" in said["How sure is this?"]
    assert "Of the other 8, 8 said no." in said["Why others did not"]


def test_a_sale_on_a_false_claim_is_told(merchant_ads: Campaign) -> None:
    claims = (
        Claim(turn=0, quote="free", kind="price", status="contradicted"),
        Claim(turn=0, quote="199", kind="price", status="supported"),
    )
    pushed = (ComplianceIssue(rule="pressure", turn=0),)
    lied = call(0, sold=True, score=6.0, honest=False).model_copy(
        update={
            "verdicts": (
                Verdict(judge="claims", claims=claims),
                Verdict(judge="compliance", compliance=pushed),
                JudgeFailure(judge="llm", error="no", cause="timeout"),
            )
        }
    )
    said = told(merchant_ads, lied, call(1, sold=True, score=7.0), failed=1)
    assert (
        "1 of the sales rests on a false claim and should not count: honestly sold are 1"
        in (said["Sold"])
    )
    assert said["Was it true?"] == "Not always: of 2 claims 1 contradict the fact sheet."
    assert said["Was it proper?"] == "Not always: the customer was pushed (once)."
    assert "1 call failed for technical reasons" in said["How sure is this?"]
    assert "1 verdicts of judges are missing" in said["How sure is this?"]
    assert "Why others did not" not in said, "nobody was lost"


def test_doubts_left_open_come_from_the_customer_s_mind(merchant_ads: Campaign) -> None:
    mind = CustomerTrace(
        act=CustomerAct.REFUSE,
        interest=0.2,
        trust=0.2,
        patience=0.1,
        open_objections=(CustomerAct.OBJECTION_TRUST,),
    )
    heard = Turn(index=1, speaker=Speaker.CUSTOMER, text="I doubt that.", trace=mind)
    lost = call(0, sold=False)
    lost = lost.model_copy(update={"turns": (*lost.turns, heard)})
    said = told(merchant_ads, lost, call(1, sold=False))
    assert "Doubts still open at the end: whether to believe it (1)." in said["Why others did not"]
    assert said["Sold"].startswith("None of 2 customers bought")


def test_a_run_without_a_call_says_so(merchant_ads: Campaign) -> None:
    assert told(merchant_ads) == {
        "Sold": "Nothing: no call came to an end, so there is nothing to say."
    }


def test_an_interval_in_words() -> None:
    assert odds(Rate.of_flags([])) == "nothing can be said"
    assert odds(Rate.of_flags([False] * 20)) == "anything up to 16% would fit what was seen"
    assert odds(Rate.of_flags([True] * 20)) == "anything from 84% up would fit what was seen"


def test_every_end_and_every_reason_has_words() -> None:
    from ai_salesman.evaluation import attribution

    assert set(OUTCOME_WORDS) == set(StopReason)
    assert attribution.__doc__ and attribution.__file__
    table = attribution.__doc__.partition("\n\n    ")[2]
    rules = re.findall(r"^ {4}(?:simulator|customer|agent|unclear) +(\w+)", "    " + table, re.M)
    assert set(rules) == set(RULE_WORDS)
    code = Path(attribution.__file__).read_text(encoding="utf-8")
    assert all(f'"{rule}"' in code for rule in rules)
