"""Train the customer-intent head from the customer templates, and measure it on held-out ones.

Whole templates are held out: the figures are about wording the head has never seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from ai_salesman.agents.intent import intent_weights
from ai_salesman.conversation.slots import fill_slots
from ai_salesman.corpus.customer_lines import CustomerLine, customer_lines
from ai_salesman.corpus.dialogue import Split
from ai_salesman.corpus.fillers import embedded_fillers
from ai_salesman.corpus.noise import roughen
from ai_salesman.corpus.splits import split_templates
from ai_salesman.models.encoder import MiniLMEncoder, embedded_encoder
from ai_salesman.models.heads import TextHead

__all__ = ["HeadReport", "labelled_lines", "measure_head", "train_intent_head"]

_COPIES = 3
"""How often a template enters training, each time filled and roughened anew."""
_WORST_PAIRS = 10


class HeadReport(BaseModel):
    """How well a head reads held-out templates."""

    model_config = ConfigDict(frozen=True)

    train_lines: int
    test_lines: int
    accuracy: float
    macro_f1: float
    f1: dict[str, float]
    """Label -> F1."""
    confusions: tuple[tuple[str, str, int], ...]
    """(true label, read label, how often): the worst pairs first."""

    def markdown(self) -> str:
        """The report as Markdown."""
        weakest = sorted(self.f1.items(), key=lambda item: item[1])[:8]
        rows = [f"| {true} | {read} | {count} |" for true, read, count in self.confusions]
        return "\n".join(
            [
                f"Trained on {self.train_lines} lines, tested on {self.test_lines} held-out ones:",
                f"accuracy {self.accuracy:.3f}, macro-F1 {self.macro_f1:.3f}.",
                "",
                "Weakest: " + ", ".join(f"{label} {f1:.2f}" for label, f1 in weakest) + ".",
                "",
                "| said | read as | times |",
                "|---|---|---|",
                *rows,
            ]
        )


def train_intent_head(
    path: Path | None = None,
    lines: Sequence[CustomerLine] | None = None,
    encoder: MiniLMEncoder | None = None,
    seed: int = 1,
) -> HeadReport:
    """Train the intent head, save it, and report on the held-out templates.

    The saved head learns from the training and validation templates; the test templates
    are never learned from.

    Args:
        path: file to write; None is the head that ships with the package.
        lines: templates; None takes those of the package.
        encoder: None takes the package's.
        seed: of fillers and noise.
    """
    known = customer_lines() if lines is None else lines
    encoder = encoder or embedded_encoder()
    splits = split_templates((line.id, line.act) for line in known)
    learned = [line for line in known if splits[line.id] is not Split.TEST]
    texts, labels = labelled_lines(learned, _COPIES, seed)
    head = TextHead.fit(texts, labels, encoder)
    head.save(path or intent_weights())
    held_out = [line for line in known if splits[line.id] is Split.TEST]
    return measure_head(head, held_out, encoder, len(learned), seed + 1)


def labelled_lines(
    lines: Sequence[CustomerLine], copies: int, seed: int
) -> tuple[list[str], list[str]]:
    """Texts and labels: each line `copies` times, filled; all but the first copy roughened."""
    fillers, rng = embedded_fillers(), np.random.default_rng(seed)
    trades = fillers.trade_names()
    texts = []
    for copy in range(copies):
        for line in lines:
            values = fillers.sample(trades[int(rng.integers(len(trades)))], rng)
            text, _ = fill_slots(line.text, values)
            texts.append(roughen(text, rng) if copy else text)
    return texts, [line.act.value for line in lines] * copies


def measure_head(
    head: TextHead,
    held_out: Sequence[CustomerLine],
    encoder: MiniLMEncoder,
    train_lines: int,
    seed: int,
) -> HeadReport:
    """Accuracy, F1 and worst confusions on `held_out`, each line filled once."""
    from sklearn.metrics import f1_score

    texts, true = labelled_lines(held_out, 1, seed)
    p = head.from_vectors(texts, encoder.encode_now(texts))
    read = [head.labels[int(i)] for i in p.argmax(axis=1)]
    labels = sorted(set(true))
    scores = f1_score(true, read, labels=labels, average=None, zero_division=0.0)
    return HeadReport(
        train_lines=train_lines,
        test_lines=len(true),
        accuracy=float(np.mean([a == b for a, b in zip(true, read, strict=True)])),
        macro_f1=float(np.mean(scores)),
        f1={label: float(score) for label, score in zip(labels, scores, strict=True)},
        confusions=_worst(Counter(zip(true, read, strict=True))),
    )


def _worst(pairs: Mapping[tuple[str, str], int]) -> tuple[tuple[str, str, int], ...]:
    wrong = [(true, read, count) for (true, read), count in pairs.items() if true != read]
    return tuple(sorted(wrong, key=lambda item: (-item[2], item[0], item[1]))[:_WORST_PAIRS])
