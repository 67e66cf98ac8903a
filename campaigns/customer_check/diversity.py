"""How varied and how long is what it says, beside what people say?"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from itertools import islice

from ai_salesman.campaigns.customer_check.real_dialogues import (
    ANCHORS,
    RESISTING,
    Talk,
    real_talks,
)
from ai_salesman.campaigns.customer_check.results import CheckResult, Figure
from ai_salesman.campaigns.customer_check.trials import Trial
from ai_salesman.conversation.sentences import split_sentences
from ai_salesman.conversation.taxonomy import CustomerAct
from ai_salesman.evaluation.ear_training import embedded_ear
from ai_salesman.models.encoder import MiniLMEncoder

__all__ = ["NAME", "check_diversity", "distinct", "self_bleu"]

NAME = "talks like people"
_TOKENS = 2000
"""Distinct n-grams fall with the length of the text, so all texts are cut to this length."""
_BLEU_TURNS = 80
_HEARD_SENTENCES = 400
_FACTOR = 2.0
_RESISTS = {
    CustomerAct.REFUSE,
    CustomerAct.DO_NOT_CALL,
    CustomerAct.HOSTILE,
    CustomerAct.BUSY,
    CustomerAct.HESITATE,
    *(act for act in CustomerAct if act.value.startswith("objection_")),
}
_WORD = re.compile(r"[a-z0-9']+")


def check_diversity(trials: Sequence[Trial], encoder: MiniLMEncoder) -> CheckResult:
    """Lengths, variety and resistance of the customer's words, beside real dialogues."""
    talks = [
        Talk(tuple((turn.speaker.value, turn.text) for turn in episode.turns))
        for trial in trials
        for episode in trial.episodes
    ]
    words, turns, *rest = _figures("", talks, encoder)
    real = real_talks()
    beside = [f for name, theirs in real.items() for f in _figures(f"{name}: ", theirs, encoder)]
    low, high = _bounds([anchor.words_per_customer_turn for anchor in ANCHORS])
    shortest, longest = _bounds([anchor.turns_per_dialogue for anchor in ANCHORS])
    return CheckResult(
        id="diversity",
        name=NAME,
        question="Are its turns as long, as varied and as resisting as those of real people?",
        criterion=(
            f"Words per customer turn lie between {low:g} and {high:g}, turns per call between "
            f"{shortest:g} and {longest:g}: half the smallest and twice the largest figure of the "
            "real dialogues. Variety and resistance are shown without a bound."
        ),
        passed=_within(words, low, high) and _within(turns, shortest, longest),
        figures=(words, turns, *rest, *beside),
        note=_note(bool(real), len(talks)),
    )


def _note(has_real: bool, calls: int) -> str:
    anchors = "; ".join(
        f"{a.source}: {a.words_per_customer_turn} words a customer turn, "
        f"{a.turns_per_dialogue} turns"
        for a in ANCHORS
    )
    source = "" if has_real else " REAL_DIALOGUES is not set, so nothing was measured beside them."
    return (
        f"Published anchors: {anchors}; {RESISTING:.0%} of labelled customer sentences resist "
        f"(PersuasionForGood). Those people were asked for a donation or wanted to buy; {calls} "
        f"simulated customers were called cold, so more of their sentences resist. Resistance is "
        "counted by the judge's ear, which hears more of it than those labels: compare it with "
        f"figures of the same ear.{source}"
    )


def _bounds(anchors: Sequence[float]) -> tuple[float, float]:
    return min(anchors) / _FACTOR, max(anchors) * _FACTOR


def _within(figure: Figure, low: float, high: float) -> bool:
    return figure.value is not None and low <= figure.value <= high


def _figures(prefix: str, talks: Sequence[Talk], encoder: MiniLMEncoder) -> tuple[Figure, ...]:
    said = [text for talk in talks for text in talk.customer]
    random.Random(0).shuffle(said)
    return (
        Figure.mean(f"{prefix}words per customer turn", [float(len(t.split())) for t in said]),
        Figure.mean(f"{prefix}turns per call", [float(len(talk.turns)) for talk in talks]),
        *(_distinct_figure(prefix, said, n) for n in (1, 2, 3)),
        Figure(
            name=f"{prefix}self-BLEU (0-100)",
            value=self_bleu(said[:_BLEU_TURNS]),
            of=min(len(said), _BLEU_TURNS),
        ),
        Figure.rate(f"{prefix}sentences that resist", _resisting(said, encoder)),
    )


def _distinct_figure(prefix: str, said: Sequence[str], n: int) -> Figure:
    value = distinct(said, n)
    return Figure(name=f"{prefix}distinct-{n}", value=value, of=0 if value is None else _TOKENS)


def distinct(texts: Iterable[str], n: int) -> float | None:
    """Different n-grams among all n-grams of the first 2,000 words (Li et al. 2016).

    None for texts that are shorter: figures of different lengths cannot be compared.
    """
    tokens = list(islice((w for text in texts for w in _WORD.findall(text.lower())), _TOKENS))
    if len(tokens) < _TOKENS:
        return None
    grams = list(zip(*(tokens[i:] for i in range(n)), strict=False))
    return len(set(grams)) / len(grams)


def self_bleu(texts: Sequence[str]) -> float | None:
    """Mean BLEU of each text against all others (Zhu et al. 2018), by sacrebleu: 0 when all
    are different, 100 when all are the same."""
    if len(texts) < 2:
        return None
    from sacrebleu.metrics.bleu import BLEU

    bleu = BLEU(effective_order=True)
    scores = [
        bleu.sentence_score(text, [*texts[:place], *texts[place + 1 :]]).score
        for place, text in enumerate(texts)
    ]
    return sum(scores) / len(scores)


def _resisting(texts: Sequence[str], encoder: MiniLMEncoder) -> list[bool]:
    """Whether each of some sentences resists, as the judge's ear hears it."""
    sentences = [s for text in texts for s in split_sentences(text)][:_HEARD_SENTENCES]
    if not sentences:
        return []
    heard = embedded_ear("customer").hear(sentences, encoder.encode_now(sentences))
    return [CustomerAct(opinion.label) in _RESISTS for opinion in heard]
