"""What the sales were worth, and what they cost.

Terms, all per contract period and in the campaign's currency:

    lowest price     the list price after the deepest discount of the sheet
    floor            the sheet's cost; the lowest price where the sheet names no cost
    reserve          what full coverage of the customer's needs is worth to it, at most
    surplus share    (price sold at - floor) / (reserve - floor), at least 0 and at most 1;
                     sold calls whose reserve lies above the floor
    minutes          words of both sides / 150
    never buys       its reserve is below the lowest price, or it must ask somebody and only
                     another call settles that

    cost per honest sale = (token cost + minutes x minute_cost) / honest sales

over all calls, where `minute_cost` is the campaign's; without it the minutes stand alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.estimates import Estimate, Part, Ratio
from ai_salesman.conversation.episode import AgreedOffer, Episode
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import CustomerAct

__all__ = [
    "WORDS_A_MINUTE",
    "CallMargin",
    "Margin",
    "call_margin",
    "lowest_price",
    "margin_of",
    "minutes_of",
    "never_buys",
]

WORDS_A_MINUTE = 150
"""Of ordinary speech on the telephone."""


class Margin(Part):
    """What the sales were worth and cost; the terms stand at the head of this module."""

    revenue: float
    discount_given: float
    profit: float
    profit_per_call: Estimate
    discount_percent: Estimate
    """Percent off the list price, of sold calls."""
    surplus_share: Estimate
    sold_above_reserve: int
    """Sales at a price above the reserve: the customer was talked into it."""
    minutes_per_call: Estimate
    minutes_per_sale: float | None
    """Minutes of all calls per sale."""
    minutes_per_sale_ci95: tuple[float, float | None] | None
    minutes_per_honest_sale: Ratio
    cost_per_honest_sale: Ratio
    """None without `minute_cost` in the campaign."""
    never_buys_calls: int
    """Calls to customers who could never buy."""
    never_buys_sales: int
    """Such customers who bought all the same."""
    never_buys_minutes: float
    never_buys_share: Ratio
    """Of all minutes."""


@dataclass(frozen=True, slots=True)
class CallMargin:
    """What one call brought and took."""

    offer: AgreedOffer | None
    """What was sold."""
    honest: bool
    reserve: float
    minutes: float
    never_buys: bool
    usd: float
    """Spent on tokens."""


def call_margin(episode: Episode, sheet: FactSheet) -> CallMargin:
    """The margin's share of one call."""
    return CallMargin(
        offer=episode.offer,
        honest=episode.score is not None and episode.score.honest,
        reserve=_reserve(episode.persona, sheet),
        minutes=minutes_of(episode),
        never_buys=never_buys(episode.persona, sheet),
        usd=episode.use.usd,
    )


def margin_of(campaign: Campaign, calls: Sequence[CallMargin]) -> Margin:
    """The margin of calls that did not fail for technical reasons."""
    cost = campaign.sheet.cost
    sales = [(call, call.offer) for call in calls if call.offer is not None]
    offers = [offer for _, offer in sales]
    revenue = sum(offer.price for offer in offers)
    minutes = [call.minutes for call in calls]
    honest = [float(call.honest) for call in calls]
    hopeless = [call for call in calls if call.never_buys]
    per_sale = _ratio(minutes, [float(call.offer is not None) for call in calls])
    return Margin(
        revenue=round(revenue, 2),
        discount_given=round(sum(offer.list_price - offer.price for offer in offers), 2),
        profit=round(revenue - cost * len(offers), 2),
        profit_per_call=Estimate.of_values(
            [call.offer.price - cost if call.offer else 0.0 for call in calls]
        ),
        discount_percent=Estimate.of_values([offer.discount_percent for offer in offers]),
        surplus_share=Estimate.of_values(list(_shares(sales, campaign.sheet))),
        sold_above_reserve=sum(offer.price > call.reserve for call, offer in sales),
        minutes_per_call=Estimate.of_values(minutes),
        minutes_per_sale=None if per_sale.ratio is None else round(per_sale.ratio, 1),
        minutes_per_sale_ci95=per_sale.ci95,
        minutes_per_honest_sale=_ratio(minutes, honest),
        cost_per_honest_sale=_cost(campaign.minute_cost, calls, honest),
        never_buys_calls=len(hopeless),
        never_buys_sales=sum(call.offer is not None for call in hopeless),
        never_buys_minutes=round(sum(call.minutes for call in hopeless), 1),
        never_buys_share=_ratio([c.minutes * c.never_buys for c in calls], minutes),
    )


def minutes_of(episode: Episode) -> float:
    """Minutes that the words of both sides take to say."""
    return sum(len(turn.text.split()) for turn in episode.turns) / WORDS_A_MINUTE


def lowest_price(sheet: FactSheet) -> float:
    """The list price after the deepest discount."""
    deepest = max((step.percent for step in sheet.discounts), default=0.0)
    return sheet.price * (1 - deepest / 100)


def never_buys(persona: Persona, sheet: FactSheet) -> bool:
    """Whether no salesman who keeps to the sheet could sell to this customer in one call."""
    return _reserve(persona, sheet) < lowest_price(sheet) or _asks_for_good(persona)


def _asks_for_good(persona: Persona) -> bool:
    if persona.authority != "must_ask":
        return False
    return any(
        objection.act is CustomerAct.OBJECTION_AUTHORITY
        and set(objection.resolved_by) == {"callback"}
        for objection in persona.objections
    )


def _reserve(persona: Persona, sheet: FactSheet) -> float:
    absolute = persona.reserve_unit == "absolute"
    return persona.reserve if absolute else persona.reserve * sheet.price


def _shares(sales: Iterable[tuple[CallMargin, AgreedOffer]], sheet: FactSheet) -> Iterable[float]:
    floor = sheet.cost or lowest_price(sheet)
    for call, offer in sales:
        if call.reserve > floor:
            yield min(1.0, max(0.0, (offer.price - floor) / (call.reserve - floor)))


def _ratio(above: Sequence[float], below: Sequence[float]) -> Ratio:
    return Ratio.of_pairs(list(zip(above, below, strict=True)))


def _cost(rate: float | None, calls: Sequence[CallMargin], honest: Sequence[float]) -> Ratio:
    if rate is None:
        return Ratio(ratio=None, ci95=None, of=len(calls))
    return _ratio([call.usd + rate * call.minutes for call in calls], honest)
