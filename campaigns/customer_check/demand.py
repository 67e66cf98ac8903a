"""Does demand fall with the price? The same customers are offered the same thing dearer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ai_salesman.campaigns.customer_check.pricing import at_price
from ai_salesman.campaigns.customer_check.resampling import resampled_interval
from ai_salesman.campaigns.customer_check.results import CheckResult, Curve, CurvePoint, Figure
from ai_salesman.campaigns.customer_check.trials import OpenCalls, Tick, Trial, play_campaign
from ai_salesman.conversation.persona import Persona
from ai_salesman.conversation.taxonomy import StopReason, Tier
from ai_salesman.evaluation.statistics import wilson_interval

__all__ = ["NAME", "SCALES", "check_demand"]

NAME = "demand falls with price"
SCALES = (0.5, 0.7, 1.0, 1.4, 2.0)
"""Prices as multiples of the list price; at 1 the calls are those already played."""
_SENSITIVE = 0.5
_SEGMENT_RESAMPLES = 200
_MUCH = 1.05
_MOST_ABOVE = 0.1
"""Share of sales much above the customer's own reserve from which the reserve means nothing."""


@dataclass(frozen=True)
class _Buyer:
    """One customer at every price."""

    persona: Persona
    bought: dict[float, bool]
    above_reserve: tuple[bool, ...] = ()
    """Of each purchase: whether it cost much more than the customer's reserve."""


async def check_demand(trials: Sequence[Trial], open_calls: OpenCalls, tick: Tick) -> CheckResult:
    """Play every campaign again at other prices, with the same seeded customers."""
    buyers = [b for trial in trials for b in await _buyers(trial, open_calls, tick)]
    x, y = _table(buyers)
    trend = Figure(
        name="logistic slope of buying on the logarithm of the price",
        value=_logit_slope(x, y),
        ci95=resampled_interval(lambda rows: _logit_slope(x[rows], y[rows]), len(buyers)),
        of=len(buyers),
    )
    elasticity = Figure(
        name="elasticity of demand at the list price",
        value=_elasticity(x, y),
        ci95=resampled_interval(lambda rows: _elasticity(x[rows], y[rows]), len(buyers)),
        of=len(buyers),
    )
    above = Figure.rate(
        f"sales at more than {_MUCH:g} times the customer's reserve price",
        [a for b in buyers for a in b.above_reserve],
    )
    ends = Figure.difference(
        f"conversion at {SCALES[0]:g} minus at {SCALES[-1]:g} times the list price",
        [float(b.bought[SCALES[0]]) for b in buyers],
        [float(b.bought[SCALES[-1]]) for b in buyers],
    )
    return CheckResult(
        id="demand",
        name=NAME,
        question="If the same thing costs more, do fewer of the same customers buy it?",
        criterion=(
            "The logistic slope on the logarithm of the price lies below 0 (interval from drawing "
            f"customers again), and at most {_MOST_ABOVE:.0%} of sales cost more than {_MUCH:g} "
            "times what the customer would pay for everything it needs."
        ),
        passed=trend.below_zero and (above.value or 0.0) <= _MOST_ABOVE,
        figures=(trend, elasticity, ends, above, *_elasticities(buyers)),
        curves=tuple(_curves(buyers)),
        note="Reserve prices are held in currency; the salesman speaks the price of the day.",
    )


async def _buyers(trial: Trial, open_calls: OpenCalls, tick: Tick) -> list[_Buyer]:
    bought: dict[int, dict[float, bool]] = {}
    above: dict[int, list[bool]] = {}
    for scale in SCALES:
        played = trial if scale == 1.0 else await _at(trial, scale, open_calls, tick)
        for episode in played.episodes:
            won = episode.stop is StopReason.AGREED
            bought.setdefault(episode.index, {})[scale] = won
            if won and episode.offer is not None:
                dear = episode.offer.price > _MUCH * trial.scene(episode).reserve
                above.setdefault(episode.index, []).append(dear)
    personas = {episode.index: episode.persona for episode in trial.episodes}
    return [
        _Buyer(personas[index], at, tuple(above.get(index, ())))
        for index, at in bought.items()
        if index in personas and len(at) == len(SCALES)
    ]


async def _at(trial: Trial, scale: float, open_calls: OpenCalls, tick: Tick) -> Trial:
    campaign = trial.campaign.model_copy(update={"sheet": at_price(trial.sheet, scale)})
    async with open_calls(campaign) as runner:
        return await play_campaign(runner, trial.sheet.price, tick, NAME)


def _table(buyers: Sequence[_Buyer]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log prices and purchases, both of shape (customers, prices)."""
    x = np.tile(np.log(np.array(SCALES)), (len(buyers), 1))
    y = np.array([[float(b.bought[scale]) for scale in SCALES] for b in buyers])
    return x, y.reshape(len(buyers), len(SCALES))


def _logit_slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    return _logit(x, y)[0]


def _elasticity(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Percent of buyers lost per percent of price: slope x share that does not buy at the list
    price. 0 where nobody buys at any price, or everybody at all."""
    beta, intercept = _logit(x, y)
    return beta * (1 - 1 / (1 + math.exp(-intercept)))


def _logit(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept; the faint ridge only keeps separated data finite."""
    from sklearn.linear_model import LogisticRegression

    flat = y.ravel()
    if flat.size == 0:
        return math.nan, math.nan
    if flat.min() == flat.max():
        return 0.0, 20.0 if flat[0] else -20.0
    fit = LogisticRegression(C=100.0).fit(x.reshape(-1, 1), flat)
    return float(fit.coef_[0, 0]), float(fit.intercept_[0])


def _segments(buyers: Sequence[_Buyer]) -> dict[str, list[_Buyer]]:
    """Tiers, and those who mind the price more or less; without empty ones."""
    found = {
        tier.value.replace("_", " "): [b for b in buyers if b.persona.tier is tier] for tier in Tier
    }
    minds = [b.persona.traits.price_sensitivity > _SENSITIVE for b in buyers]
    found["price-sensitive"] = [b for b, much in zip(buyers, minds, strict=True) if much]
    found["not price-sensitive"] = [b for b, much in zip(buyers, minds, strict=True) if not much]
    return {label: group for label, group in found.items() if group}


def _elasticities(buyers: Sequence[_Buyer]) -> Iterator[Figure]:
    """Of each segment; none where nobody bought at any price, or everybody at all of them."""
    for label, group in _segments(buyers).items():
        x, y = _table(group)
        if y.min() < y.max():
            yield _elasticity_figure(label, x, y)
        else:
            yield Figure(name=f"elasticity, {label}", value=None, of=len(group))


def _elasticity_figure(label: str, x: NDArray[np.float64], y: NDArray[np.float64]) -> Figure:
    return Figure(
        name=f"elasticity, {label}",
        value=_elasticity(x, y),
        ci95=resampled_interval(
            lambda rows: _elasticity(x[rows], y[rows]), len(x), resamples=_SEGMENT_RESAMPLES
        ),
        of=len(x),
    )


def _curves(buyers: Sequence[_Buyer]) -> Iterator[Curve]:
    yield _curve("all customers", buyers)
    for label, group in _segments(buyers).items():
        yield _curve(label, group)


def _curve(label: str, buyers: Sequence[_Buyer]) -> Curve:
    points = []
    for scale in SCALES:
        won = sum(b.bought[scale] for b in buyers)
        low, high = wilson_interval(won, len(buyers))
        rate = won / len(buyers) if buyers else 0.0
        points.append(CurvePoint(x=scale, rate=rate, low=low, high=high, of=len(buyers)))
    return Curve(label=label, points=tuple(points))
