"""A page of figures of a corpus, beside those of real dialogues."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ai_salesman.campaigns.corpus_figures import CorpusFigures, SpeakerFigures

__all__ = ["corpus_page"]

_NONE = "-"
_SPEAKER_ROWS: tuple[tuple[str, Callable[[SpeakerFigures], str]], ...] = (
    ("turns", lambda f: f"{f.turns:,}"),
    ("words a turn, mean", lambda f: f"{f.words:.1f}"),
    ("words a turn, quartiles", lambda f: " / ".join(f"{q:g}" for q in f.quartiles)),
    ("distinct-1 of 2,000 words", lambda f: _number(f.distinct_1, ".3f")),
    ("distinct-2 of 2,000 words", lambda f: _number(f.distinct_2, ".3f")),
    ("turns said before in the same call", lambda f: f"{f.again_in_call:.1%}"),
    ("turns said in another of 400 calls, too", lambda f: f"{f.in_other_calls:.1%}"),
    ("self-BLEU of 80 turns (0-100)", lambda f: _number(f.self_bleu, ".1f")),
)


def corpus_page(columns: Sequence[CorpusFigures]) -> str:
    """The page as Markdown; the first column is the corpus that it is about."""
    return (
        "\n\n".join(
            (
                "# Figures of a corpus",
                _notes(columns),
                _table("dialogues", columns, _whole_rows(columns)),
                _table("salesman", columns, _speaker_rows([c.salesman for c in columns])),
                _table("customer", columns, _speaker_rows([c.customer for c in columns])),
                _shares("outcome", columns, [c.outcomes for c in columns]),
                _shares("customer act", columns, [c.acts for c in columns]),
                _shares("salesman strategy", columns, [c.strategies for c in columns]),
            )
        ).replace("\n\n\n\n", "\n\n")
        + "\n"
    )


def _notes(columns: Sequence[CorpusFigures]) -> str:
    beside = [column.name for column in columns[1:]]
    laid = f" Beside it: {', '.join(beside)}." if beside else ""
    return (
        f"The corpus is {columns[0].name}.{laid} Slots are filled before words are counted, and "
        "letters are compared without regard to case. Repetition depends on the amount of text, so "
        "it is counted in texts and calls of the same number."
    )


def _whole_rows(columns: Sequence[CorpusFigures]) -> list[list[str]]:
    return [
        ["dialogues", *(f"{column.dialogues:,}" for column in columns)],
        ["turns a dialogue", *(f"{column.turns_per_dialogue:.1f}" for column in columns)],
    ]


def _speaker_rows(figures: Sequence[SpeakerFigures]) -> list[list[str]]:
    return [[name, *map(shown, figures)] for name, shown in _SPEAKER_ROWS]


def _shares(
    title: str, columns: Sequence[CorpusFigures], shares: Sequence[Mapping[str, float]]
) -> str:
    """Only the columns that have labels of this kind; nothing where there are none."""
    kept = [(c, share) for c, share in zip(columns, shares, strict=True) if share]
    names = dict.fromkeys(name for _, share in kept for name in share)
    rows = [
        [name, *(f"{share[name]:.1%}" if name in share else _NONE for _, share in kept)]
        for name in names
    ]
    return _table(title, [c for c, _ in kept], rows) if kept else ""


def _table(title: str, columns: Sequence[CorpusFigures], rows: Sequence[Sequence[str]]) -> str:
    head = [title, *(column.name for column in columns)]
    rule = ["---", *("---:" for _ in columns)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def _number(value: float | None, form: str) -> str:
    return _NONE if value is None else format(value, form)
