"""Do the knobs behind a customer leak into its first words?

A propensity model reads the first two turns of each customer and guesses how the call ends,
and how hard the customer is. Calls are tested on personas that the model was not fitted on,
so a name or a trade cannot give a customer away. The area under the ROC curve is taken
within each campaign: 0.5 is chance, 1 means that the first words tell everything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ai_salesman.campaigns.customer_check.resampling import resampled_interval
from ai_salesman.campaigns.customer_check.results import CheckResult, Figure
from ai_salesman.campaigns.customer_check.trials import Trial
from ai_salesman.conversation.episode import Episode
from ai_salesman.conversation.figures import find_figures
from ai_salesman.conversation.taxonomy import Speaker, StopReason, Tier

__all__ = ["NAME", "check_leaks", "leaks_in"]

NAME = "hidden numbers do not leak"
_FIRST_TURNS = 2
_BOUND = 0.65
_FOLDS = 5
_LEAST = 8
"""Calls of each class without which nothing can be fitted."""
_DECIDED = {
    StopReason.AGREED,
    StopReason.REFUSED,
    StopReason.HUNG_UP,
    StopReason.DO_NOT_CALL,
}
_HARD = {Tier.HARD, Tier.VERY_HARD, Tier.ADVERSARIAL}
_KNOBS = re.compile(
    r"\b(?:reserve(?:_unit| price)|price[_ ]sensitivity|talkativeness|my persona|persona's"
    r"|system prompt|very_hard|adversarial|must_ask|objection_[a-z]+|utility (?:is|of)"
    r"|(?:trust|patience|openness|interest)\s*[:=]\s*[\d.]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _First:
    """The first words of one customer, and what they might give away."""

    campaign: str
    base: str
    """Persona from which the customer was varied."""
    text: str
    episode: Episode


def check_leaks(trials: Sequence[Trial]) -> CheckResult:
    """Guess outcome and tier from the first words; look for hidden numbers and names in them."""
    firsts = [_first(trial, episode) for trial in trials for episode in trial.episodes]
    figures = [
        _readable(firsts, name, flags)
        for name, flags in (
            ("AUC: sold or not", [f.episode.stop is StopReason.AGREED for f in firsts]),
            ("AUC: hard tier or not", [f.episode.persona.tier in _HARD for f in firsts]),
            (
                "AUC: decided by the customer or left open",
                [f.episode.stop in _DECIDED for f in firsts],
            ),
        )
    ]
    found = [leak for trial in trials for e in trial.episodes for leak in leaks_in(e, trial)]
    calls = [bool(leaks_in(e, trial)) for trial in trials for e in trial.episodes]
    literal = Figure.rate("calls with a hidden number or name in the words", calls)
    shown = [f for f in figures[:2] if f.ci95 is not None and f.ci95[0] > _BOUND]
    read = any(figure.value is not None for figure in figures[:2])
    sound = not shown and not found
    return CheckResult(
        id="leaks",
        name=NAME,
        question="Do the first words, before anything happened, give away the outcome or the tier?",
        criterion=(
            f"Neither AUC (sold, tier) is shown to be above {_BOUND} (its interval reaches down to "
            f"{_BOUND} or lower), and no hidden number or name stands in the words."
        ),
        passed=sound if read or not sound else None,
        figures=(*figures, literal),
        note=_note(figures, found),
    )


def _note(figures: Sequence[Figure], found: Sequence[str]) -> str:
    parts = [f"Found: {'; '.join(found[:3])}." if found else ""]
    if any(figure.value is None for figure in figures):
        parts.append(f"An AUC needs at least {_LEAST} calls of either kind.")
    return " ".join(part for part in parts if part)


def _first(trial: Trial, episode: Episode) -> _First:
    said = [turn.text for turn in episode.turns if turn.speaker is Speaker.CUSTOMER]
    base = re.sub(r"-\d{4}$", "", episode.persona.id)
    return _First(trial.campaign.name, base, " ".join(said[:_FIRST_TURNS]), episode)


def _readable(firsts: Sequence[_First], name: str, flags: Sequence[bool]) -> Figure:
    truth = np.array(flags, dtype=int)
    if min(truth.sum(), (1 - truth).sum()) < _LEAST:
        return Figure(name=name, value=None)
    scores = _guesses(firsts, truth)
    campaigns = np.array([first.campaign for first in firsts])
    return Figure(
        name=name,
        value=_auc_within(campaigns, truth, scores),
        ci95=resampled_interval(
            lambda rows: _auc_within(campaigns[rows], truth[rows], scores[rows]), len(truth)
        ),
        of=len(truth),
    )


def _guesses(firsts: Sequence[_First], truth: NDArray[np.int_]) -> NDArray[np.float64]:
    """Out-of-fold chances from words alone; a fold shares no persona with the others."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b"),
        LogisticRegression(class_weight="balanced", max_iter=1000),
    )
    groups = [first.base for first in firsts]
    folds = StratifiedGroupKFold(min(_FOLDS, len(set(groups))))
    texts = [first.text or "nothing" for first in firsts]
    chances = cross_val_predict(
        model, texts, truth, groups=groups, cv=folds, method="predict_proba"
    )
    return np.asarray(chances[:, 1], dtype=float)


def _auc_within(
    campaigns: NDArray[np.str_], truth: NDArray[np.int_], scores: NDArray[np.float64]
) -> float:
    """Area under the ROC curve over pairs of calls of the same campaign."""
    right, pairs = 0.0, 0
    for name in np.unique(campaigns):
        here = campaigns == name
        yes, no = scores[here & (truth == 1)], scores[here & (truth == 0)]
        difference = yes[:, None] - no[None, :]
        right += float((difference > 0).sum() + 0.5 * (difference == 0).sum())
        pairs += difference.size
    return right / pairs if pairs else math.nan


def leaks_in(episode: Episode, trial: Trial) -> list[str]:
    """Hidden numbers and names that stand in the customer's words, each with its turn.

    The reserve price counts only before the salesman has named any amount of money: a
    customer may bargain afterwards. Names of knobs and ids count at any time.
    """
    reserve = trial.scene(episode).reserve
    ids = [episode.persona.id, re.sub(r"-\d{4}$", "", episode.persona.id)]
    names = [n for n in (*ids, *episode.persona.needs) if "_" in n]
    price_heard, found = False, []
    for turn in episode.turns:
        money = [f.value for f in find_figures(turn.text) if f.kind == "money"]
        if turn.speaker is Speaker.SALESMAN:
            price_heard |= bool(money)
            continue
        if not price_heard and any(abs(value - reserve) < 0.5 for value in money):
            found.append(f"its reserve price in turn {turn.index}")
        knob = _KNOBS.search(turn.text)
        words = [knob[0]] if knob else [name for name in names if name in turn.text]
        found += [f"{word!r} in turn {turn.index}" for word in words]
    return found
