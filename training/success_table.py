"""How often calls were won in which a plan was followed: the Beta weight of the reward.

For every (stage, intent, strategy) the calls of a noisy corpus that show it are counted, won and
lost. The success of a cell has a Beta posterior; its prior mean is the success of all turns that
answer the same intent, so that a cell seen twice says little (empirical Bayes; Casella, 1985).
Only a cell's success *relative to its intent's* is used: a plan cannot gain by naming a rosier
intent than the customer showed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from ai_salesman.conversation.taxonomy import CustomerAct, Stage, Strategy
from ai_salesman.corpus.plan_prompt import Plan
from ai_salesman.training.plan_examples import PlanExample

__all__ = ["Cell", "SuccessTable"]

Cell = tuple[Stage, CustomerAct | None, Strategy]

_CLOSED = frozenset(
    {CustomerAct.REFUSE, CustomerAct.DO_NOT_CALL, CustomerAct.GOODBYE, CustomerAct.CALLBACK}
)
"""Acts after which a call is to be left. Pushing on wins a few of these calls, so success would
teach to ignore a no: it has no say here."""


class _Count(NamedTuple):
    won: int
    seen: int


class SuccessTable:
    """Posterior mean success of plans.

    Args:
        examples: labelled turns; a cell counts once for each call that shows it.
        prior_strength: how many calls the prior is worth.
    """

    def __init__(self, examples: Iterable[PlanExample], prior_strength: float = 20.0):
        won: dict[str, bool] = {}
        shown: set[tuple[str, Cell]] = set()
        for example in examples:
            won[example.call] = example.won
            shown.add((example.call, _cell(example.plan)))
        self._strength = prior_strength
        self._base = _rate(_Count(sum(won.values()), len(won)))
        self._cells = _counted((cell, won[call]) for call, cell in shown)
        self._intents = _counted((cell[1], won[call]) for call, cell in shown)

    def success(self, plan: Plan) -> float:
        """Posterior mean of the chance that a call in which this plan is followed is won."""
        return self._shrunk(self._cells.get(_cell(plan)), self._of_intent(plan.intent))

    def weight(self, plan: Plan) -> float:
        """Success relative to that of the intent it answers, at most 1.

        Plans that usually fail are discounted. What does better than usual is not paid more: a
        model soon names what wins most, whatever the customer said. Every plan that answers a no
        weighs 1.
        """
        if plan.intent in _CLOSED:
            return 1.0
        base = self._of_intent(plan.intent)
        return min(1.0, self.success(plan) / base) if base > 0 else 1.0

    def _of_intent(self, intent: CustomerAct | None) -> float:
        return self._shrunk(self._intents.get(intent), self._base)

    def _shrunk(self, count: _Count | None, prior: float) -> float:
        won, seen = count or _Count(0, 0)
        return (won + self._strength * prior) / (seen + self._strength)


def _cell(plan: Plan) -> Cell:
    return plan.stage, plan.intent, plan.strategy


def _counted(pairs: Iterable[tuple[object, bool]]) -> dict[object, _Count]:
    seen: Counter[object] = Counter()
    won: Counter[object] = Counter()
    for key, is_won in pairs:
        seen[key] += 1
        won[key] += is_won
    return {key: _Count(won[key], seen[key]) for key in seen}


def _rate(count: _Count) -> float:
    return count.won / count.seen if count.seen else 0.0
