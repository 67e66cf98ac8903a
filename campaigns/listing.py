"""Turn a second-hand listing into a campaign: the seller calls somebody who is looking.

The input is one record of a bargaining data set: item (title, description, list price,
category), the seller's and the buyer's target price. The seller's target is the list price of
the sheet. The buyer's target becomes the persona's reserve price, taken literally or stretched:

    reserve = target + stretch x (list price - target)

People pay more than their target as a matter of course, so a literal reserve makes buyers that
are harder than real ones. `ESTIMATED_STRETCH` is what real buyers show.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.conversation.errors import InputError
from ai_salesman.conversation.facts import DiscountStep, Fact, FactSheet, Need
from ai_salesman.conversation.files import read_lines, validate
from ai_salesman.conversation.persona import Objection, Persona, Traits
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import CustomerAct, FactKind, Tier
from ai_salesman.simulators.population import Population

__all__ = ["ESTIMATED_STRETCH", "Listing", "campaign_from_listing", "read_listings"]

ESTIMATED_STRETCH = 0.71
"""90 % quantile of (price paid - target) / (list price - target) over the deals of
CraigslistBargain (He et al. 2018) but for its first 50 records; interval in docs/listings.md. A
buyer's reserve is at least what it paid. `benchmarks/listings.py` prints the estimate."""

_MOST_FEATURES = 5
_LADDER = (5, 10, 15, 20, 25, 30)
"""How far a private seller comes down, in percent of the list price."""

_CONDITION = re.compile(
    r"condition|new\b|clean|works|excellent|scratch|used|repair|maintain|smoke|sturdy|mint",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|comes?|includes?|works?|fits?|runs?|needs?|can|will|made"
    r"|features?)\b",
    re.IGNORECASE,
)


class _Item(BaseModel):
    title: str
    description: str = ""
    list_price: float = Field(gt=0)
    category: str = "item"


class _Side(BaseModel):
    target_price: float = Field(gt=0)


class _Sides(BaseModel):
    customer: _Side
    salesperson: _Side
    item: _Item


class Listing(BaseModel):
    """One listing with both sides' target prices."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    persona: _Sides


def read_listings(path: Path) -> Iterator[Listing]:
    """The listings of a JSONL file, in order.

    Raises:
        InputError: the file cannot be read, or a line is no listing.
    """
    for number, line in enumerate(read_lines(path), 1):
        if not line.strip():
            continue
        try:
            content = json.loads(line)
        except json.JSONDecodeError:
            content = None
        if not isinstance(content, dict):
            raise InputError(
                "not a JSON object; write one listing a line", source=path, field=f"line {number}"
            )
        yield validate(content, Listing, source=f"{path}: line {number}")


def campaign_from_listing(listing: Listing, stretch: float = 0.0) -> Campaign:
    """A campaign of one call about `listing`, to the buyer that it names.

    Args:
        listing: what is sold, and both target prices.
        stretch: part of the way from its target to the list price that the buyer would go; 0 takes
            its target for its reserve price.
    """
    item = listing.persona.item
    name = re.sub(r"[^a-z0-9]+", "-", listing.id.lower()).strip("-")
    return Campaign(
        name=name or "listing",
        title=item.title,
        description=f"A private seller calls somebody who looks for this: {item.category}.",
        sheet=_sheet(listing),
        population=Population(personas=(_buyer(listing, stretch),), spread=0.0),
        episodes=1,
    )


def _sheet(listing: Listing) -> FactSheet:
    item = listing.persona.item
    price = listing.persona.salesperson.target_price
    words = f"${price:,.0f}"
    thing = item.category.rstrip("s")
    facts = {
        "price": Fact(kind=FactKind.PRICE, wording=words, value=price, unit="USD"),
        "process": Fact(
            kind=FactKind.PROCESS,
            wording="you come and see it, and when you like it you pay and take it with you",
            answers=(CustomerAct.ASK_PROCESS, CustomerAct.OBJECTION_TRUST),
            serves=("reliability",),
        ),
        **_features(item),
    }
    return FactSheet(
        objective=f"sell {item.title}",
        company="the listing",
        agent="Sam",
        product=f"the {thing} from the listing",
        price=price,
        period="once",
        facts=facts,
        needs={
            "quality": Need(
                phrase=f"a {thing} in good shape",
                problem="things that turn out worn or broken",
                signs=("condition", "how old is it", "any damage", "does it work"),
            ),
            "fit": Need(
                phrase=f"the right {thing}",
                problem=f"not finding the right {thing}",
                signs=("size", "what comes with it", "the details", "where is it"),
            ),
            "reliability": Need(
                phrase="a deal without surprises",
                problem="sellers who hide something",
                signs=("can I see it", "is it yours", "still available"),
            ),
        },
        discounts=_ladder(price),
    )


def _ladder(price: float) -> tuple[DiscountStep, ...]:
    """Steps down in whole dollars, as private sellers name them."""
    sums = dict.fromkeys(round(price * (1 - percent / 100)) for percent in _LADDER)
    return tuple(
        DiscountStep(percent=100 * (1 - amount / price), wording=f"a lower price of ${amount:,}")
        for amount in sums
        if 0 < amount < price
    )


def _features(item: _Item) -> dict[str, Fact]:
    """Clauses from the description; the title stands in when there is none."""
    pieces = [
        piece.strip(" .,;:!*~-")
        for sentence in split_sentences(item.description)
        for piece in re.split(r"\s[-*~]+\s|\.{2,}", sentence)
    ]
    clauses = [_clause(piece) for piece in pieces if 3 <= len(piece.split()) <= 18]
    chosen = list(dict.fromkeys(clauses))[:_MOST_FEATURES] or [f"it is {item.title}"]
    facts = {}
    for number, clause in enumerate(chosen, 1):
        serves = ("quality",) if _CONDITION.search(clause) else ("fit",)
        facts[f"feature_{number}"] = Fact(kind=FactKind.FEATURE, wording=clause, serves=serves)
    return facts


def _clause(piece: str) -> str:
    lowered = piece if piece[:2].isupper() else piece[0].lower() + piece[1:]
    return lowered if _VERB.search(piece) else f"it has {lowered}"


def _buyer(listing: Listing, stretch: float) -> Persona:
    """Somebody who looks for the thing: open, fairly trusting, and there to bargain."""
    target = listing.persona.customer.target_price
    gap = max(0.0, listing.persona.salesperson.target_price - target)
    return Persona(
        id=f"buyer-{listing.id}",
        name="there",
        domain="second_hand",
        background=f"Looks for a {listing.persona.item.category} among second-hand listings.",
        tier=Tier.MEDIUM,
        needs={"quality": 0.4, "fit": 0.4, "reliability": 0.2},
        reserve=target + stretch * gap,
        reserve_unit="absolute",
        haggles=1.0,
        traits=Traits(trust=0.6, patience=0.8, price_sensitivity=0.6, openness=0.8),
        objections=(
            Objection(
                act=CustomerAct.OBJECTION_PRICE, strength=0.5, resolved_by=("discount", "price")
            ),
        ),
    )
