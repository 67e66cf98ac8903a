"""`ai-salesman train`: make the shipped models again, or your own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_salesman.cli.ablation import ablation

if TYPE_CHECKING:
    from ai_salesman.training.plan_examples import Imitated

__all__ = ["app"]

app = typer.Typer(
    help="Train the salesman, the customer and the trained heads.", no_args_is_help=True
)
app.command()(ablation)

CorpusArgument = Annotated[Path, typer.Argument(help="Corpus file of `ai-salesman corpus build`.")]
StepsOption = Annotated[int | None, typer.Option(min=1, help="Training steps.")]


def _above_zero(rate: float | None) -> float | None:
    if rate is not None and not rate > 0:
        raise typer.BadParameter("must be above 0")
    return rate


RateOption = Annotated[
    float | None, typer.Option(help="Highest learning rate.", callback=_above_zero)
]


@app.command()
def base(
    corpus: CorpusArgument,
    out: Annotated[Path, typer.Option(help="Folder to write the model to.")] = Path(
        "runs/salesman"
    ),
    steps: StepsOption = None,
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
    from ai_salesman.training.disk_room import disk_room
    from ai_salesman.training.model_card import write_card

    given = {"seed": seed} | ({"steps": steps} if steps else {})
    dialogues = read_corpus(corpus)
    with disk_room(out):
        train_base(dialogues, out, BaseSettings(**given))
        write_card(out, dialogues)
    typer.echo(f"{out}: run it with: ai-salesman run CAMPAIGN.yaml --salesman hf:{out}", err=True)


@app.command()
def customer(
    corpus: CorpusArgument,
    out: Annotated[Path, typer.Option(help="Folder to write the model to.")] = Path(
        "runs/customer"
    ),
    steps: StepsOption = None,
    seed: Annotated[int, typer.Option(min=0, help="Of initialisation and order.")] = 1,
    calls: Annotated[
        int | None, typer.Option(min=1, help="Calls that the agenda customer plays for it.")
    ] = None,
) -> None:
    """Train the learned customer from scratch, with its tokenizer, its two heads and their cards.

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
    from ai_salesman.training.disk_room import disk_room

    given = {"seed": seed} | {
        name: value for name, value in (("steps", steps), ("calls", calls)) if value
    }
    dialogues = read_corpus(corpus)
    with disk_room(out):
        train_customer(dialogues, out, CustomerSettings(**given))
        train_line_reader(out, embedded_encoder(), seed)
        write_customer_card(out, dialogues, seed=seed, calls=calls)
        _train_decisions(out, seed, calls)
    typer.echo(
        f"{out}: run it with: ai-salesman run CAMPAIGN.yaml --customer learned:hf:{out}", err=True
    )


@app.command()
def decisions(
    out: Annotated[Path, typer.Option(help="Folder of the customer model it belongs to.")] = Path(
        "runs/customer"
    ),
    seed: Annotated[int, typer.Option(min=0, help="Of calls, initialisation and order.")] = 1,
    calls: Annotated[
        int | None, typer.Option(min=1, help="Calls that the agenda customer plays for it.")
    ] = None,
) -> None:
    """Train anew the head by which `learned:decides` decides; the language model stays.

    Its figures on held-out wording and personas go to DECISIONS.md beside it.

    Example:

      ai-salesman train decisions --out runs/customer
    """
    _train_decisions(out, seed, calls)


def _train_decisions(out: Path, seed: int, calls: int | None) -> None:
    from ai_salesman.models.encoder import embedded_encoder
    from ai_salesman.training.decision_card import write_decision_card
    from ai_salesman.training.decision_training import DecisionSettings, train_decisions

    settings = DecisionSettings(**({"seed": seed} | ({"calls": calls} if calls else {})))
    report = train_decisions(out, embedded_encoder(), settings)
    write_decision_card(out, report, settings)
    typer.echo(
        f"decisions on held-out wording and personas: {report.likeliest:.1%} are the agenda's "
        f"(commonest act: {report.majority:.1%}); AUC of a yes {report.auc:.2f}",
        err=True,
    )


BaseOption = Annotated[
    str, typer.Option("--base", help="Model to start from: embedded[:variant] or hf:<path or id>.")
]
StageSeed = Annotated[int, typer.Option(min=0, help="Of the order of examples and of sampling.")]
LoraOption = Annotated[
    int, typer.Option(min=0, help="Rank of the LoRA adapter that is trained; 0 trains all weights.")
]
LORA = 16


@app.command()
def sft(
    corpus: CorpusArgument,
    base_: BaseOption = "embedded:base",
    out: Annotated[Path, typer.Option(help="Folder to write the model to.")] = Path("runs/sft"),
    calls: Annotated[str, typer.Option(help="Calls to imitate: won or all.")] = "won",
    steps: StepsOption = None,
    rate: RateOption = None,
    lora: LoraOption = LORA,
    seed: StageSeed = 1,
) -> None:
    """Supervised fine-tuning: learn to plan and speak by imitating the calls of a corpus.

    An interrupted training goes on from its last checkpoint when the command is repeated. Figures
    of each step go to log.jsonl and, for TensorBoard, to tensorboard/ in the model's folder.

    Examples:

      ai-salesman train sft runs/corpus.jsonl --base embedded:base --out runs/sft

      ai-salesman train sft corpus.jsonl --base hf:some/instruct-model --lora 16 --steps 2000
    """
    from ai_salesman.corpus.build import read_corpus
    from ai_salesman.training.disk_room import disk_room
    from ai_salesman.training.sft import SftSettings, train_sft

    with _extra(), disk_room(out):
        settings = SftSettings(
            base=base_, calls=_calls(calls), lora=lora, seed=seed, **_given(steps, rate)
        )
        train_sft(read_corpus(corpus), out, settings)
    _tell_how_to_run(out)


