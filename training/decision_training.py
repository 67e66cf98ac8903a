"""Train the decision head and measure it: wording and personas held out, on both sides.

    ai-salesman train decisions --out runs/customer

The head learns by cross-entropy from what the agenda chose in each turn of played calls. One
temperature is then fitted on the validation wording, so that its chances can be drawn from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, PositiveInt

from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.corpus.dialogue import Split
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.simulators.decision_head import DECISIONS_FILE, DecisionHead, Layers, drawn_act
from ai_salesman.simulators.learned_choice import is_possible
from ai_salesman.training.decision_examples import DecisionExamples, decision_examples

__all__ = ["AgreeBin", "DecisionReport", "DecisionSettings", "measure_head", "train_decisions"]

_EDGES = (0.0, 0.05, 0.15, 0.3, 0.5, 1.0)
"""Bins of the chance of a yes, for its calibration."""
_TEMPERATURES = np.geomspace(0.5, 3.0, 36)
_HELD_OUT_SHARE = 5
"""A fifth as many calls are played for each held-out split."""


class DecisionSettings(BaseModel):
    """Size and training of the head. The defaults are those of the shipped weights."""

    model_config = ConfigDict(frozen=True)

    calls: PositiveInt = 4000
    hidden: PositiveInt = 96
    epochs: PositiveInt = 20
    decay: float = 0.1
    """Weight of the L2 penalty."""
    seed: int = 1


class AgreeBin(BaseModel):
    """Turns that ask for a decision, by how likely the head holds a yes."""

    model_config = ConfigDict(frozen=True)

    low: float
    high: float
    turns: int
    predicted: float
    """Mean chance of a yes."""
    agreed: float
    """Share in which the agenda agreed."""


class DecisionReport(BaseModel):
    """The figures of one head on held-out wording and personas."""

    model_config = ConfigDict(frozen=True)

    learned_turns: int
    turns: int
    temperature: float
    likeliest: float
    """Accuracy of the likeliest act against the agenda's."""
    drawn: float
    """The same for an act drawn by luck, as in a call."""
    majority: float
    """Accuracy of always naming the training split's commonest act."""
    majority_act: CustomerAct
    log_loss: float
    prior_log_loss: float
    """Of the training split's shares of acts, whatever happened."""
    asked: int
    """Turns that ask for a decision at a known price."""
    agreed: float
    """Share of them in which the agenda agreed."""
    predicted: float
    """Mean chance of a yes there."""
    brier: float
    """Mean squared error of that chance."""
    brier_prior: float
    """The same of a constant chance, the training split's share."""
    auc: float
    """Chance that a turn with a yes is given a higher chance than one without."""
    agree_bins: tuple[AgreeBin, ...]


