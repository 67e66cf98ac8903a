"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["JsonOption", "PackOption", "RunArgument", "StoreOption"]

StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="AI_SALESMAN_STORE",
        help="Run store: any SQLAlchemy URL.",
        show_default=True,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
RunArgument = Annotated[
    str, typer.Argument(help="Run id, the beginning of one, or 'last'.", metavar="RUN")
]
PackOption = Annotated[
    list[Path] | None, typer.Option("--pack", help="Pack beside the built-in ones; repeatable.")
]
