"""Simulated sales calls by the hundred: run them, read them, score them.

    from ai_salesman import Campaign, run_campaign

    summary = run_campaign("examples/campaigns/merchant_ads.yaml")
    print(summary.conversion.rate, summary.conversion.ci95)

Names load when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ai_salesman.agents.base import Salesman
    from ai_salesman.api import run_campaign
    from ai_salesman.campaigns.campaign import Campaign
    from ai_salesman.campaigns.comparison import compare
    from ai_salesman.conversation.persona import Persona
    from ai_salesman.evaluation.base import Judge
    from ai_salesman.simulators.base import Customer

__all__ = ["Campaign", "Customer", "Judge", "Persona", "Salesman", "compare", "run_campaign"]

_HOMES = {
    "Campaign": "ai_salesman.campaigns.campaign",
    "Customer": "ai_salesman.simulators.base",
    "Judge": "ai_salesman.evaluation.base",
    "Persona": "ai_salesman.conversation.persona",
    "Salesman": "ai_salesman.agents.base",
    "compare": "ai_salesman.campaigns.comparison",
    "run_campaign": "ai_salesman.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
