"""Check the embedded judge against real dialogues that nobody here wrote.

Each figure stands beside two baselines on the same cases: always the commonest answer, and a
logistic regression on TF-IDF trained on the rest of the same data by cross-validation. The
judge was trained on none of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from ai_salesman.conversation.facts import Fact, FactSheet, Need, Strict
from ai_salesman.conversation.files import load_yaml_model
from ai_salesman.conversation.persona import Lead
from ai_salesman.conversation.taxonomy import BuyingIntent, CustomerAct, FactKind
from ai_salesman.evaluation.base import JudgedCall
from ai_salesman.evaluation.ear_training import embedded_ear
from ai_salesman.evaluation.outcome import intent_chances
from ai_salesman.evaluation.reader import CallReader, call_reader
from ai_salesman.evaluation.real_dialogues import RealDialogue, read_dialogues, turns_of
from ai_salesman.evaluation.score import OUTCOME_POINTS
from ai_salesman.evaluation.separation import separation
from ai_salesman.evaluation.statistics import mean_interval
from ai_salesman.models.base import Encoder

__all__ = ["RealFinding", "check_acts", "check_deals", "check_donations", "check_real"]

_FOLDS = 5
_RESAMPLES = 2_000
_UNSEEN = slice(1, None, 2)
"""The half that is reported; the other half may be looked at while the judge is mended."""


class RealFinding(BaseModel):
    """One measure of the judge on one set of real dialogues."""

    model_config = ConfigDict(frozen=True)

    data: str
    question: str
    measure: str
    cases: int
    judge: float
    judge_ci95: tuple[float, float]
    majority: float
    baseline: float
    """TF-IDF and logistic regression, by cross-validation on this data."""
    baseline_ci95: tuple[float, float]
    note: str = ""


class _ActMaps(Strict):
    persuasionforgood: dict[str, tuple[CustomerAct, ...]]
    telemarketing_intent: dict[str, tuple[CustomerAct, ...]]


async def check_real(folder: Path, encoder: Encoder) -> tuple[RealFinding, ...]:
    """All checks on the dialogues of `folder`.

    Args:
        folder: holds craigslistbargain, persuasionforgood and telemarketing_intent.
        encoder: makes sentence vectors for the embedded outcome judge and its ear.

    Raises:
        InputError: a file is missing or malformed.
    """
    reader = call_reader(encoder)
    return (
        *await check_deals(folder, reader),
        *await check_donations(folder, reader),
        *await check_acts(folder, encoder),
    )


async def check_deals(folder: Path, reader: CallReader) -> list[RealFinding]:
    """Does the buying intent tell deals from refusals, by the words alone?"""
    known = list(read_dialogues(folder / "craigslistbargain" / "dialogues.jsonl"))
    used = [spoken for dialogue in known if (spoken := _words_of_deal(dialogue)) is not None]
    return await _intent_findings(
        "craigslistbargain",
        "Did buyer and seller come to a deal?",
        used,
        [bool(dialogue.outcome["success"]) for dialogue in used],
        reader,
        f"{len(known) - len(used)} of {len(known)} left out: unfinished, or nothing but actions",
    )


async def check_donations(folder: Path, reader: CallReader) -> list[RealFinding]:
    """Does the buying intent tell who said that they would donate?"""
    known = list(read_dialogues(folder / "persuasionforgood" / "annotated.jsonl"))
    gave = [d for d in known if _promised(d)]
    kept = sum(float(d.outcome.get("donation_usd") or 0) > 0 for d in gave)
    return await _intent_findings(
        "persuasionforgood",
        "Did the customer say that it would donate?",
        known,
        [_promised(dialogue) for dialogue in known],
        reader,
        f"of {len(gave)} who said so, {kept} donated",
    )


async def check_acts(folder: Path, encoder: Encoder) -> list[RealFinding]:
    """Does the judge's ear name a customer's act as the people did who labelled it?"""
    maps = load_yaml_model(
        Path(str(resources.files("ai_salesman.evaluation"))) / "real_acts.yaml", _ActMaps
    )
    persuaded = read_dialogues(folder / "persuasionforgood" / "annotated.jsonl")
    called = read_dialogues(folder / "telemarketing_intent" / "utterances.jsonl")
    return [
        *await _act_findings(
            "persuasionforgood", _labelled(persuaded, "ee_label_1"), maps.persuasionforgood, encoder
        ),
        *await _act_findings(
            "telemarketing_intent", _labelled(called, "intent"), maps.telemarketing_intent, encoder
        ),
    ]


def _words_of_deal(dialogue: RealDialogue) -> RealDialogue | None:
    """The messages alone; None for an unfinished chat, and where nobody said a word.

    Offers, acceptance and rejection are actions that would give the outcome away.
    """
    success = bool(dialogue.outcome.get("success"))
    if not success and dialogue.turns[-1].labels.get("action") == "message":
        return None
    said = tuple(turn for turn in dialogue.turns if turn.labels.get("action") == "message")
    if not any(turn.role == "customer" for turn in said):
        return None
    return dialogue.model_copy(update={"turns": said})


def _promised(dialogue: RealDialogue) -> bool:
    try:
        return float(dialogue.outcome.get("intended_donation_annotated") or 0) > 0
    except ValueError:
        return False


async def _intent_findings(
    data: str,
    question: str,
    dialogues: Sequence[RealDialogue],
    truth: Sequence[bool],
    reader: CallReader,
    note: str,
) -> list[RealFinding]:
    chances = [await _chances(dialogue, reader) for dialogue in dialogues[_UNSEEN]]
    points = np.array([sum(OUTCOME_POINTS[i] * p for i, p in shares.items()) for shares in chances])
    said_yes = np.array(
        [max(shares, key=shares.__getitem__) is BuyingIntent.A for shares in chances]
    )
    texts = [" ".join(f"{t.role}: {t.text}" for t in d.turns) for d in dialogues]
    learned = _learned_chances(texts, truth)[_UNSEEN]
    real = np.array(truth)[_UNSEEN]
    note = (
        f"{note}; of the rest every other one, which nobody read while mending: "
        f"{int(real.sum())} yes, {int((~real).sum())} no"
    )
    ours = separation(points[real].tolist(), points[~real].tolist())
    theirs = separation(learned[real].tolist(), learned[~real].tolist())
    shared = {"data": data, "question": question, "cases": len(real), "note": note}
    ranked = RealFinding(
        measure="AUC of the expected points",
        judge=ours.auc,
        judge_ci95=(ours.low, ours.high),
        majority=0.5,
        baseline=theirs.auc,
        baseline_ci95=(theirs.low, theirs.high),
        **shared,
    )
    judged = _balanced(real, said_yes)
    guessed = _balanced(real, learned >= 0.5)
    decided = RealFinding(
        measure="balanced accuracy, intent A as yes",
        judge=judged[0],
        judge_ci95=judged[1],
        majority=0.5,
        baseline=guessed[0],
        baseline_ci95=guessed[1],
        **shared,
    )
    return [ranked, decided]


async def _chances(dialogue: RealDialogue, reader: CallReader) -> dict[BuyingIntent, float]:
    item = dialogue.persona.get("item", {})
    call = JudgedCall(turns_of(dialogue.turns), _bare_sheet(item), Lead(name="", business=""))
    return intent_chances(await reader.read(call))


def _bare_sheet(item: Mapping[str, Any]) -> FactSheet:
    """A sheet that says no more than what the dialogue is about."""
    title = str(item.get("title") or "a donation to a children's charity")
    price = float(item.get("list_price") or 1.0)
    return FactSheet(
        company="the seller",
        agent="the seller",
        product=title,
        price=max(price, 1.0),
        period="once",
        facts={
            "price": Fact(kind=FactKind.PRICE, wording=f"${price:g}"),
            "item": Fact(kind=FactKind.FEATURE, wording=title),
        },
        needs={"item": Need(phrase=title, problem=f"being without {title}")},
    )


def _learned_chances(texts: Sequence[str], truth: Sequence[bool]) -> NDArray[np.float64]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    machine = _text_machine(LogisticRegression(C=10.0, class_weight="balanced", max_iter=2000))
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    chances = cross_val_predict(machine, list(texts), list(truth), cv=folds, method="predict_proba")
    return np.asarray(chances[:, 1], dtype=np.float64)


def _text_machine(classifier: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True), classifier
    )


def _balanced(
    truth: NDArray[np.bool_], said: NDArray[np.bool_]
) -> tuple[float, tuple[float, float]]:
    """Mean of the two recalls, cases resampled within each class."""
    luck = np.random.default_rng(0)
    hits = [(said[truth]).astype(float), (~said[~truth]).astype(float)]
    drawn = [luck.choice(h, (_RESAMPLES, len(h))).mean(axis=1) for h in hits]
    low, high = np.percentile(sum(drawn) / 2, (2.5, 97.5))
    return float(np.mean([h.mean() for h in hits])), (float(low), float(high))


def _labelled(dialogues: Any, name: str) -> list[tuple[str, str, str]]:
    """Dialogue, text and label of every labelled customer turn."""
    return [
        (dialogue.id, turn.text, str(turn.labels[name]))
        for dialogue in dialogues
        if dialogue.language == "en"
        for turn in dialogue.turns
        if turn.role == "customer" and turn.labels.get(name) and turn.text.strip()
    ]


async def _act_findings(
    data: str,
    labelled: Sequence[tuple[str, str, str]],
    meant: Mapping[str, tuple[CustomerAct, ...]],
    encoder: Encoder,
) -> list[RealFinding]:
    mapped = [(id, text, meant[label]) for id, text, label in labelled if label in meant]
    texts = [text for _, text, _ in mapped]
    groups = [id if data == "persuasionforgood" else text.lower() for id, text, _ in mapped]
    right = [acts for _, _, acts in mapped]
    ear = embedded_ear("customer")
    heard = [CustomerAct(opinion.label) for opinion in ear.hear(texts, await encoder.encode(texts))]
    learned = _learned_acts(texts, [acts[0] for acts in right], groups)
    commonest = Counter(act for acts in right for act in acts).most_common(1)[0][0]
    note = (
        f"{len(mapped)} of {len(labelled)} labelled customer turns have a counterpart "
        f"({len(meant)} labels)"
    )
    return [
        _act_finding(data, measure, score, right, (heard, learned, commonest), note)
        for measure, score in (("accuracy", _accuracy), ("mean recall of acts", _mean_recall))
    ]


_Hits = Sequence[bool]
_Score = Callable[[_Hits, Sequence[CustomerAct]], tuple[float, tuple[float, float]]]


def _act_finding(
    data: str,
    measure: str,
    score: _Score,
    right: Sequence[tuple[CustomerAct, ...]],
    said: tuple[Sequence[CustomerAct], Sequence[CustomerAct], CustomerAct],
    note: str,
) -> RealFinding:
    heard, learned, commonest = said
    names = [acts[0] for acts in right]

    def of(answers: Sequence[CustomerAct]) -> tuple[float, tuple[float, float]]:
        pairs = zip(answers, right, strict=True)
        return score([answer in acts for answer, acts in pairs], names)

    ours, theirs = of(heard), of(learned)
    return RealFinding(
        data=data,
        question="Which act is this sentence of the customer?",
        measure=measure,
        cases=len(right),
        judge=ours[0],
        judge_ci95=ours[1],
        majority=of([commonest] * len(right))[0],
        baseline=theirs[0],
        baseline_ci95=theirs[1],
        note=note,
    )


def _accuracy(hits: _Hits, _names: Sequence[CustomerAct]) -> tuple[float, tuple[float, float]]:
    values = [float(hit) for hit in hits]
    return float(np.mean(values)), mean_interval(values)


def _mean_recall(hits: _Hits, names: Sequence[CustomerAct]) -> tuple[float, tuple[float, float]]:
    """Each act counts alike, however often it occurs."""
    luck = np.random.default_rng(0)
    by_act: dict[CustomerAct, list[float]] = {}
    for hit, name in zip(hits, names, strict=True):
        by_act.setdefault(name, []).append(float(hit))
    drawn = [luck.choice(h, (_RESAMPLES, len(h))).mean(axis=1) for h in by_act.values()]
    low, high = np.percentile(np.mean(drawn, axis=0), (2.5, 97.5))
    return float(np.mean([np.mean(h) for h in by_act.values()])), (float(low), float(high))


def _learned_acts(
    texts: Sequence[str], acts: Sequence[CustomerAct], groups: Sequence[str]
) -> list[CustomerAct]:
    """Cross-validated; sentences of one dialogue, or of the same words, stay in one fold."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    machine = _text_machine(LogisticRegression(C=10.0, class_weight="balanced", max_iter=500))
    names = [act.value for act in acts]
    said = cross_val_predict(
        machine, list(texts), names, groups=list(groups), cv=GroupKFold(_FOLDS)
    )
    return [CustomerAct(name) for name in said]
