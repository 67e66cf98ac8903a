"""`ai-salesman corpus`: build or import dialogues to train on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ai_salesman.cli.options import JsonOption

__all__ = ["app"]

app = typer.Typer(help="Build or import dialogues to train on.", no_args_is_help=True)


@app.command()
def build(
    out: Annotated[Path, typer.Option(help="File to write, one dialogue a line.")] = Path(
        "runs/corpus.jsonl"
    ),
    dialogues: Annotated[int, typer.Option(min=1, help="How many dialogues.")] = 7200,
    seed: Annotated[int, typer.Option(min=0, help="Dialogue i depends on seed and i alone.")] = 1,
    corrupt: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Share of the training calls with wrong turns and random outcomes."
        ),
    ] = 0.0,
) -> None:
    """Build a corpus of noisy sales calls from hand-written templates, offline.

    Whole templates are held out for validation and test.

    Example:

      ai-salesman corpus build --dialogues 7200 --seed 1 --out runs/corpus.jsonl
    """
    from ai_salesman.conversation.errors import InputError
    from ai_salesman.corpus.build import CorpusSettings, write_corpus

    try:
        settings = CorpusSettings(dialogues=dialogues, seed=seed, corrupt=corrupt)
        count = write_corpus(out, settings)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=out) from error
    typer.echo(f"{count} dialogues in {out}; train with: ai-salesman train base {out}", err=True)


@app.command("import")
def import_corpus(
    sources: Annotated[
        list[Path], typer.Argument(help="JSON or JSON-lines files, or folders of them.")
    ],
    out: Annotated[Path, typer.Option(help="Corpus file to write, one dialogue a line.")],
    kind: Annotated[
        str, typer.Option(help="auto, telesales, salesllm or dialogues: the form to expect.")
    ] = "auto",
    salesman_role: Annotated[
        list[str] | None, typer.Option(help="One more name for the salesman; may be repeated.")
    ] = None,
    customer_role: Annotated[
        list[str] | None, typer.Option(help="One more name for the customer; may be repeated.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Import dialogues that others wrote down, and report what cannot be read.

    Words, speakers and known outcomes are kept. Stages, strategies and acts are not labelled.

    Examples:

      ai-salesman corpus import TeleSalesCorpus.json --out runs/telesales.jsonl

      ai-salesman corpus import played.jsonl --kind salesllm --out runs/salesllm.jsonl

      ai-salesman corpus import calls/ --customer-role lessee --out runs/calls.jsonl --json
    """
    from ai_salesman.cli.import_view import import_progress, show_report
    from ai_salesman.conversation.errors import UnknownNameError
    from ai_salesman.corpus.importer import ImportKind, ImportSettings
    from ai_salesman.corpus.imports import import_dialogues

    known = [known.value for known in ImportKind]
    if kind not in known:
        raise UnknownNameError("kind", kind, known, source="--kind")
    settings = ImportSettings(
        kind=ImportKind(kind),
        salesman_roles=tuple(salesman_role or ()),
        customer_roles=tuple(customer_role or ()),
    )
    with import_progress(quiet=json) as told:
        report = import_dialogues(sources, out, settings, told)
    if json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        show_report(report)


@app.command()
def redact(
    corpus: Annotated[Path, typer.Argument(help="Corpus file, one dialogue a line.")],
    out: Annotated[Path, typer.Option(help="Corpus file to write.")],
    region: Annotated[
        str, typer.Option(help="Whose telephone numbers may lack a country code: US, GB, CN...")
    ] = "US",
    json: JsonOption = False,
) -> None:
    """Replace personal data by placeholders such as [NAME] and [PHONE], offline.

    Finds names that are told ("my name is ..."), telephone and card numbers, e-mail and street
    addresses. Not everything: read a sample before you pass a corpus on.

    Example:

      ai-salesman corpus redact runs/calls.jsonl --out runs/calls-redacted.jsonl
    """
    from ai_salesman.cli.corpus_view import show_redaction
    from ai_salesman.cli.import_view import import_progress
    from ai_salesman.corpus.redaction import redact_corpus

    with import_progress(quiet=json) as told:
        report = redact_corpus(corpus, out, region, told)
    if json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        show_redaction(report)


@app.command()
def label(
    corpus: Annotated[Path, typer.Argument(help="Corpus file, one dialogue a line.")],
    out: Annotated[Path | None, typer.Option(help="Corpus file to write.")] = None,
    least: Annotated[
        float, typer.Option(min=0, max=1, help="No label that its reader gives less than this.")
    ] = 0.5,
    check: Annotated[
        bool, typer.Option("--check", help="Measure on the labels that the test split has.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Label customer acts, salesman strategies and outcomes where nobody has, with a confidence.

    Examples:

      ai-salesman corpus label runs/calls.jsonl --out runs/calls-labelled.jsonl --least 0.7

      ai-salesman corpus label runs/corpus.jsonl --check
    """
    from ai_salesman.cli.corpus_label import check_corpus, label_corpus
    from ai_salesman.conversation.errors import InputError

    if check:
        check_corpus(corpus, json)
    elif out is None:
        raise InputError("name the corpus file to write", source="--out")
    else:
        label_corpus(corpus, out, least, json)


@app.command()
def stats(
    corpus: Annotated[Path, typer.Argument(help="Corpus file, one dialogue a line.")],
    beside: Annotated[
        Path | None,
        typer.Option(envvar="REAL_DIALOGUES", help="Folder of real dialogues to compare with."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Page to write, in Markdown.")] = None,
    json: JsonOption = False,
) -> None:
    """Count what a corpus holds: dialogues, outcomes, lengths, variety, beside real dialogues.

    Example:

      ai-salesman corpus stats runs/corpus.jsonl --beside data/ --out runs/stats.md
    """
    from ai_salesman.cli.corpus_stats import show_stats

    show_stats(corpus, beside, out, json)