@app.command()
def grpo(
    corpus: CorpusArgument,
    base_: BaseOption = "embedded:base",
    out: Annotated[Path, typer.Option(help="Folder to write the model to.")] = Path("runs/grpo"),
    steps: StepsOption = None,
    rate: RateOption = None,
    contexts: Annotated[
        int | None, typer.Option(min=1, help="Different contexts in one step.")
    ] = None,
    group: Annotated[
        int | None, typer.Option(min=2, help="Turns weighed against each other for each context.")
    ] = None,
    calls: Annotated[str, typer.Option(help="Calls to explain: won or all.")] = "won",
    demonstrated: Annotated[
        bool, typer.Option(help="One turn of each group is the corpus' own (small models).")
    ] = True,
    beta_weight: Annotated[
        bool, typer.Option(help="Weigh a plan's evidence with how often such plans won.")
    ] = True,
    spoken: Annotated[
        float, typer.Option(min=0, max=1, help="Share of groups that speak, and not only plan.")
    ] = 0.0,
    rehearsed: Annotated[
        int, typer.Option(min=0, help="Replies to given plans that every step repeats.")
    ] = 12,
    lora: LoraOption = LORA,
    seed: StageSeed = 1,
) -> None:
    """Bayesian-supervised reinforcement learning on GRPO.

    Sampled plans are rewarded for making likelier what was said in the corpus, weighed with how
    often such plans won; sampled replies for keeping to their facts. An interrupted training goes
    on from its last checkpoint when the command is repeated. Every term of the reward goes to
    log.jsonl and, for TensorBoard, to tensorboard/ in the model's folder.

    Examples:

      ai-salesman train grpo runs/corpus.jsonl --base embedded:base --out runs/grpo

      accelerate launch -m ai_salesman train grpo corpus.jsonl --base hf:some/instruct-model
    """
    from ai_salesman.corpus.build import read_corpus
    from ai_salesman.training.disk_room import disk_room

    given = _given(steps, rate) | {
        name: value for name, value in (("contexts", contexts), ("group", group)) if value
    }
    with _extra(), disk_room(out):
        from ai_salesman.training.grpo import GrpoSettings, train_grpo
        from ai_salesman.training.rewards import RewardSettings

        reward = RewardSettings(beta_weight=beta_weight)
        settings = GrpoSettings(
            base=base_,
            calls=_calls(calls),
            reward=reward,
            demonstrated=demonstrated,
            spoken=spoken,
            rehearsed=rehearsed,
            lora=lora,
            seed=seed,
            **given,
        )
        train_grpo(read_corpus(corpus), out, settings)
    _tell_how_to_run(out)


def _calls(name: str) -> Imitated:
    from ai_salesman.training.plan_examples import Imitated

    if name not in tuple(Imitated):
        from ai_salesman.conversation.errors import UnknownNameError

        raise UnknownNameError("choice of calls", name, map(str, Imitated), source="--calls")
    return Imitated(name)


def _given(steps: int | None, rate: float | None) -> dict[str, Any]:
    """What the user chose; the rest is left to the settings."""
    chosen: dict[str, Any] = {"steps": steps, "rate": rate}
    return {name: value for name, value in chosen.items() if value is not None}


def _tell_how_to_run(out: Path) -> None:
    typer.echo(
        f"{out}: run it with: ai-salesman run CAMPAIGN.yaml --salesman hf:{out} --planner none",
        err=True,
    )


@contextmanager
def _extra() -> Iterator[None]:
    """Say in a sentence that the libraries of the extra are missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        from ai_salesman.conversation.errors import MissingPartError

        if error.name not in ("trl", "peft", "datasets", "accelerate", "tensorboard"):
            raise
        raise MissingPartError(
            f"{error.name} is not installed: pip install 'ai-salesman[train]'"
        ) from error


@app.command()
def heads() -> None:
    """Train the classifiers that ship with the package and report their held-out accuracy.

    These are the planner's intent reader, the strategy reader of `corpus label`, the customer's
    ear and the judge's ears.

    Example:

      ai-salesman train heads
    """
    from ai_salesman.evaluation.ear_training import train_ears
    from ai_salesman.models.encoder import embedded_encoder
    from ai_salesman.simulators.act_reader import ear_accuracy, ear_weights, train_ear
    from ai_salesman.training.heads import train_intent_head
    from ai_salesman.training.strategy_head import train_strategy_head

    encoder = embedded_encoder()
    typer.echo("intent reader (held-out templates)")
    typer.echo(train_intent_head(encoder=encoder).markdown())
    train_strategy_head(encoder=encoder)
    typer.echo("strategy reader: measure it with ai-salesman corpus label CORPUS --check")
    head = train_ear(encoder)
    head.save(ear_weights())
    found = ear_accuracy(head, encoder)
    typer.echo(f"customer's ear: accuracy {found.accuracy:.3f}, macro-F1 {found.macro_f1:.3f}")
    for name, score in train_ears(encoder).items():
        typer.echo(
            f"judge's ear, {name}: accuracy {score.accuracy:.3f}, macro-F1 {score.macro_f1:.3f}"
        )
