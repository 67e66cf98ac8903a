"""The parts that fill the seats of a call."""

from __future__ import annotations

from dataclasses import dataclass

from ai_salesman.agents.base import Planner, Salesman
from ai_salesman.agents.claims_guard import ClaimsGuard
from ai_salesman.conversation.facts import FactSheet
from ai_salesman.scripts_library.retrieve import ScriptLibrary
from ai_salesman.simulators.base import Customer

__all__ = ["CallParts"]


@dataclass(frozen=True)
class CallParts:
    """Everything one call needs; shared by all calls of a campaign."""

    sheet: FactSheet
    planner: Planner
    library: ScriptLibrary | None
    """None: nothing is retrieved."""
    salesman: Salesman
    guard: ClaimsGuard
    customer: Customer
    max_turns: int
    max_rewrites: int
