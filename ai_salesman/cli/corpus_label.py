"""Label a corpus, or check how well that goes."""

from __future__ import annotations

from pathlib import Path

__all__ = ["check_corpus", "label_corpus"]


def label_corpus(corpus: Path, out: Path, least: float, json: bool) -> None:
    """Label what is unlabelled in `corpus`, write it, and report.

    Raises:
        InputError: `out` is the corpus itself, or cannot be written.
    """
    from ai_salesman.cli.corpus_view import reading_progress, show_labels
    from ai_salesman.conversation.errors import InputError
    from ai_salesman.corpus.build import read_corpus
    from ai_salesman.corpus.written import write_dialogues
    from ai_salesman.training.label_check import shipped_check
    from ai_salesman.training.labelling import count_labels, embedded_labeller, label_all

    if out.exists() and corpus.exists() and out.samefile(corpus):
        raise InputError("is the corpus itself; choose another file to write", source=out)
    dialogues = read_corpus(corpus)
    with reading_progress("labelling", len(dialogues), quiet=json) as told:
        labelled = list(label_all(dialogues, embedded_labeller(least), told))
    write_dialogues(out, labelled)
    counts, measured = count_labels(labelled), shipped_check()
    if json:
        _print(
            {
                "out": str(out),
                "least": least,
                "labels": {kind: count.model_dump() for kind, count in counts.items()},
                "measured": measured.model_dump(),
            }
        )
        return
    show_labels(counts, measured, least)


def check_corpus(corpus: Path, json: bool) -> None:
    """Tell how often the labels of the test split of `corpus` are found again.

    Raises:
        InputError: it has no test split.
    """
    from ai_salesman.cli.corpus_view import reading_progress, show_check
    from ai_salesman.conversation.errors import InputError
    from ai_salesman.corpus.build import read_corpus
    from ai_salesman.corpus.dialogue import Split
    from ai_salesman.training.label_check import check_labels
    from ai_salesman.training.labelling import embedded_labeller

    held_out = [dialogue for dialogue in read_corpus(corpus) if dialogue.split is Split.TEST]
    if not held_out:
        raise InputError("no dialogue of the test split, so nothing to check with", source=corpus)
    with reading_progress("reading", len(held_out), quiet=json) as told:
        found = check_labels(held_out, embedded_labeller(0.0), told)
    if json:
        _print(found.model_dump())
    else:
        show_check(found)


def _print(value: object) -> None:
    from json import dumps

    import typer

    typer.echo(dumps(value, indent=2))
