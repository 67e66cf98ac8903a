"""How well does the customer's ear hear, and does the judge's ear hear the same?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ai_salesman.campaigns.customer_check.resampling import resampled_interval
from ai_salesman.campaigns.customer_check.results import CheckResult, Figure, skipped
from ai_salesman.campaigns.customer_check.trials import Trial
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import SalesAct, Speaker
from ai_salesman.evaluation.ear_training import embedded_ear
from ai_salesman.evaluation.statistics import wilson_interval
from ai_salesman.models.encoder import MiniLMEncoder
from ai_salesman.simulators.act_reader import (
    ActReader,
    ear_accuracy,
    embedded_head,
    heldout_sentences,
)

__all__ = ["NAME", "check_hearing"]

NAME = "hears well"
_QUESTION = "Does its ear recognise what the salesman does, and would another listener agree?"
_LEAST_ACCURACY = 0.75
_LEAST_KAPPA = 0.6
_CRITERION = (
    f"At least {_LEAST_ACCURACY:.0%} of the ear's held-out sentences are recognised, and Cohen's "
    f"kappa with the judge's ear on kinds of acts is at least {_LEAST_KAPPA}."
)
_KINDS = {
    SalesAct.GREET: "opens",
    SalesAct.INTRODUCE: "opens",
    SalesAct.DISCLOSE: "opens",
    SalesAct.ASK_OPEN: "asks",
    SalesAct.ASK_CLOSED: "asks",
    SalesAct.REFLECT: "listens",
    SalesAct.EMPATHISE: "listens",
    SalesAct.EXPLAIN_BENEFIT: "tells",
    SalesAct.STATE_FACT: "tells",
    SalesAct.SOCIAL_PROOF: "tells",
    SalesAct.HANDLE_OBJECTION: "tells",
    SalesAct.QUOTE_PRICE: "names terms",
    SalesAct.OFFER_DISCOUNT: "names terms",
    SalesAct.PRESSURE: "pushes",
    SalesAct.ASK_COMMITMENT: "closes",
    SalesAct.NEXT_STEP: "closes",
    SalesAct.CONFIRM: "closes",
    SalesAct.THANK: "leaves",
    SalesAct.END: "leaves",
    SalesAct.OTHER: "other",
}
"""Act -> kind: the two ears were taught by different authors, who draw some lines elsewhere."""


def check_hearing(trials: Sequence[Trial], encoder: MiniLMEncoder) -> CheckResult:
    """Accuracy of the shipped ear on its held-out sentences, and agreement between the ears."""
    if not any(_has_ear(trial) for trial in trials):
        why = "This customer shows no ear: its traces name no acts heard."
        return skipped("hearing", NAME, _QUESTION, _CRITERION, why)
    score = ear_accuracy(embedded_head(), encoder)
    accuracy = Figure(
        name="accuracy on held-out sentences",
        value=score.accuracy,
        ci95=wilson_interval(round(score.accuracy * score.sentences), score.sentences),
        of=score.sentences,
    )
    mine, theirs = _both_heard(trials, encoder)
    acts = _kappa("kappa with the judge's ear, acts", mine, theirs)
    kinds = _kappa(
        "kappa with the judge's ear, kinds of acts",
        [_KINDS[SalesAct(act)] for act in mine],
        [_KINDS[SalesAct(act)] for act in theirs],
    )
    return CheckResult(
        id="hearing",
        name=NAME,
        question=_QUESTION,
        criterion=_CRITERION,
        passed=score.accuracy >= _LEAST_ACCURACY and (kinds.value or 0.0) >= _LEAST_KAPPA,
        figures=(
            accuracy,
            Figure(name="macro F1 on held-out sentences", value=score.macro_f1, of=score.sentences),
            _judges_accuracy(encoder),
            acts,
            kinds,
        ),
        note=(
            "Agreement is counted over the different sentences that the salesman said. The "
            "judge's ear was taught on sentences of other authors; the held-out sentences are "
            "those of the customer's."
        ),
    )


def _judges_accuracy(encoder: MiniLMEncoder) -> Figure:
    """Of the judge's ear on the same sentences."""
    texts, labels = heldout_sentences()
    heard = embedded_ear("salesman").hear(texts, encoder.encode_now(texts))
    right = [opinion.label == label for opinion, label in zip(heard, labels, strict=True)]
    return Figure.rate("accuracy of the judge's ear on the same sentences", right)


def _has_ear(trial: Trial) -> bool:
    traces = (turn.trace for episode in trial.episodes for turn in episode.turns)
    return any(trace is not None and trace.heard for trace in traces)


def _both_heard(trials: Sequence[Trial], encoder: MiniLMEncoder) -> tuple[list[str], list[str]]:
    """Acts of the salesman's sentences, by the customer's ear and by the judge's."""
    said = [
        sentence
        for trial in trials
        for episode in trial.episodes
        for turn in episode.turns
        if turn.speaker is Speaker.SALESMAN
        for sentence in split_sentences(turn.text)
    ]
    sentences = list(dict.fromkeys(said))
    vectors = encoder.encode_now(sentences)
    reader = ActReader(embedded_head())
    rows = reader.probabilities(sentences, vectors).argmax(axis=1)
    judged = embedded_ear("salesman").hear(sentences, vectors)
    return [reader.acts[int(row)].value for row in rows], [opinion.label for opinion in judged]


def _kappa(name: str, mine: Sequence[str], theirs: Sequence[str]) -> Figure:
    """Cohen's kappa with an interval from drawing sentences again."""
    from sklearn.metrics import cohen_kappa_score

    a, b = np.array(mine), np.array(theirs)
    if len(set(mine) | set(theirs)) < 2:
        return Figure(name=name, value=None, of=len(mine))
    return Figure(
        name=name,
        value=float(cohen_kappa_score(a, b)),
        ci95=resampled_interval(
            lambda rows: float(cohen_kappa_score(a[rows], b[rows])), len(a), resamples=200
        ),
        of=len(a),
    )
