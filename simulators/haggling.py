"""The prices that a buyer names itself: low at first, then nearer to what it would pay.

    figure k = ceiling x (1 - (1 - opening) x (1 - pace)^k)

rounded down as people round. `ceiling` is the most that it would pay now, never above its reserve
price; who is not convinced yet names low figures all the same, as part of the reserve. Opening and
pace follow from its traits and its luck. A figure is never taken back, never above the reserve, and
always below what is asked: at that a buyer takes the offer instead.
"""

from __future__ import annotations

from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.simulators.decision import willing_to_pay
from ai_salesman.simulators.mind import AgendaState
from ai_salesman.simulators.mind_settings import MindSettings

__all__ = ["is_haggler", "next_offer", "rounds_left", "spoken_down", "would_take"]

_STEPS = ((20.0, 1.0), (50.0, 2.0), (200.0, 5.0), (1000.0, 10.0), (3000.0, 50.0))
"""Below the first figure, people name prices in steps of the second."""
_COARSEST = 100.0


def is_haggler(state: AgendaState, cfg: MindSettings) -> bool:
    """Whether this customer is one to bargain: drawn once a call."""
    persona = state.scene.persona
    usual = cfg.haggle_base + cfg.haggle_sensitivity * persona.traits.price_sensitivity
    return state.luck.chance(usual if persona.haggles is None else persona.haggles, "haggler")


def rounds_left(state: AgendaState, cfg: MindSettings) -> bool:
    """Whether another figure is worth its while; the impatient name one or two."""
    most = 1 + cfg.rounds * state.scene.persona.traits.patience * state.luck.uniform("rounds")
    return len(state.offers) < most


def next_offer(state: AgendaState, cfg: MindSettings) -> float | None:
    """The next price that the customer would name; None when it has none to name.

    It has none before it knows the price, when what is asked is hardly more than the figure, and
    when it could only say the last figure again.
    """
    asked = state.net_price
    if asked is None:
        return None
    ceiling = max(_ceiling(state, cfg), cfg.unconvinced * state.scene.reserve)
    left = (1 - _opening(state, cfg)) * (1 - _pace(state, cfg)) ** len(state.offers)
    figure = spoken_down(ceiling * (1 - left))
    last = state.offers[-1] if state.offers else 0.0
    return figure if last < figure < asked * (1 - cfg.haggle_gap) else None


def would_take(state: AgendaState, cfg: MindSettings) -> bool:
    """Whether what is asked now would be paid, if it came to that."""
    asked = state.net_price
    return asked is not None and asked <= _ceiling(state, cfg)


def spoken_down(amount: float) -> float:
    """The amount in round figures, never more than it was."""
    step = next((step for limit, step in _STEPS if amount < limit), _COARSEST)
    return step * (amount // step)


def _ceiling(state: AgendaState, cfg: MindSettings) -> float:
    """The most that it would pay now, with its doubt about the price out of the way."""
    return min(state.scene.reserve, willing_to_pay(_without_price_doubt(state), cfg))


def _opening(state: AgendaState, cfg: MindSettings) -> float:
    traits = state.scene.persona.traits
    stray = cfg.open_luck * (2 * state.luck.uniform("opening") - 1)
    return cfg.open_high - cfg.open_sensitivity * traits.price_sensitivity + stray


def _pace(state: AgendaState, cfg: MindSettings) -> float:
    return cfg.pace + cfg.pace_openness * state.scene.persona.traits.openness


def _without_price_doubt(state: AgendaState) -> AgendaState:
    """The mind as it would be if its price were met."""
    kept = tuple(d for d in state.doubts if d.act is not CustomerAct.OBJECTION_PRICE)
    return state.model_copy(update={"doubts": kept})
