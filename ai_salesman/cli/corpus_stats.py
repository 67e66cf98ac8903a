"""Count what a corpus holds, beside real dialogues."""

from __future__ import annotations

from pathlib import Path

__all__ = ["show_stats"]


def show_stats(corpus: Path, beside: Path | None, out: Path | None, json: bool) -> None:
    """Print the figures, or write them as a page.

    Args:
        corpus: file to read.
        beside: folder of real dialogues, if any.
        out: page to write instead of printing it.
        json: print one object for machines.

    Raises:
        InputError: a file or folder does not exist, or the page cannot be written.
    """
    import typer

    from ai_salesman.campaigns.corpus_figures import corpus_figures, real_corpora
    from ai_salesman.campaigns.corpus_page import corpus_page
    from ai_salesman.corpus.build import read_corpus
    from ai_salesman.corpus.stats import corpus_stats

    dialogues = read_corpus(corpus)
    counts = corpus_stats(dialogues).model_dump(mode="json")
    columns = [corpus_figures(corpus.name, dialogues)]
    real = real_corpora(beside) if beside else {}
    columns += [corpus_figures(name, theirs) for name, theirs in real.items()]
    if out:
        _write(out, corpus_page(columns))
    if json:
        from json import dumps

        shown = {**counts, "figures": [column.model_dump() for column in columns]}
        typer.echo(dumps(shown, indent=2))
    elif out:
        typer.echo(f"page: {out}", err=True)
    else:
        _print(counts, corpus_page(columns))


def _write(out: Path, page: str) -> None:
    from ai_salesman.conversation.errors import InputError

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=out) from error


def _print(counts: dict[str, object], page: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    for name in ("splits", "bad_habit_turns", "distinct_salesman_texts"):
        console.print(f"{name.replace('_', ' '):28} {counts[name]}", markup=False)
    console.print(Markdown(page))