def train_decisions(
    out: Path, encoder: MiniLMEncoder, settings: DecisionSettings | None = None
) -> DecisionReport:
    """Train the head, save it in `out`, and measure it."""
    settings = settings or DecisionSettings()
    few = max(1, settings.calls // _HELD_OUT_SHARE)
    learned = decision_examples(settings.calls, Split.TRAIN, encoder, settings.seed)
    tuned = decision_examples(few, Split.VALID, encoder, settings.seed)
    head = fit_head(learned, encoder.name, settings)
    temperature = best_temperature(head, tuned)
    head.tempered(temperature).save(out / DECISIONS_FILE)
    saved = DecisionHead.load(out / DECISIONS_FILE, encoder.name)
    held_out = decision_examples(few, Split.TEST, encoder, settings.seed)
    return measure_head(saved, learned, held_out, temperature)


def fit_head(learned: DecisionExamples, encoder: str, settings: DecisionSettings) -> DecisionHead:
    """The head before its temperature is fitted."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(
        hidden_layer_sizes=(settings.hidden,),
        alpha=settings.decay,
        batch_size=min(128, len(learned.acts)),
        max_iter=settings.epochs,
        random_state=settings.seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a fixed number of epochs is wanted
        network.fit(learned.rows, [act.value for act in learned.acts])
    parts = zip(network.coefs_, network.intercepts_, strict=True)
    weights = [np.asarray(part, dtype=np.float32) for pair in parts for part in pair]
    return DecisionHead([CustomerAct(c) for c in network.classes_], Layers(*weights), encoder)


def best_temperature(head: DecisionHead, tuned: DecisionExamples) -> float:
    """The temperature with the least loss on examples that the head did not learn from."""
    losses = [_log_loss(head.tempered(float(t)), tuned) for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def measure_head(
    head: DecisionHead,
    learned: DecisionExamples,
    held_out: DecisionExamples,
    temperature: float,
) -> DecisionReport:
    """Measure `head`; `learned` are the examples that it was trained on."""
    chances, true = head.chances(held_out.rows), held_out.acts
    counts = Counter(learned.acts)
    common, _ = counts.most_common(1)[0]
    agree = _column(head, chances, CustomerAct.AGREE)[held_out.asked]
    said_yes = _is(true, CustomerAct.AGREE)[held_out.asked]
    prior = float(_is(learned.acts, CustomerAct.AGREE)[learned.asked].mean())
    return DecisionReport(
        learned_turns=len(learned.acts),
        turns=len(true),
        temperature=temperature,
        likeliest=_accuracy([head.acts[int(i)] for i in chances.argmax(axis=1)], true),
        drawn=_accuracy(_drawn(head, chances, held_out), true),
        majority=_accuracy([common] * len(true), true),
        majority_act=common,
        log_loss=_log_loss(head, held_out),
        prior_log_loss=_prior_loss(counts, true),
        asked=int(held_out.asked.sum()),
        agreed=float(said_yes.mean()),
        predicted=float(agree.mean()),
        brier=float(np.mean((agree - said_yes) ** 2)),
        brier_prior=float(np.mean((prior - said_yes) ** 2)),
        auc=_auc(said_yes, agree),
        agree_bins=_bins(agree, said_yes),
    )


def _drawn(
    head: DecisionHead, chances: NDArray[np.float32], examples: DecisionExamples
) -> list[CustomerAct | None]:
    found = []
    for row, state in zip(chances.tolist(), examples.states, strict=True):
        possible = [act for act in CustomerAct if is_possible(act, state)]
        by_act = dict(zip(head.acts, row, strict=True))
        found.append(drawn_act(by_act, possible, state.luck, state.turns, state.asked_to_buy))
    return found


def _column(
    head: DecisionHead, chances: NDArray[np.float32], act: CustomerAct
) -> NDArray[np.float32]:
    return chances[:, head.acts.index(act)]


def _is(acts: Sequence[CustomerAct], act: CustomerAct) -> NDArray[np.bool_]:
    return np.array([one is act for one in acts])


def _accuracy(found: Sequence[CustomerAct | None], true: Sequence[CustomerAct]) -> float:
    return float(np.mean([a is b for a, b in zip(found, true, strict=True)]))


def _log_loss(head: DecisionHead, examples: DecisionExamples) -> float:
    """Mean negative logarithm of the chance of what was chosen."""
    column = {act: i for i, act in enumerate(head.acts)}
    chances = head.chances(examples.rows)
    mine = [
        chances[row, column[act]] if act in column else 0.0 for row, act in enumerate(examples.acts)
    ]
    return float(-np.mean(np.log(np.maximum(mine, 1e-6))))


def _prior_loss(counts: Counter[CustomerAct], true: Sequence[CustomerAct]) -> float:
    shares = np.array([counts[act] / counts.total() for act in true])
    return float(-np.mean(np.log(np.maximum(shares, 1e-6))))


def _auc(flags: NDArray[np.bool_], scores: NDArray[np.float32]) -> float:
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(flags, scores)) if 0 < flags.sum() < len(flags) else float("nan")


def _bins(chances: NDArray[np.float32], yes: NDArray[np.bool_]) -> tuple[AgreeBin, ...]:
    place = np.digitize(chances, _EDGES[1:-1])
    return tuple(
        AgreeBin(
            low=_EDGES[k],
            high=_EDGES[k + 1],
            turns=int((place == k).sum()),
            predicted=float(chances[place == k].mean()),
            agreed=float(yes[place == k].mean()),
        )
        for k in range(len(_EDGES) - 1)
        if (place == k).any()
    )
