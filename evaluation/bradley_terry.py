"""Bradley-Terry strengths: one ranking from who did better with which customer.

Agent i beats agent j with probability 1 / (1 + exp(s_j - s_i)). Bradley and Terry, Biometrika 39
(1952) 324-345. Strengths have mean 0. Each agent also draws once against an average one, so that
an unbeaten agent has a finite strength.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

__all__ = ["Strength", "bradley_terry", "strengths_of", "wins_of"]

_RESAMPLES = 400

Matrix = NDArray[np.float64]


class Strength(BaseModel):
    """How strong one agent is among those compared."""

    model_config = ConfigDict(frozen=True)

    agent: str
    rank: int
    """1 is the strongest."""
    strength: float
    """Log-odds against the average agent."""
    ci95: tuple[float, float]
    """Bootstrap over customers."""
    won: float
    """Share of all comparisons won, ties half."""


def wins_of(scores: Sequence[Sequence[float]]) -> Matrix:
    """Wins by customer, agent and opponent; a tie is half a win for both.

    Args:
        scores: for each customer one figure for each agent, higher is better.

    Returns:
        customers x agents x agents; the diagonal is 0.
    """
    table = np.asarray(scores, dtype=np.float64)
    mine, theirs = table[:, :, None], table[:, None, :]
    wins = np.where(mine > theirs, 1.0, np.where(mine == theirs, 0.5, 0.0))
    wins[:, np.arange(table.shape[1]), np.arange(table.shape[1])] = 0.0
    result: Matrix = wins
    return result


def strengths_of(wins: Matrix) -> Matrix:
    """Most likely strengths, with mean 0: a logistic regression of who won on who played.

    Args:
        wins: agents x agents; how often the row beat the column, ties half.
    """
    import statsmodels.api as sm

    first, second = np.triu_indices(len(wins), k=1)
    agents = np.eye(len(wins))
    met = np.vstack([agents[first] - agents[second], agents])
    won = np.concatenate([wins[first, second], np.full(len(wins), 0.5)])
    lost = np.concatenate([wins[second, first], np.full(len(wins), 0.5)])
    games = won + lost
    played = games > 0
    model = sm.GLM(
        won[played] / games[played],
        met[played],
        family=sm.families.Binomial(),
        freq_weights=games[played],
    )
    with warnings.catch_warnings():
        # Draws only are fitted without a rest, which is no separation.
        warnings.simplefilter("ignore")
        fitted: Matrix = np.asarray(model.fit().params, dtype=np.float64)
    centred: Matrix = fitted - fitted.mean()
    return centred


def bradley_terry(agents: Sequence[str], wins: Matrix, seed: int = 0) -> list[Strength]:
    """Strengths with intervals, strongest first.

    Args:
        agents: their names.
        wins: customers x agents x agents, see `wins_of`.
        seed: fixes the resampling of customers.

    Raises:
        ValueError: there is no customer.
    """
    if not len(wins):
        raise ValueError("strengths need at least one customer")
    fitted = strengths_of(wins.sum(axis=0))
    rng = np.random.default_rng(seed)
    even = np.full(len(wins), 1 / len(wins))
    weights = rng.multinomial(len(wins), even, _RESAMPLES).astype(np.float64)
    drawn = [strengths_of(np.tensordot(row, wins, 1)) for row in weights]
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    won = wins.sum(axis=(0, 2)) / (len(wins) * max(1, len(agents) - 1))
    order = sorted(range(len(agents)), key=lambda place: -fitted[place])
    return [
        Strength(
            agent=agents[place],
            rank=rank,
            strength=float(fitted[place]),
            ci95=(float(low[place]), float(high[place])),
            won=float(won[place]),
        )
        for rank, place in enumerate(order, 1)
    ]
