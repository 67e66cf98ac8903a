"""A run in plain sentences, as a sales manager would tell it: no term that needs a handbook.

Every sentence is made of figures of the `RunSummary`; nothing is said that is not in there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ai_salesman.campaigns.estimates import Rate
from ai_salesman.campaigns.summary import RunSummary
from ai_salesman.conversation.taxonomy import CustomerAct, StopReason

__all__ = ["OUTCOME_WORDS", "RULE_WORDS", "Remark", "in_words", "odds"]

OUTCOME_WORDS: Mapping[StopReason, str] = {
    StopReason.AGREED: "bought",
    StopReason.CALLBACK: "asked for another call",
    StopReason.REFUSED: "said no",
    StopReason.HUNG_UP: "hung up",
    StopReason.DO_NOT_CALL: "asked never to be called again",
    StopReason.MAX_TURNS: "ran out of time",
    StopReason.SALESMAN_ENDED: "let go by the salesman",
    StopReason.INFRASTRUCTURE_ERROR: "failed for technical reasons",
}
"""What became of customers, as the end of 'three of them ...'."""

RULE_WORDS: Mapping[str, str] = {
    "unhealthy": "the simulated customer misbehaved",
    "hung_up_at_once": "the customer hung up before anything was wrong",
    "refused_though_willing": "the customer said no against its own interest",
    "cannot_afford": "the lowest price is more than they would pay",
    "no_authority": "somebody else has to decide",
    "not_now": "now is not their time",
    "false_claim": "a false claim was made",
    "pressure": "the salesman pushed",
    "poor_opening": "the opening was poor",
    "price_withheld": "a question for the price went unanswered",
    "objection_ignored": "a doubt was not answered well",
    "repeated_itself": "the salesman repeated himself",
    "no_price": "no price was named",
    "no_ask": "nobody asked for the decision",
    "ignored_no": "a no was not accepted",
    "gave_up": "the call ended with the customer still listening",
    "none": "no reason stands out",
}
"""Rule of the attribution -> why a call was lost, as a clause."""

_DOUBT_WORDS = {
    CustomerAct.OBJECTION_PRICE: "the price",
    CustomerAct.OBJECTION_NEED: "whether they need it",
    CustomerAct.OBJECTION_TRUST: "whether to believe it",
    CustomerAct.OBJECTION_TIMING: "the timing",
    CustomerAct.OBJECTION_COMPETITOR: "the supplier they have",
    CustomerAct.OBJECTION_AUTHORITY: "who decides",
}
_MOST = 3
_FEW = 100
"""Calls below which the reader is told how many more would halve the uncertainty."""


@dataclass(frozen=True)
class Remark:
    """One thing worth saying, under a heading."""

    heading: str
    text: str
    good: bool | None = None
    """Whether it is good news; None where it is neither."""


def in_words(summary: RunSummary) -> list[Remark]:
    """What a run says, most important first."""
    if not summary.episodes.completed:
        return [
            Remark("Sold", "Nothing: no call came to an end, so there is nothing to say."),
            *([_failures(summary)] if summary.errors else []),
        ]
    remarks = [
        _sales(summary),
        _buyers(summary),
        _losses(summary),
        _claims(summary),
        _rules(summary),
        _craft(summary),
        _money(summary),
        _certainty(summary),
        _failures(summary) if summary.errors else None,
    ]
    return [remark for remark in remarks if remark is not None]


def odds(rate: Rate) -> str:
    """An interval in words."""
    if rate.ci95 is None:
        return "nothing can be said"
    low, high = rate.ci95
    if rate.successes == 0:
        return f"anything up to {high:.0%} would fit what was seen"
    if rate.successes == rate.of:
        return f"anything from {low:.0%} up would fit what was seen"
    return f"anything between {low:.0%} and {high:.0%} would fit what was seen"


def _sales(summary: RunSummary) -> Remark:
    rate, honest, sold = summary.conversion, summary.honest_conversion, summary.sold
    price = f"{sold.price:,.10g} {sold.currency}" + _period(sold.period)
    text = f"{_of(rate)} customers bought {sold.product} ({price}): {rate.rate or 0:.0%}. "
    text += f"With {_calls(rate.of)}, {odds(rate)} (19 times in 20)."
    void = rate.successes - honest.successes
    if rate.successes and honest.of == rate.of:
        text += (
            " Every one of these sales was honest."
            if not void
            else f" {_count(void)} of the sales {'rests' if void == 1 else 'rest'} on a false claim"
            f" and should not count: honestly sold are {honest.successes} ({honest.rate or 0:.0%})."
        )
    return Remark("Sold", text)


def _buyers(summary: RunSummary) -> Remark:
    tiers = [
        f"{_of(rate).lower()} {tier.replace('_', ' ')}" for tier, rate in summary.by_tier.items()
    ]
    return Remark("Who bought", f"{_listed(tiers).capitalize()} customers.")


def _losses(summary: RunSummary) -> Remark | None:
    lost = summary.conversion.of - summary.conversion.successes
    if not lost:
        return None
    ends = [
        f"{count} {'were ' if stop is StopReason.SALESMAN_ENDED else ''}{OUTCOME_WORDS[stop]}"
        for stop, count in summary.outcomes.items()
        if stop not in (StopReason.AGREED, StopReason.INFRASTRUCTURE_ERROR)
    ]
    found = summary.health.attribution
    text = f"Of the other {lost}, {_listed(ends)}. "
    text += f"The salesman could have done better in {found.lost['agent']}"
    text += f", {found.lost['customer']} could not have bought from anybody"
    if found.lost["simulator"]:
        text += f", {found.lost['simulator']} were the simulated customer's own fault"
    text += f", and {found.lost['unclear']} are unclear."
    reasons = [
        f"{RULE_WORDS.get(rule, rule.replace('_', ' '))} ({n})"
        for rule, n in found.rules.items()
        if rule != "none"
    ]
    if reasons:
        text += f" Most often: {'; '.join(reasons[:_MOST])}."
    doubts = [f"{_DOUBT_WORDS[act]} ({n})" for act, n in summary.open_doubts.items()]
    if doubts:
        text += f" Doubts still open at the end: {_listed(doubts[:_MOST])}."
    return Remark("Why others did not", text)


def _claims(summary: RunSummary) -> Remark:
    claims = summary.claims
    if not claims["total"]:
        return Remark("Was it true?", "No claim was checked.")
    if claims["supported"] == claims["total"]:
        text = f"Yes: all {claims['total']} claims that were made stand on the fact sheet."
        return Remark("Was it true?", text, good=True)
    wrong = [
        f"{claims[status]} {words}"
        for status, words in (
            ("contradicted", "contradict the fact sheet"),
            ("forbidden", "are forbidden"),
            ("unsupported", "are not in it"),
        )
        if claims[status]
    ]
    text = f"Not always: of {claims['total']} claims {_listed(wrong)}."
    return Remark("Was it true?", text, good=False)


def _rules(summary: RunSummary) -> Remark:
    names = {
        "missing_disclosure": "a required notice was not given",
        "pressure": "the customer was pushed",
        "pressure_after_refusal": "a no was argued with",
        "continued_after_do_not_call": "the call went on after 'never call again'",
        "invented_consent": "an order was taken that nobody gave",
    }
    broken = summary.compliance.breaches
    if not broken:
        return Remark("Was it proper?", "Yes: no rule of conduct was found broken.", good=True)
    found = [f"{names[rule]} ({_times(n)})" for rule, n in broken.items()]
    return Remark("Was it proper?", f"Not always: {_listed(found)}.", good=False)


def _craft(summary: RunSummary) -> Remark | None:
    scored = {
        name.value.replace("_", " "): cell.mean
        for name, cell in summary.capabilities.items()
        if cell.mean is not None
    }
    if len(scored) < 2 or summary.score.mean is None or summary.score.ci95 is None:
        return None
    best, worst = max(scored, key=scored.__getitem__), min(scored, key=scored.__getitem__)
    low, high = summary.score.ci95
    text = (
        f"{summary.score.mean:.1f} of 10 points a call (between {low:.1f} and {high:.1f}). "
        f"Best at {best} ({scored[best]:.1f}), worst at {worst} ({scored[worst]:.1f})."
    )
    return Remark("How well it was done", text)


def _money(summary: RunSummary) -> Remark | None:
    margin, sold = summary.margin, summary.sold
    if not summary.conversion.successes:
        return None
    text = (
        f"{margin.revenue:,.0f} {sold.currency}{_period(sold.period)} of revenue, after "
        f"{margin.discount_given:,.0f} of discounts; {margin.profit:,.0f} after costs"
    )
    if margin.minutes_per_sale:
        text += f"; {margin.minutes_per_sale:.0f} minutes of talk for each sale"
    return Remark("What it brought", f"{text}.")


def _certainty(summary: RunSummary) -> Remark:
    health, failed = summary.health, summary.episodes.failed
    share = health.healthy_share or 0.0
    text = (
        "The simulated customers behaved in every call."
        if share == 1
        else f"The simulated customers behaved in {share:.0%} of calls."
    )
    if failed:
        text += (
            f" {_calls(failed).capitalize()} failed for technical reasons and count nowhere; "
            "the same command tries them again."
        )
    if summary.judge_failures.count:
        text += f" {_count(summary.judge_failures.count)} verdicts of judges are missing."
    of = summary.conversion.of
    if of < _FEW:
        text += f" {4 * of} calls instead of {of} would halve the uncertainty."
    text += (
        " These are simulated people: use the figures to compare salesmen, not to promise sales."
    )
    return Remark("How sure is this?", text, good=None if share == 1 and not failed else False)


def _failures(summary: RunSummary) -> Remark:
    reasons = [f"{_times(n)}: {reason}" for reason, n in summary.errors.items()]
    return Remark("What failed", "; ".join(reasons), good=False)


def _of(rate: Rate) -> str:
    return f"{_count(rate.successes)} of {rate.of}"


def _count(number: int) -> str:
    return "None" if number == 0 else f"{number:,}"


def _calls(number: int) -> str:
    return f"{number:,} call" + ("" if number == 1 else "s")


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _period(period: str) -> str:
    return "" if period == "once" else f" a {period}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
