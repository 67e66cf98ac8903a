"""`ai-salesman train`: make the shipped models again, or your own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(
    help="Train the salesman, the customer and the trained heads.", no_args_is_help=True
)


@app.command()
def base(
    corpus: Annotated[Path, typer.Argument(help="Corpus file of `ai-salesman corpus build`.")],
    out: Annotated[Path, typer.Option(help="Folder to write the model to.")] = Path(
        "runs/salesman"
    ),
    steps: Annotated[int | None, typer.Option(min=1, help="Training steps.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of initialisation and order.")] = 1,
) -> None:
    """Train the embedded salesman from scratch, with its tokenizer and model card.

    An interrupted training goes on from its last checkpoint when the command is repeated.

    Example:

      ai-salesman train base runs/corpus.jsonl --out runs/salesman
    """
    from ai_salesman.corpus.build import read_corpus
    from ai_salesman.training.base_model import train_base
    from ai_salesman.training.base_settings import BaseSettings
    from ai_salesman.training.model_card import write_card

    given = {"seed": seed} | ({"steps": steps} if steps else {})
    dialogues = read_corpus(corpus)
    train_base(dialogues, out, BaseSettings(**given))
    write_card(out, dialogues)
    typer.echo(f"{out}: run it with: ai-salesman run CAMPAIGN.yaml --salesman hf:{out}", err=True)


@app.command()
def customer(
    corpus: Annotated[Path, typer.Argument(help="Corpus file of `ai-salesman corpus build`.")],
    out: Annotated[Path, typer.Option(help="Folder to write the model to.")] = Path(
        "runs/customer"
    ),
    steps: Annotated[int | None, typer.Option(min=1, help="Training steps.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of initialisation and order.")] = 1,
    calls: Annotated[
        int | None, typer.Option(min=1, help="Calls that the agenda customer plays for it.")
    ] = None,
) -> None:
    """Train the learned customer from scratch, with its tokenizer, line reader and model card.

    An interrupted training goes on from its last checkpoint when the command is repeated.

    Example:

      ai-salesman train customer runs/corpus.jsonl --out runs/customer
    """
    from ai_salesman.corpus.build import read_corpus
    from ai_salesman.models.encoder import embedded_encoder
    from ai_salesman.training.customer_card import write_customer_card
    from ai_salesman.training.customer_model import (
        CustomerSettings,
        train_customer,
        train_line_reader,
    )

    given = {"seed": seed} | {
        name: value for name, value in (("steps", steps), ("calls", calls)) if value
    }
    dialogues = read_corpus(corpus)
    train_customer(dialogues, out, CustomerSettings(**given))
    train_line_reader(out, embedded_encoder(), seed)
    write_customer_card(out, dialogues, seed=seed, calls=calls)
    typer.echo(
        f"{out}: run it with: ai-salesman run CAMPAIGN.yaml --customer learned:hf:{out}", err=True
    )


@app.command()
def heads() -> None:
    """Train the classifiers that ship with the package and report their held-out accuracy.

    These are the planner's intent reader, the customer's ear and the judge's ears.

    Example:

      ai-salesman train heads
    """
    from ai_salesman.evaluation.ear_training import train_ears
    from ai_salesman.models.encoder import embedded_encoder
    from ai_salesman.simulators.act_reader import ear_accuracy, ear_weights, train_ear
    from ai_salesman.training.heads import train_intent_head

    encoder = embedded_encoder()
    typer.echo("intent reader (held-out templates)")
    typer.echo(train_intent_head(encoder=encoder).markdown())
    head = train_ear(encoder)
    head.save(ear_weights())
    found = ear_accuracy(head, encoder)
    typer.echo(f"customer's ear: accuracy {found.accuracy:.3f}, macro-F1 {found.macro_f1:.3f}")
    for name, score in train_ears(encoder).items():
        typer.echo(
            f"judge's ear, {name}: accuracy {score.accuracy:.3f}, macro-F1 {score.macro_f1:.3f}"
        )
