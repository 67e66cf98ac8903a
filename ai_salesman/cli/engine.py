"""Options that say where a run is played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ai_salesman.campaigns.engine import Workplace

__all__ = ["AddressOption", "EngineOption", "WorkersOption", "refuse_workers", "workplace_of"]

EngineOption = Annotated[
    str, typer.Option(help="'local': this machine. 'ray': a Ray cluster.", metavar="local|ray")
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Worker processes, each with the models; best one per core. "
        "With ray: actors of one CPU each, by default as many as the cluster has CPUs.",
    ),
]
AddressOption = Annotated[
    str | None,
    typer.Option(
        envvar="RAY_ADDRESS",
        help="Ray cluster to join, or 'auto' for the one of this machine; else one is started.",
    ),
]

_ENGINES = ("local", "ray")


def workplace_of(engine: str, workers: int | None, address: str | None) -> Workplace:
    """What the options say. An address in the environment means nothing to the local engine.

    Raises:
        UnknownNameError: there is no such engine.
        MissingPartError: Ray is wanted, and not installed.
    """
    from ai_salesman.campaigns.engine import Workplace
    from ai_salesman.conversation.errors import UnknownNameError

    if engine == "ray":
        from ai_salesman.campaigns.ray_engine import check_ray

        check_ray()
        return Workplace("ray", workers, address)
    if engine != "local":
        raise UnknownNameError("engine", engine, _ENGINES, source="--engine")
    return Workplace("local", workers)


def refuse_workers(workplace: Workplace, where: str) -> None:
    """Say that workers mean nothing there.

    Raises:
        InputError: an engine or workers are given.
    """
    from ai_salesman.conversation.errors import InputError

    if not workplace.in_this_process:
        field = "--workers" if workplace.engine == "local" else "--engine"
        raise InputError(f"cannot be given with {where}; leave one out", field=field)
