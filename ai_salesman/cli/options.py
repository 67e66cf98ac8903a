"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["JsonOption", "RunArgument", "StoreOption"]

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
