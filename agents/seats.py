"""Make planners by name."""

from __future__ import annotations

from ai_salesman.agents.base import Planner
from ai_salesman.agents.fixed_planners import NoPlanner, StaticPlanner
from ai_salesman.agents.hearing import SheetReader
from ai_salesman.agents.intent import embedded_intent_reader
from ai_salesman.agents.planner import DogaPlanner
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.models.encoder import MiniLMEncoder

__all__ = ["PLANNERS", "make_planner"]

PLANNERS = ("doga", "static", "none")
"""Planners that need no model of their own; `doga:<model uri>` is made elsewhere."""


def make_planner(name: str, sheet: FactSheet, encoder: MiniLMEncoder) -> Planner:
    """The planner called `name`, one of `PLANNERS`."""
    if name == "static":
        return StaticPlanner()
    if name == "none":
        return NoPlanner()
    return DogaPlanner(embedded_intent_reader(), SheetReader(sheet, encoder))
