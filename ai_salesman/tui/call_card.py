"""What stands above and below the turns: who was called, and how it ended."""

from __future__ import annotations

from textual.content import Content

from ai_salesman.conversation.episode import AgreedOffer, Episode
from ai_salesman.conversation.literal import one_line
from ai_salesman.conversation.persona import Persona
from ai_salesman.tui.formatting import name_of, score_words
from ai_salesman.tui.palette import MUTED

__all__ = ["call_title", "describe_customer", "describe_end"]


def call_title(episode: Episode) -> Content:
    """Number, name and business."""
    persona = episode.persona
    return Content(f"{episode.index}  {one_line(persona.name)}, {one_line(persona.business)}")


def describe_customer(persona: Persona) -> Content:
    """The hidden side of the customer: character, needs, doubts, reserve price."""
    needs = sorted(persona.needs.items(), key=lambda need: -need[1])
    lines = [
        f"{name_of(persona.tier)} customer, {name_of(persona.style)}",
        "needs " + ", ".join(f"{one_line(name)} {weight:.2f}" for name, weight in needs),
    ]
    if persona.objections:
        lines.append("doubts " + ", ".join(_doubt(item.act.value) for item in persona.objections))
    lines.append(f"would pay {_reserve(persona)}")
    return Content.styled(" · ".join(lines), MUTED)


def describe_end(episode: Episode) -> Content:
    """Why the call ended, on which terms, and what it scored."""
    parts: list[str | tuple[str, str]] = [("ended: ", MUTED)]
    parts.append((name_of(episode.stop), "bold"))
    if episode.offer is not None:
        parts.append(f" at {_terms(episode.offer)}")
    if episode.score is not None:
        parts.append((f"  score {score_words(episode.score.total)}", "bold"))
        process = score_words(episode.score.process)
        outcome = score_words(episode.score.outcome)
        parts.append((f"  outcome {outcome}, process {process}", MUTED))
    if episode.error:
        parts.append((f"\n{one_line(episode.error)}", "$text-error"))
    return Content.assemble(*parts)


def _doubt(act: str) -> str:
    return act.removeprefix("objection_")


def _reserve(persona: Persona) -> str:
    if persona.reserve_unit == "absolute":
        return f"{persona.reserve:,.2f}"
    return f"{persona.reserve:.2f} x list price"


def _terms(offer: AgreedOffer) -> str:
    discount = f", {offer.discount_percent:g}% off" if offer.discount_percent else ""
    return f"{offer.price:,.2f} (list {offer.list_price:,.2f}{discount})"
