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

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.campaigns.estimates import Estimate, Part, Ratio
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import CustomerAct

__all__ = ["WORDS_A_MINUTE", "Margin", "lowest_price", "margin_of", "minutes_of", "never_buys"]

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


def margin_of(campaign: Campaign, episodes: Sequence[Episode]) -> Margin:
    """The margin of calls that did not fail for technical reasons."""
    sheet = campaign.sheet
    offers = [e.offer for e in episodes if e.offer is not None]
    revenue = sum(offer.price for offer in offers)
    sold = [float(e.offer is not None) for e in episodes]
    honest = [float(_is_honest(e)) for e in episodes]
    minutes = [minutes_of(e) for e in episodes]
    hopeless = [never_buys(e.persona, sheet) for e in episodes]
    lost = [m * h for m, h in zip(minutes, hopeless, strict=True)]
    per_sale = _ratio(minutes, sold)
    return Margin(
        revenue=round(revenue, 2),
        discount_given=round(sum(offer.list_price - offer.price for offer in offers), 2),
        profit=round(revenue - sheet.cost * len(offers), 2),
        profit_per_call=Estimate.of_values(
            [e.offer.price - sheet.cost if e.offer else 0.0 for e in episodes]
        ),
        discount_percent=Estimate.of_values([offer.discount_percent for offer in offers]),
        surplus_share=Estimate.of_values(list(_shares(episodes, sheet))),
        sold_above_reserve=sum(
            e.offer is not None and e.offer.price > _reserve(e.persona, sheet) for e in episodes
        ),
        minutes_per_call=Estimate.of_values(minutes),
        minutes_per_sale=None if per_sale.ratio is None else round(per_sale.ratio, 1),
        minutes_per_sale_ci95=per_sale.ci95,
        minutes_per_honest_sale=_ratio(minutes, honest),
        cost_per_honest_sale=_cost(campaign.minute_cost, episodes, minutes, honest),
        never_buys_calls=sum(hopeless),
        never_buys_sales=sum(
            h and e.offer is not None for h, e in zip(hopeless, episodes, strict=True)
        ),
        never_buys_minutes=round(sum(lost), 1),
        never_buys_share=_ratio(lost, minutes),
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


def _shares(episodes: Sequence[Episode], sheet: FactSheet) -> Iterable[float]:
    floor = sheet.cost or lowest_price(sheet)
    for episode in episodes:
        reserve = _reserve(episode.persona, sheet)
        if episode.offer is not None and reserve > floor:
            yield min(1.0, max(0.0, (episode.offer.price - floor) / (reserve - floor)))


def _is_honest(episode: Episode) -> bool:
    return episode.score is not None and episode.score.honest


def _ratio(above: Sequence[float], below: Sequence[float]) -> Ratio:
    return Ratio.of_pairs(list(zip(above, below, strict=True)))


def _cost(
    rate: float | None,
    episodes: Sequence[Episode],
    minutes: Sequence[float],
    honest: Sequence[float],
) -> Ratio:
    if rate is None:
        return Ratio(ratio=None, ci95=None, of=len(episodes))
    costs = [e.use.usd + rate * m for e, m in zip(episodes, minutes, strict=True)]
    return _ratio(costs, honest)
