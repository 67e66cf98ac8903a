"""`ai-salesman train ablation`: train every model, call the same customers with each, compare."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ai_salesman.campaigns.campaign import Campaign
    from ai_salesman.training.ablation import Recipe, Trained
    from ai_salesman.training.ablation_table import AblationTable, Cell

__all__ = ["ablation", "cells_of"]

PLANNERS = ("none", "doga")
CUSTOMERS = ("agenda:held-out", "learned")


def ablation(
    folder: Annotated[
        Path, typer.Option(help="Folder for corpus, models and runs; the same one goes on.")
    ] = Path("runs/ablation"),
    campaign: Annotated[Path, typer.Option(help="Campaign file.")] = Path(
        "examples/campaigns/merchant_ads.yaml"
    ),
    episodes: Annotated[int, typer.Option(min=2, help="Calls of each run.")] = 200,
    customer: Annotated[
        list[str] | None, typer.Option(help="Customer; repeatable.", show_default=False)
    ] = None,
    recipe: Annotated[
        list[str] | None,
        typer.Option(
            help="Only these: base, sft, sft-grpo, grpo-no-beta, grpo; repeatable. [all]",
            show_default=False,
        ),
    ] = None,
    seeds: Annotated[
        int, typer.Option(min=1, help="Seeds of the recipes that have several: base and grpo.")
    ] = 3,
    noise: Annotated[
        list[float] | None,
        typer.Option(help="Corrupted share of the corpus for further models; repeatable."),
    ] = None,
    dialogues: Annotated[int | None, typer.Option(min=1, help="Calls of the corpus.")] = None,
    base_steps: Annotated[int | None, typer.Option(min=1, help="Steps of the base.")] = None,
    sft_steps: Annotated[int | None, typer.Option(min=1, help="Steps of SFT.")] = None,
    grpo_steps: Annotated[int | None, typer.Option(min=1, help="Steps of GRPO.")] = None,
    only_train: Annotated[bool, typer.Option("--only-train", help="Play no calls.")] = False,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes for training and calls; best one per core.")
    ] = 1,
    out: Annotated[Path, typer.Option(help="Page to write; curves and JSON go beside it.")] = Path(
        "docs/ablation.md"
    ),
) -> None:
    """Train base, SFT, SFT+GRPO and GRPO, and show what each brings.

    Models of the first seed play with and without DOGA and meet every customer, those of other
    seeds and of corrupted corpora play without and meet the first customer. Every stage is kept
    in the folder: the same command goes on where it stopped, and recipes, customers, seeds and
    noise may be added later.

    Examples:

      ai-salesman train ablation --workers 2

      ai-salesman train ablation --folder runs/quick --episodes 20 --seeds 1 --dialogues 300 \\
          --base-steps 50 --sft-steps 20 --grpo-steps 5
    """
    import sys

    from ai_salesman.campaigns.campaign import load_campaign
    from ai_salesman.training.ablation import AblationSettings, models_of, train_models
    from ai_salesman.training.ablation_page import ablation_page
    from ai_salesman.training.ablation_plans import measured_plans
    from ai_salesman.training.curves import draw_curves, read_log

    loaded = load_campaign(campaign).model_copy(update={"episodes": episodes})
    customers = _customers(customer, loaded)
    given = {"dialogues": dialogues, "base_steps": base_steps}
    given |= {"sft_steps": sft_steps, "grpo_steps": grpo_steps}
    settings = AblationSettings(
        seeds=tuple(range(1, seeds + 1)),
        noise=_shares(noise or ()),
        **{name: value for name, value in given.items() if value is not None},
    )
    models = models_of(settings, _recipes(recipe))

    def there(model: Trained) -> None:
        typer.echo(f"trained: {model.name}", err=True)

    train_models(models, folder, settings, workers, there)
    logs = {model.name: log for model in models if (log := read_log(folder / model.name))}
    plans = measured_plans(models, folder, workers)
    curves = out.with_suffix(".svg")
    draw_curves({name: log for name, log in logs.items() if "reward" in log}, curves)
    if only_train:
        return
    table, minutes = _played(list(cells_of(models, customers)), loaded, folder, workers)
    minutes = _training_minutes(folder, models) | minutes
    command = " ".join(["ai-salesman", *sys.argv[1:]])
    _write(out, ablation_page(table, plans, minutes, command, curves.name))
    _write(out.with_suffix(".json"), table.model_dump_json(indent=1) + "\n")


def _shares(noise: Sequence[float]) -> tuple[float, ...]:
    from ai_salesman.conversation.errors import InputError

    for share in noise:
        if not 0 < share < 1:
            raise InputError(
                f"{share:g} is no share of the corpus; give one like 0.2", field="--noise"
            )
    return tuple(noise)


def _customers(names: Sequence[str] | None, campaign: Campaign) -> Sequence[str]:
    """The customers, each of them known: asked before hours of training."""
    from ai_salesman.seat_names import check_names

    for name in names or ():
        check_names(campaign.model_copy(update={"customer": name}))
    return names or CUSTOMERS


def _played(
    cells: Sequence[Cell], campaign: Campaign, folder: Path, workers: int
) -> tuple[AblationTable, dict[str, float]]:
    """The table of all runs, played and judged where they are missing; minutes of each step."""
    from functools import partial

    from ai_salesman.campaigns.store import RunStore
    from ai_salesman.cli.ablation_runs import judge_cells, play_cells
    from ai_salesman.training.ablation_table import ablation_table
    from ai_salesman.training.worker_minutes import minutes_of

    store, note = RunStore(f"sqlite:///{folder}/runs.db"), partial(typer.echo, err=True)
    runs = play_cells(cells, campaign, folder, store.url, workers, note)
    wins = judge_cells(runs, folder, store.url, workers, note)
    played = {cell: (run, list(store.episodes(run))) for cell, run in runs.items()}
    calls = sum(store.info(run).wall_seconds for run in runs.values()) / 60
    minutes = {f"calls of a run ({len(runs)})": calls} | minutes_of(folder)
    return ablation_table(played, wins), minutes


def _recipes(names: Sequence[str] | None) -> list[Recipe]:
    from ai_salesman.conversation.errors import UnknownNameError
    from ai_salesman.training.ablation import Recipe

    for name in names or ():
        if name not in tuple(Recipe):
            raise UnknownNameError("recipe", name, map(str, Recipe), source="--recipe")
    return [Recipe(name) for name in names or Recipe]


def cells_of(models: Sequence[Trained], customers: Sequence[str]) -> Iterator[Cell]:
    """The runs of the ablation.

    Models of the first seed play with each planner and meet each customer; those of other seeds
    and of corrupted corpora make their own plans and meet the first.
    """
    from ai_salesman.training.ablation_table import Cell

    first = min(model.seed for model in models)
    for customer, model, planner in product(customers, models, PLANNERS):
        whole = model.seed == first and not model.noise
        if whole or (planner == "none" and customer == customers[0]):
            yield Cell(model, planner, customer)


def _training_minutes(folder: Path, models: Sequence[Trained]) -> dict[str, float]:
    """Minutes that each training took, by its card."""
    from ai_salesman.models.weights import CARD_FILE

    found = {}
    for model in models:
        card: dict[str, Any] = json.loads((folder / model.name / CARD_FILE).read_text("utf-8"))
        found[f"training {model.name}"] = card["training"]["seconds"] / 60
    return found


def _write(out: Path, text: str) -> None:
    from ai_salesman.conversation.errors import InputError

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=out) from error
    typer.echo(f"written to {out}", err=True)
