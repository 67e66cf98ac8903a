"""The command tree. Commands import what they need when they run, so `--help` is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from ai_salesman.cli import (
    branch,
    campaign,
    compare,
    corpus,
    customer_check,
    doctor,
    export,
    judge,
    judge_check,
    personas,
    rate,
    report,
    results,
    run,
    runs,
    scripts,
    serve,
    train,
    view,
)

__all__ = ["app"]

app = typer.Typer(
    name="ai-salesman",
    help="Simulated sales calls: run them, read them, score them.",
    epilog="Start with: ai-salesman run examples/campaigns/merchant_ads.yaml",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"ai-salesman {version('ai-salesman')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Simulated sales calls: run them, read them, score them."""


app.command("run")(run.run)
app.command("runs")(runs.runs)
app.command("view")(view.view)
app.command("branch")(branch.branch)
app.command("report")(report.report)
app.command("compare")(compare.compare)
app.command("judge")(judge.judge)
app.command("rate")(rate.rate)
app.command("export")(export.export)
app.command("serve")(serve.serve)
app.command("customer-check")(customer_check.customer_check)
app.command("judge-check")(judge_check.judge_check)
app.command("results")(results.results)
app.command("doctor")(doctor.doctor)
app.add_typer(campaign.app, name="campaign")
app.add_typer(scripts.app, name="scripts")
app.add_typer(personas.app, name="personas")
app.add_typer(corpus.app, name="corpus")
app.add_typer(train.app, name="train")
