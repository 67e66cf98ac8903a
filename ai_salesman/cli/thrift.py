"""Options of commands that may cost money: cache, caps and prices."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ai_salesman.models.thrift import Thrift

__all__ = [
    "CacheOption",
    "MaxCostOption",
    "MaxTokensOption",
    "PricesOption",
    "naming_the_way_on",
    "refuse",
    "thrift_of",
    "with_higher_caps",
]

CacheOption = Annotated[
    str,
    typer.Option(
        "--cache",
        envvar="AI_SALESMAN_CACHE",
        metavar="PATH|off",
        help="Keep replies of remote models in this file: asked again, they cost nothing.",
    ),
]
MaxCostOption = Annotated[
    float | None,
    typer.Option(
        "--max-cost", min=0, metavar="USD", help="Most that remote models may cost in this run."
    ),
]
MaxTokensOption = Annotated[
    int | None,
    typer.Option(
        "--max-tokens-total", min=1, help="Most tokens of remote models in this run, in and out."
    ),
]
PricesOption = Annotated[
    Path | None,
    typer.Option(
        "--prices", help="YAML: model name: {input: USD per million tokens, output: ...}."
    ),
]

_CAPS = ("--max-cost", "--max-tokens-total")


def thrift_of(
    cache: str, max_cost: float | None, max_tokens: int | None, prices: Path | None
) -> Thrift:
    """What the options say.

    Raises:
        InputError: a cap is no number.
    """
    import math

    from ai_salesman.conversation.errors import InputError
    from ai_salesman.models.thrift import Thrift

    if max_cost is not None and not math.isfinite(max_cost):
        raise InputError(f"must be a number of US dollars, found {max_cost}", field="--max-cost")
    path = None if cache in ("", "off") else Path(cache)
    return Thrift(cache=path, max_usd=max_cost, max_tokens=max_tokens, prices=prices)


def refuse(thrift: Thrift, where: str) -> None:
    """Say that these options mean nothing there; no cap is dropped in silence.

    Raises:
        InputError: a cap, a cache or prices are given.
    """
    from ai_salesman.conversation.errors import InputError

    given = {
        "--cache": thrift.cache,
        "--max-cost": thrift.max_usd,
        "--max-tokens-total": thrift.max_tokens,
        "--prices": thrift.prices,
    }
    for option, value in given.items():
        if value is not None:
            raise InputError(f"cannot be given with {where}; leave one out", field=option)


@contextmanager
def naming_the_way_on() -> Iterator[None]:
    """Ends a spent budget's sentence with the command that goes on."""
    from ai_salesman.conversation.errors import BudgetReachedError

    try:
        yield
    except BudgetReachedError as error:
        command = shlex.join(["ai-salesman", *with_higher_caps(sys.argv[1:])])
        raise BudgetReachedError(f"{error}; go on with: {command}") from error


def with_higher_caps(arguments: Sequence[str]) -> list[str]:
    """The arguments of a command, with twice its caps."""
    raised: list[str] = []
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if equals and name in _CAPS:
            raised.append(f"{name}={_twice(value)}")
        elif raised and raised[-1] in _CAPS:
            raised.append(_twice(argument))
        else:
            raised.append(argument)
    return raised


def _twice(cap: str) -> str:
    return f"{2 * float(cap):.10g}"
