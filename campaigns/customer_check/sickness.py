"""How often is the simulator itself at fault in ordinary calls?"""

from __future__ import annotations

from collections.abc import Sequence

from ai_salesman.campaigns.customer_check.results import CheckResult, Figure
from ai_salesman.campaigns.customer_check.trials import Trial
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.taxonomy import Speaker
from ai_salesman.evaluation.health import UNHEALTHY_FROM, health_of
from ai_salesman.simulators.role_guard import RoleGuard

__all__ = ["NAME", "check_sickness"]

NAME = "stays in its role"
_MOST = 0.05


async def check_sickness(trials: Sequence[Trial], guard: RoleGuard) -> CheckResult:
    """Health signals of the played calls, and turns that sound like a salesman's."""
    calls = [episode for trial in trials for episode in trial.episodes]
    health = [health_of(episode) for episode in calls]
    signals = [
        Figure.rate(name.replace("_", " "), [h[name] >= bound for h in health])
        for name, bound in UNHEALTHY_FROM.items()
    ]
    selling = Figure.rate(
        "sells, by the role guard", [await _is_selling(call, guard) for call in calls]
    )
    figures = (*signals, selling)
    return CheckResult(
        id="role",
        name=NAME,
        question=(
            "Does it sell, contradict itself, pour itself out, say goodbye for ever, or agree to "
            "anything?"
        ),
        criterion=f"Each happens in at most {_MOST:.0%} of calls.",
        passed=all((figure.value or 0.0) <= _MOST for figure in figures),
        figures=figures,
    )


async def _is_selling(episode: Episode, guard: RoleGuard) -> bool:
    for turn in episode.turns:
        spoken = turn.speaker is Speaker.CUSTOMER and turn.text.strip()
        if spoken and await guard.is_selling(turn.text):
            return True
    return False
