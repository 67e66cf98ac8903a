"""The outline of one salesman turn: what the planner decided, and why."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy

__all__ = ["Belief", "IntentReading", "Outline", "RetrievedScript"]

Probability = Annotated[float, Field(ge=0, le=1)]


class IntentReading(BaseModel):
    """The dialogue act recognised in the customer's last words."""

    model_config = ConfigDict(frozen=True)

    act: CustomerAct
    probability: Probability


class Belief(BaseModel):
    """What the planner believes about the customer, from words alone."""

    model_config = ConfigDict(frozen=True)

    interest: Probability = 0.4
    trust: Probability = 0.4
    needs: dict[str, Probability] = {}
    """Need name -> probability that the customer has it."""
    open_objections: tuple[CustomerAct, ...] = ()


class RetrievedScript(BaseModel):
    """A script that the library returned for this turn."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    strategy: Strategy
    similarity: float
    success: float
    """Success of the script: a draw from its posterior, or the posterior mean."""
    score: float
    """similarity x success, raised for the intent it answers and the facts it states."""


class Outline(BaseModel):
    """The plan of one salesman turn. Hidden from the customer and the judges."""

    model_config = ConfigDict(frozen=True)

    intent: IntentReading
    stage: Stage | None
    """None: spoken without a plan (the `none` planner)."""
    strategy: Strategy | None
    goal: str = ""
    """One line for the reader: what this turn should achieve."""
    key_facts: dict[str, str] = {}
    """Slot -> name of the fact to state in it, e.g. {'benefit': 'first_in_search'}.
    Rungs of the discount ladder are named 'discount:1', 'discount:2', ..."""
    focus_need: str | None = None
    avoid: tuple[str, ...] = ()
    """Things not to say or do in this turn."""
    query: str = ""
    """What the script library is asked."""
    end_call: bool = False
    """The planner wants the call to end after this turn."""
    belief: Belief = Belief()
    scripts: tuple[RetrievedScript, ...] = ()
