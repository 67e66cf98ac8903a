"""The buying decision: perceived value, utility, and the chance of a yes."""

from __future__ import annotations

import math

from ai_salesman.simulators.mind import AgendaState
from ai_salesman.simulators.mind_settings import MindSettings

__all__ = [
    "acceptance",
    "coverage",
    "is_overpriced",
    "perceived_value",
    "utility",
    "willing_to_pay",
]

_HALVINGS = 24


def coverage(state: AgendaState) -> float:
    """Weighted share of my needs that I believe to be met, in [0, 1]."""
    weights = state.scene.weights
    return sum(weight * state.belief.get(need, 0.0) for need, weight in weights.items())


def perceived_value(state: AgendaState, cfg: MindSettings) -> float:
    """What the offer, as I believe it, is worth to me: reserve x appreciated coverage.

    Nobody needs to hear everything: the first good reason counts for more than the fifth.
    """
    return state.scene.reserve * (1.0 - math.exp(-cfg.appreciation * coverage(state)))


def utility(state: AgendaState, cfg: MindSettings) -> float:
    """Utility of accepting at the price heard; an unknown price counts as my reserve.

    Falls with the price and with open doubts, rises with trust, interest and belief. Past the
    reserve it falls steeply: however fond of the offer, nobody pays much more than that.
    """
    return _utility_at(state, _price_in_mind(state), cfg)


def _price_in_mind(state: AgendaState) -> float:
    price = state.net_price
    return state.scene.reserve if price is None else price


def _utility_at(state: AgendaState, price: float, cfg: MindSettings) -> float:
    traits = state.scene.persona.traits
    reserve = max(state.scene.reserve, 1e-9)
    surplus = (perceived_value(state, cfg) - price) / reserve
    doubts = sum(
        doubt.strength * (1.0 if doubt.status == "raised" else cfg.latent_share)
        for doubt in state.doubts
        if doubt.status != "resolved"
    )
    return (
        (cfg.price_weight + cfg.sensitivity_weight * traits.price_sensitivity) * _bounded(surplus)
        - cfg.beyond_reserve * max(0.0, price / reserve - 1.0)
        + cfg.trust_weight * (state.trust - 0.5)
        + cfg.interest_weight * (state.interest - 0.5)
        - cfg.doubt_weight * (1.0 - math.exp(-doubts))
        - cfg.effort * (1 - 0.5 * traits.openness)
    )


def _bounded(x: float) -> float:
    """Softsign: past a point, worse is hardly worse any more; strictly increasing."""
    return x / (1.0 + abs(x))


def acceptance(state: AgendaState, cfg: MindSettings) -> float:
    """Probability of a yes when asked now: logistic in utility."""
    return _chance(utility(state, cfg), cfg)


def willing_to_pay(state: AgendaState, cfg: MindSettings) -> float:
    """The highest price that I would say yes to if I were asked now; at most my reserve.

    It rests on the same draw as the yes itself, so that a figure named in good faith is kept.
    0 when no price would do: then something else is wrong.
    """
    draw = state.luck.uniform("accept")

    def takes(price: float) -> bool:
        return draw < _chance(_utility_at(state, price, cfg), cfg)

    low, high = 0.0, state.scene.reserve
    if takes(high):
        return high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if takes(middle) else (low, middle)
    return low


def _chance(utility: float, cfg: MindSettings) -> float:
    z = (utility - cfg.threshold) / cfg.temperature
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, z))))


def is_overpriced(state: AgendaState, cfg: MindSettings) -> bool:
    """The price heard misses the reserve, or what I have been shown so far, by too much."""
    price = state.net_price
    if price is None:
        return False
    shown = max(perceived_value(state, cfg), 0.55 * state.scene.reserve)
    return price * (1 - cfg.price_doubt_gap) > shown
