"""Strengths from wins."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from ai_salesman.evaluation.bradley_terry import bradley_terry, strengths_of, wins_of


def played(strengths: list[float], customers: int, seed: int = 0) -> np.ndarray:
    """Wins of simulated agents of these strengths."""
    rng = np.random.default_rng(seed)
    wins = np.zeros((customers, len(strengths), len(strengths)))
    for i in range(len(strengths)):
        for j in range(i):
            won = rng.random(customers) < expit(strengths[i] - strengths[j])
            wins[:, i, j], wins[:, j, i] = won, ~won
    return wins


def test_a_known_order_is_found_again() -> None:
    true = [-1.0, 0.5, -0.2, 0.7]
    found = bradley_terry(["a", "b", "c", "d"], played(true, 600))
    assert [strength.agent for strength in found] == ["d", "b", "c", "a"]
    assert [strength.rank for strength in found] == [1, 2, 3, 4]
    by_agent = {strength.agent: strength for strength in found}
    for agent, strength in zip("abcd", true, strict=True):
        assert by_agent[agent].strength == pytest.approx(strength, abs=0.2)
        assert by_agent[agent].ci95[0] <= by_agent[agent].strength <= by_agent[agent].ci95[1]
    assert by_agent["a"].ci95[1] < by_agent["c"].ci95[0]


def test_strengths_are_those_of_a_logistic_regression() -> None:
    """The same model fitted by statsmodels; the prior's one draw hardly moves 600 customers."""
    import statsmodels.api as sm

    wins = played([0.0, 0.4, 1.1], 600).sum(axis=0)
    design, counts = [], []
    for i, j in ((0, 1), (0, 2), (1, 2)):
        row = np.zeros(3)
        row[i], row[j] = 1, -1
        design.append(row[1:])
        counts.append([wins[i, j], wins[j, i]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = sm.GLM(np.array(counts), np.array(design), family=sm.families.Binomial()).fit()
    expected = np.array([0.0, *fitted.params])
    assert strengths_of(wins) == pytest.approx(expected - expected.mean(), abs=0.01)


def test_ties_are_half_a_win_and_an_unbeaten_agent_is_finite() -> None:
    wins = wins_of([[3.0, 3.0, 1.0], [5.0, 5.0, 2.0]])
    assert wins[0].tolist() == [[0, 0.5, 1], [0.5, 0, 1], [0, 0, 0]]
    found = bradley_terry(["a", "b", "c"], wins)
    assert found[2].agent == "c" and found[2].won == 0.0
    assert found[0].strength == pytest.approx(found[1].strength, abs=1e-3)
    assert all(abs(strength.strength) < 10 for strength in found)
    with pytest.raises(ValueError, match="at least one customer"):
        bradley_terry(["a", "b"], np.zeros((0, 2, 2)))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=1, max_size=20))
def test_names_do_not_matter(scores: list[list[int]]) -> None:
    wins = wins_of(scores)
    assert wins + wins.transpose(0, 2, 1) == pytest.approx(
        np.broadcast_to(1 - np.eye(3), wins.shape)
    )
    total = wins.sum(axis=0)
    order = [2, 0, 1]
    turned = strengths_of(total[np.ix_(order, order)])
    assert turned == pytest.approx(strengths_of(total)[order], abs=1e-3)
    assert turned.sum() == pytest.approx(0, abs=1e-9)
