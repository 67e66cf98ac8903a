"""`ai-salesman run --protocol salesllm`: play a file of SalesLLM scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

if TYPE_CHECKING:
    from ai_salesman.campaigns.salesllm_files import SalesScript, SalesTalk
    from ai_salesman.campaigns.salesllm_summary import SalesLLMSummary
    from ai_salesman.models.base import LanguageModel

__all__ = ["ScriptRun", "run_scripts"]

PROTOCOLS = ("salesllm",)
Note = Callable[["SalesTalk"], None]


class ScriptRun(NamedTuple):
    """The options of the command."""

    protocol: str
    scripts: Path
    salesman: str | None
    customer: str | None
    judges: list[str] | None
    rounds: int
    seed: int | None
    out: Path | None

    @property
    def target(self) -> Path:
        """Where the conversations go; the same command names the same file."""
        import hashlib

        if self.out is not None:
            return self.out
        parts = (self.scripts, self.salesman, self.customer, self.rounds, self.seed)
        name = hashlib.sha256(repr(parts).encode()).hexdigest()[:8]
        return Path("runs") / f"salesllm-{self.scripts.stem}-{name}.jsonl"


def run_scripts(given: ScriptRun, concurrency: int, as_json: bool) -> None:
    """Play, score and sum up; what stands in the output file is kept.

    Raises:
        InputError: an option is missing or wrong, or a line of a file is malformed.
    """
    import asyncio

    from ai_salesman.campaigns.salesllm_files import read_scripts
    from ai_salesman.campaigns.salesllm_summary import summarise_talks
    from ai_salesman.conversation.errors import UnknownNameError

    if given.protocol not in PROTOCOLS:
        raise UnknownNameError("protocol", given.protocol, PROTOCOLS, source="--protocol")
    uris = _uris(given)
    scripts = read_scripts(given.scripts)
    with _progress(len(scripts), quiet=as_json) as note:
        talks = asyncio.run(_work(given, uris, scripts, concurrency, note))
    summary = summarise_talks(talks, str(given.target))
    if as_json:
        typer.echo(summary.model_dump_json(indent=2))
    else:
        _show(summary)
    if summary.failed or summary.judge_failures:
        raise typer.Exit(1)


def _uris(given: ScriptRun) -> tuple[str, str, str | None]:
    """URIs of salesman, customer and judge."""
    from ai_salesman.conversation.errors import InputError
    from ai_salesman.models.uri import parse_uri

    if given.salesman is None:
        raise InputError("name the model that sells, such as --salesman openai:MODEL@URL")
    customer = _after_llm(given.customer, "--customer")
    if customer is None:
        raise InputError("name the model that plays the customer: --customer llm:<model uri>")
    if len(given.judges or ()) > 1:
        raise InputError("this protocol has one judge", field="--judge")
    judge = _after_llm(given.judges[0] if given.judges else None, "--judge")
    for uri in (given.salesman, customer, judge):
        if uri is not None:
            parse_uri(uri)
    return given.salesman, customer, judge


def _after_llm(name: str | None, option: str) -> str | None:
    from ai_salesman.conversation.errors import InputError

    if name is None:
        return None
    kind, _, uri = name.partition(":")
    if kind != "llm" or not uri:
        raise InputError(
            f"{name!r} cannot read scripts in prose; write llm:<model uri>", field=option
        )
    return uri


async def _work(
    given: ScriptRun,
    uris: tuple[str, str, str | None],
    scripts: list[SalesScript],
    concurrency: int,
    note: Note,
) -> list[SalesTalk]:
    from contextlib import AsyncExitStack

    from ai_salesman.campaigns.salesllm import SalesLLMRunner
    from ai_salesman.evaluation.briefed_judge import BriefedJudge
    from ai_salesman.models.act_hints import act_hints_of
    from ai_salesman.models.encoder import embedded_encoder
    from ai_salesman.models.registry import load_model
    from ai_salesman.wiring import check_answers

    async with AsyncExitStack() as stack:
        models: dict[str, LanguageModel] = {}
        for uri in dict.fromkeys(uri for uri in uris if uri is not None):
            models[uri] = load_model(uri, concurrency)
            if hasattr(models[uri], "aclose"):
                stack.push_async_callback(models[uri].aclose)  # type: ignore[attr-defined]
                await check_answers(models[uri])
        salesman, customer, judge = uris
        runner = SalesLLMRunner(
            salesman=models[salesman],
            customer=models[customer],
            judge=BriefedJudge(models[judge]) if judge else None,
            hints=act_hints_of(salesman, embedded_encoder()),
            rounds=given.rounds,
            seed=given.seed if given.seed is not None else 1,
        )
        return await runner.run(scripts, given.target, concurrency, note)


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[Note]:
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    hidden = quiet or not console.is_terminal
    with Progress(console=console, disable=hidden, transient=True) as progress:
        task = progress.add_task("talking", total=total)
        scores: list[float] = []

        def note(talk: SalesTalk) -> None:
            if talk.score and talk.score.total is not None:
                scores.append(talk.score.total)
            mean = f", score {sum(scores) / len(scores):.2f}" if scores else ""
            progress.update(task, advance=1, description=f"talking{mean}")

        yield note


def _show(summary: SalesLLMSummary) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", "mean", "95 % interval", "talks", box=None, header_style="bold")
    rows = {"score": summary.score, "outcome": summary.outcome, "process": summary.process}
    for name, cell in rows.items():
        interval = f"{cell.ci95[0]:.2f}-{cell.ci95[1]:.2f}" if cell.ci95 else "-"
        mean = "-" if cell.mean is None else f"{cell.mean:.2f}"
        table.add_row(name, mean, interval, str(cell.of))
    console = Console()
    console.print(table)
    intents = ", ".join(f"{intent.value} {count}" for intent, count in summary.intent.items())
    console.print(
        f"{summary.completed} of {summary.scripts} scripts played, {summary.failed} failed, "
        f"{summary.judge_failures} not judged; intent: {intents}",
        highlight=False,
    )
    console.print(f"conversations: {summary.out}", highlight=False, soft_wrap=True, markup=False)
