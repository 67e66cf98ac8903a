"""Are the names of a campaign's parts ones that we know? Asked before anything is loaded."""

from __future__ import annotations

from ai_salesman.agents.seats import PLANNERS
from ai_salesman.campaigns.campaign import Campaign
from ai_salesman.conversation.errors import InputError, UnknownNameError
from ai_salesman.evaluation.registry import EMBEDDED_JUDGES
from ai_salesman.models.uri import parse_uri

__all__ = ["check_judge", "check_names", "learned_parts"]

_LEARNED = "embedded:customer"
"""The weights that the learned customer speaks with when none are named."""
_CUSTOMERS = (
    "agenda",
    "agenda:held-out",
    "learned",
    "learned:decides",
    "learned:hf:<folder>",
    "learned:decides:hf:<folder>",
    "llm:<model uri>",
    "python:<file.py>:<name>",
)


def check_names(campaign: Campaign) -> None:
    """Check planner, salesman, customer and judges by name.

    Raises:
        InputError: names the part that is unknown, or the model URI that is malformed.
    """
    _check_planner(campaign.planner)
    if campaign.salesman != "script":
        parse_uri(campaign.salesman)
    elif campaign.retrieval == "none":
        raise InputError("'script' says what is retrieved; choose a model", field="salesman")
    _check_customer(campaign.customer)
    for judge in campaign.judges:
        check_judge(judge)


def _check_planner(planner: str) -> None:
    name, _, uri = planner.partition(":")
    if name == "doga" and uri:
        parse_uri(uri)
    elif planner not in PLANNERS:
        raise UnknownNameError("planner", planner, PLANNERS, field="planner")


def _check_customer(customer: str) -> None:
    name, _, uri = customer.partition(":")
    if name == "llm" and uri:
        parse_uri(uri)
    elif name == "learned":
        parse_uri(learned_parts(uri)[1])
    elif customer not in ("agenda", "agenda:held-out") and not (name == "python" and uri):
        raise UnknownNameError("customer", customer, _CUSTOMERS, field="customer")


def learned_parts(rest: str) -> tuple[str, str]:
    """What follows `learned` as (way of choosing, model URI): 'agenda' or 'decides'."""
    way, _, uri = rest.partition(":")
    if way == "decides":
        return way, uri or _LEARNED
    return "agenda", rest or _LEARNED


def check_judge(judge: str) -> None:
    """Check one judge by name.

    Raises:
        InputError: it is unknown, or its model URI is malformed.
    """
    name, _, uri = judge.partition(":")
    if name == "llm" and uri:
        parse_uri(uri)
    elif judge not in EMBEDDED_JUDGES and not (name == "python" and uri):
        raise UnknownNameError("judge", judge, EMBEDDED_JUDGES, field="judges")
